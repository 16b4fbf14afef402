"""The public list of debtors without conditions: what everybody may read of it, and what the office has to do
about it.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.db.models import QuerySet
from django.db.models.functions import Coalesce
from redis.exceptions import RedisError
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from cases.api.deadlines import EXAMPLE as DEADLINE_EXAMPLE
from cases.api.deadlines import CaseDeadlineSerializer, DeadlineList
from cases.api.examples import CASE_DETAIL, page
from cases.api.relations import CASE_SHOWN, PARTY_SHOWN
from cases.api.views import OBLIGATION_KINDS, PROBLEMS, money
from cases.models import Deadline, Obligation, Party, Publication
from cases.querysets.publication import ENDED, LAPSED, SHOWN
from cases.rules.fold import DEBTOR
from cases.rules.publications import WITHOUT
from cases.rules.tables import tables
from officers.api.params import chosen_units
from officers.models import Unit
from officers.roles import Permission
from thads.common.api.address import client_address
from thads.common.api.base import ScopedAPIView, ScopedDetailView, ScopedListView, by_address
from thads.common.api.filters import Filters, days, ids
from thads.common.api.operations import Operation
from thads.common.api.parameters import OWN, UNIT, Parameter, parameter_fault, shortened
from thads.common.api.table import FORMAT, JSON
from thads.common.api.writing import by_uuid
from thads.common.errors import NotVisible
from thads.common.labels import CodeList, Label, label
from thads.common.plain_text import Wanted

log = logging.getLogger(__name__)

STATES: CodeList = {
    SHOWN: Label("Đang công khai", "Published"),
    LAPSED: Label("Đã ẩn, phải chấm dứt công khai", "Hidden, the publication is to be ended"),
    ENDED: Label("Đã chấm dứt công khai", "Ended"),
}
#: The reason of an entry whose decision names no ground that the law knows.
WITHOUT_GROUND = Label("Chưa có điều kiện thi hành án", "Without conditions for enforcement")
#: Seconds for which an answer may be kept by whoever stands between.
KEPT_FOR = 60


# --- What everybody may read --------------------------------------------------------------------------------


class PublicThrottle(SimpleRateThrottle):
    """So many questions a minute from one address. Without Redis nobody is counted and everybody answered."""

    scope = "public"
    rate = "120/min"

    def get_cache_key(self, request: Request, view: Any) -> str:
        return self.cache_format % {"scope": self.scope, "ident": client_address(request)}

    def allow_request(self, request: Request, view: Any) -> bool:
        try:
            return bool(super().allow_request(request, view))
        except (RedisError, OSError):
            log.warning("the public list is answered uncounted: Redis does not answer")
            return True


class PublicJudgmentSerializer(serializers.Serializer[Any]):
    number = serializers.CharField()
    issued_on = serializers.DateField()
    issuer = serializers.CharField()


class PublicDecisionSerializer(serializers.Serializer[Any]):
    number = serializers.CharField()
    date = serializers.DateField()


class PublicDutySerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    kind_label = serializers.CharField()
    remaining = serializers.CharField(allow_null=True, help_text="đồng; null without money")


class PublicDebtorSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="of this entry, and of nothing else")
    name = serializers.CharField()
    address = serializers.CharField(allow_null=True)
    judgment = PublicJudgmentSerializer()
    decision = PublicDecisionSerializer(help_text="by which enforcement was ordered")
    duties = PublicDutySerializer(many=True, help_text="those that are without conditions")
    reason = serializers.CharField()
    published_on = serializers.DateField()


PUBLIC_EXAMPLE: dict[str, Any] = {
    "id": "b3c1f5a0-9c0e-4c52-8a3e-2a3e3b1c7d11",
    "name": "Nguyễn Văn Ví Dụ",
    "address": "Tổ 5, phường Hải Châu, thành phố Đà Nẵng",
    "judgment": {"number": "12/2024/HS-ST", "issued_on": "2024-01-11", "issuer": "TAND quận Hải Châu"},
    "decision": {"number": "125/QĐ-CCTHADS", "date": "2024-03-04"},
    "duties": [{"kind": "COURT_FEE", "kind_label": OBLIGATION_KINDS["COURT_FEE"].vi, "remaining": "200000"}],
    "reason": "Không có thu nhập, tài sản để thi hành án",
    "published_on": "2026-07-20",
}


class PublicDebtorFilter(Filters):
    lookups = (days("published_on", Label("Ngày công khai", "Day of publication")),)

    class Meta:
        model = Publication
        fields: list[str] = []


class _Public(ScopedAPIView):
    """Read by anybody, and only that."""

    abstract = True
    public = True
    authentication_classes = ()
    permission_classes = ()
    throttle_classes = (PublicThrottle,)
    model: ClassVar[type[models.Model]] = Publication
    columns: ClassVar[tuple[str, ...]] = (
        "public_id",
        "case_id",
        "party_id",
        "party__name",
        "party__address",
        "case__judgment__number",
        "case__judgment__issued_on",
        "case__judgment__issuer",
        "case__decision_number",
        "case__decision_date",
        "ground",
        "ground_on",
        "published_on",
    )

    def scoped(self) -> QuerySet[Any, Any]:
        return Publication.objects.shown()

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        duties = _duties(rows, self.lang)  # type: ignore[attr-defined]
        return [
            {
                "id": row["public_id"],
                "name": row["party__name"],
                "address": row["party__address"],
                "judgment": {
                    "number": row["case__judgment__number"],
                    "issued_on": row["case__judgment__issued_on"],
                    "issuer": row["case__judgment__issuer"],
                },
                "decision": {"number": row["case__decision_number"], "date": row["case__decision_date"]},
                "duties": duties[row["case_id"], row["party_id"]],
                "reason": reason_of(row, self.lang),
                "published_on": row["published_on"],
            }
            for row in rows
        ]

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Cache-Control"] = f"public, max-age={KEPT_FOR}" if answer.status_code == 200 else "no-store"
        return answer

    @property
    def default_response_headers(self) -> dict[str, str]:
        return {**super().default_response_headers, "Vary": "Accept-Language"}


class PublicDebtors(_Public, ScopedListView):
    """The latest first. No table of all of it: it is for who looks somebody up."""

    filterset_class = PublicDebtorFilter
    query_parameters = (UNIT,)
    orderings = {"published_on": "published_on"}
    default_ordering = "-published_on"
    searched_in = Label("họ tên người phải thi hành án", "the names of debtors")
    operations = {
        "GET": Operation(
            "list_public_debtors",
            Label("Người phải thi hành án chưa có điều kiện", "Debtors without conditions"),
            PublicDebtorSerializer,
            about=Label(
                "Ai cũng xem được, không cần đăng nhập. Chỉ gồm những thông tin mà luật cho công khai (D152 "
                "Đ23); người không còn thuộc diện chưa có điều kiện thì không còn trong danh sách.",
                "Anybody may read it without signing in. Nothing but what the law has published (D152 Đ23); "
                "who is no longer without conditions is not in it any more.",
            ),
            example=page(PUBLIC_EXAMPLE),
            problems=(400, 404, 429),
        )
    }

    @classmethod
    def parameters(cls, method: str) -> tuple[Parameter, ...]:
        return tuple(one for one in super().parameters(method) if one is not FORMAT)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method in ("GET", "HEAD"):
            self.values = {**self.values, FORMAT.name: JSON}

    def narrow(self, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        asked = self.values["unit"]
        if asked is None:
            return rows
        unit = Unit.objects.standing().filter(by_address(asked)).first()
        if unit is None:
            raise NotVisible(parameter_fault("unit", "UNIT_NOT_FOUND", unit=shortened(asked)))
        units = Unit.objects.subtree(unit).values_list("pk", flat=True)
        return rows.filter(unit__among=list(units))

    def search(self, rows: QuerySet[Any, Any], wanted: Wanted) -> QuerySet[Any, Any]:
        found: QuerySet[Any, Any] = rows.named(wanted)  # type: ignore[attr-defined]
        return found


class PublicDebtor(_Public, ScopedDetailView):
    address = "id"
    not_found = "PUBLICATION_NOT_FOUND"
    operations = {
        "GET": Operation(
            "get_public_debtor",
            Label("Một người phải thi hành án chưa có điều kiện", "One debtor without conditions"),
            PublicDebtorSerializer,
            example=PUBLIC_EXAMPLE,
            problems=(400, 404, 429),
            path_parameters={"id": Label("UUID của mục công khai.", "UUID of the entry.")},
        )
    }

    def condition(self, address: str) -> Any:
        return by_uuid(address)


def reason_of(row: Mapping[str, Any], lang: str) -> str:
    """Why the debtor is without conditions, as the law of the decision says it."""
    law = tables()
    regime = law.regime_on(row["ground_on"])
    catalogue = law.act_types["NO_CONDITION_DECISION"].catalogue or ""
    ground = law.grounds.get((catalogue, row["ground"], regime))
    return WITHOUT_GROUND.text(lang) if ground is None else Label(ground.label, ground.label_en).text(lang)


def _duties(rows: list[dict[str, Any]], lang: str) -> dict[tuple[int, int], list[dict[str, Any]]]:
    """What the debtors of these rows owe that is without conditions, by case and party (keys)."""
    cases = {row["case_id"] for row in rows}
    lines = (
        Obligation.objects.filter(case__in=cases, bucket__in=sorted(WITHOUT))
        .annotate(owes=Coalesce("current_debtor", "debtor"))
        .order_by("case_id", "position")
        .values("case_id", "owes", "kind", "remaining", "amount")
    )
    found: defaultdict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    unnamed: list[tuple[int, dict[str, Any]]] = []
    for line in lines:
        duty = {
            "kind": line["kind"],
            "kind_label": label(OBLIGATION_KINDS, line["kind"], lang),
            "remaining": None if line["amount"] is None else money(line["remaining"]),
        }
        if line["owes"] is None:
            unnamed.append((line["case_id"], duty))
        else:
            found[line["case_id"], line["owes"]].append(duty)
    if unnamed:
        only = _only_debtors({case for case, _ in unnamed})
        for case, duty in unnamed:
            if case in only:
                found[case, only[case]].append(duty)
    return found


def _only_debtors(cases: set[int]) -> dict[int, int]:
    """The debtor of each of these cases that has only one (keys)."""
    known: defaultdict[int, list[int]] = defaultdict(list)
    for case, party in Party.objects.filter(case__in=cases, role=DEBTOR).values_list("case_id", "pk"):
        known[case].append(party)
    return {case: parties[0] for case, parties in known.items() if len(parties) == 1}


# --- What the office has to do about it ---------------------------------------------------------------------


class PublicationCaseSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    decision_number = serializers.CharField()


class PublicationPartySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class PublicationSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    case = PublicationCaseSerializer()
    party = PublicationPartySerializer()
    unit = serializers.CharField()
    officer = serializers.CharField(allow_null=True)
    state = serializers.ChoiceField(choices=list(STATES))
    state_label = serializers.CharField()
    ground = serializers.CharField(allow_null=True, help_text="letter of the law")
    reason = serializers.CharField(help_text="as it is published")
    published_on = serializers.DateField()
    updated_on = serializers.DateField(allow_null=True)
    posted_on = serializers.DateField(allow_null=True, help_text="when the commune posted it")
    lapsed_on = serializers.DateField(
        allow_null=True, help_text="since when nobody is shown it, its ground being gone"
    )
    ended_on = serializers.DateField(allow_null=True, help_text="day of the act that ended it")
    unpublish_due_on = serializers.DateField(allow_null=True, help_text="clock K25C, while it is to be ended")
    unpublish_late = serializers.BooleanField()


EXAMPLE: dict[str, Any] = {
    "id": PUBLIC_EXAMPLE["id"],
    "case": {"id": CASE_DETAIL["id"], "decision_number": "125/QĐ-CCTHADS"},
    "party": {"id": "0f0b7c86-6d6b-4d0b-9a3f-0f6b0a6f2b11", "name": "Nguyễn Văn Ví Dụ"},
    "unit": "DN.HC",
    "officer": "DN.HC.03",
    "state": LAPSED,
    "state_label": STATES[LAPSED].vi,
    "ground": "a",
    "reason": PUBLIC_EXAMPLE["reason"],
    "published_on": "2026-07-20",
    "updated_on": None,
    "posted_on": "2026-07-22",
    "lapsed_on": "2026-08-10",
    "ended_on": None,
    "unpublish_due_on": "2026-08-13",
    "unpublish_late": False,
}

STATE = Parameter(
    "state",
    Label("Trạng thái công khai.", "What stands of the publication."),
    kind="choice",
    choices=tuple(STATES),
)


class PublicationFilter(Filters):
    lookups = (
        ids(),
        ids("case", Label("UUID của việc", "UUID of the case"), field="case__public_id"),
        ids("party", Label("UUID của đương sự", "UUID of the party"), field="party__public_id"),
        days("published_on", Label("Ngày công khai", "Day of publication")),
        days("lapsed_on", Label("Ngày hết căn cứ", "Day on which its ground was gone"), nullable=True),
        days("ended_on", Label("Ngày chấm dứt công khai", "Day on which it was ended"), nullable=True),
    )

    class Meta:
        model = Publication
        fields: list[str] = []


class PublicationList(ScopedListView):
    """Who is or was published, the latest first."""

    model = Publication
    permission = Permission.READ_CASES
    filterset_class = PublicationFilter
    query_parameters = (UNIT, OWN, STATE)
    orderings = {"published_on": "published_on"}
    default_ordering = "-published_on"
    expansions = {"case": CASE_SHOWN, "party": PARTY_SHOWN}
    columns = (
        "public_id",
        "case_id",
        "case__public_id",
        "case__decision_number",
        "party__public_id",
        "party__name",
        "unit__code",
        "officer__code",
        "state",
        "ground",
        "ground_on",
        "published_on",
        "updated_on",
        "posted_on",
        "lapsed_on",
        "ended_on",
    )
    operations = {
        "GET": Operation(
            "list_publications",
            Label("Công khai người phải thi hành án", "Publications of debtors"),
            PublicationSerializer,
            about=Label(
                "Việc phải công khai, cập nhật hoặc chấm dứt công khai: /publications/due/.",
                "What is to be published, brought up to date or ended: /publications/due/.",
            ),
            example=page(EXAMPLE),
            problems=PROBLEMS,
        )
    }

    def narrow(self, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        units = chosen_units(self)
        if units is not None:
            rows = rows.filter(unit__among=units)
        asked = self.values["state"]
        return rows if asked is None else rows.filter(state=asked)

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        lapsed = {row["case_id"] for row in rows if row["state"] == LAPSED}
        due = _to_be_ended(lapsed)
        return [self._row(row, due) for row in rows]

    def _row(self, row: dict[str, Any], due: Mapping[int, tuple[Any, bool]]) -> dict[str, Any]:
        due_on, late = due.get(row["case_id"], (None, False)) if row["state"] == LAPSED else (None, False)
        return {
            "id": row["public_id"],
            "case": {"id": row["case__public_id"], "decision_number": row["case__decision_number"]},
            "party": {"id": row["party__public_id"], "name": row["party__name"]},
            "unit": row["unit__code"],
            "officer": row["officer__code"],
            "state": row["state"],
            "state_label": label(STATES, row["state"], self.lang),
            "ground": row["ground"] or None,
            "reason": reason_of(row, self.lang),
            "published_on": row["published_on"],
            "updated_on": row["updated_on"],
            "posted_on": row["posted_on"],
            "lapsed_on": row["lapsed_on"],
            "ended_on": row["ended_on"],
            "unpublish_due_on": due_on,
            "unpublish_late": late,
        }


def _to_be_ended(cases: set[int]) -> dict[int, tuple[Any, bool]]:
    """By case: until when the publication has to be ended, and whether that is over (clock K25C)."""
    if not cases:
        return {}
    open_ones = Deadline.objects.open().filter(case__in=cases, clock="K25C", variant="")
    rows = open_ones.order_by("-due_on").values_list("case_id", "due_on", "state")
    return {case: (due_on, state == "BREACHED") for case, due_on, state in rows}


class PublicationsDue(DeadlineList):
    """The open clocks of the list: who is to be published (K25A), brought up to date (K25B), ended (K25C)."""

    operations = {
        "GET": Operation(
            "list_publications_due",
            Label("Việc công khai đến hạn", "What is due on the public list"),
            CaseDeadlineSerializer,
            about=Label(
                "Thời hạn K25A (đăng tải), K25B (cập nhật), K25C (chấm dứt); breached=true: chỉ những việc "
                "đã quá hạn.",
                "Clocks K25A (publish), K25B (bring up to date), K25C (end); breached=true: only those that "
                "are late.",
            ),
            example=page(DEADLINE_EXAMPLE),
            problems=PROBLEMS,
        )
    }

    def narrow(self, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        return super().narrow(rows).filter(clock__in=("K25A", "K25B", "K25C"))
