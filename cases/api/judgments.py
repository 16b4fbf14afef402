"""Judgments: received, read, changed, corrected, with the parties and obligations the court proposes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from cases.actions.judgments import (
    change_judgment,
    judgment_known_as,
    receive_judgment,
    remove_judgment,
)
from cases.actions.proposals import Proposal
from cases.api.examples import page
from cases.api.external_ids import ExternalIdFilter, shown_keys, taken_keys
from cases.api.judgment_shapes import (
    CORRECTION_SENT,
    JUDGMENT,
    JUDGMENT_DETAIL,
    JUDGMENT_ID,
    JUDGMENT_SENT,
    JudgmentBodySerializer,
    JudgmentChangeSerializer,
    JudgmentDetailSerializer,
    JudgmentSerializer,
)
from cases.api.masks import lifted
from cases.api.proposals import proposed_obligation_row, proposed_party_row
from cases.api.views import INSTRUMENTS, PROBLEMS
from cases.models import Case, Judgment, JudgmentCorrection, ProposedObligation, ProposedParty
from cases.querysets.search import matching_judgments
from cases.rules.external_ids import Key, read_key
from officers.api.params import chosen_units, visible_unit
from officers.api.relations import UNIT_SHOWN
from officers.models import Unit
from officers.roles import Permission
from thads.common.api.base import ScopedAPIView
from thads.common.api.etag import check_version, etag_of, if_match
from thads.common.api.filters import Filters, codes, days, ids, rows, texts
from thads.common.api.operations import Operation
from thads.common.api.parameters import OWN, UNIT, shortened
from thads.common.api.writing import (
    DRY_RUN,
    WritableDetailView,
    WritableListView,
    read_body,
    shown,
    tried,
)
from thads.common.errors import BadRequest, Fault, NotVisible
from thads.common.labels import Label, label
from thads.common.models import VersionedModel
from thads.common.plain_text import Wanted


class JudgmentFilter(Filters):
    lookups = (
        ids(),
        texts("number", Label("Số, đúng từng chữ", "Number, exactly")),
        texts("issuer", Label("Nơi ra bản án, quyết định, đúng từng chữ", "Who issued it, exactly")),
        codes(
            "instrument_type",
            INSTRUMENTS,
            Label("Loại bản án, quyết định", "Kind of instrument"),
            nullable=True,
        ),
        days("issued_on", Label("Ngày ra", "Day on which it was given")),
        days("effective_on", Label("Ngày có hiệu lực", "Day of effect"), nullable=True),
        days("received_on", Label("Ngày nhận", "Day on which it was received"), nullable=True),
        rows("unit", Label("Chính đơn vị đã nhận", "The very unit that received it"), one=False, seen=True),
    )

    external_id = ExternalIdFilter()

    class Meta:
        model = Judgment
        fields: list[str] = []


COLUMNS = (
    "public_id",
    "number",
    "issued_on",
    "effective_on",
    "issuer",
    "instrument_type",
    "unit_id",
    "unit__code",
    "received_on",
    "version",
    "modified_at",
)


class _JudgmentView(ScopedAPIView):
    abstract = True
    model: ClassVar[type[models.Model]] = Judgment
    columns: ClassVar[tuple[str, ...]] = COLUMNS
    expansions = {"unit": UNIT_SHOWN}

    def rows_shown(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        keys = shown_keys("judgment", [row["pk"] for row in rows])
        return [self.shown_row(row, keys.get(row["pk"], [])) for row in rows]

    def shown_row(self, row: dict[str, Any], keys: list[dict[str, str]]) -> dict[str, Any]:
        kind, seen = row["instrument_type"], row["unit_id"] in self.scope.unit_ids
        return {
            "id": row["public_id"],
            "number": row["number"],
            "issued_on": row["issued_on"],
            "effective_on": row["effective_on"],
            "issuer": row["issuer"],
            "instrument_type": kind,
            "instrument_type_label": kind and label(INSTRUMENTS, kind, self.lang),
            "unit": row["unit__code"] if seen else None,
            "received_on": row["received_on"],
            "external_ids": keys,
            "version": row["version"],
            "modified_at": row["modified_at"],
        }

    def unit_named(self, values: dict[str, Any]) -> Unit | None:
        """The receiving unit out of what was sent; None when none was. Raises NotVisible."""
        code = values.pop("unit", None)
        if code is None:
            return None
        try:
            return visible_unit(self.scope, code)[0]
        except NotVisible:
            raise NotVisible(Fault("UNIT_NOT_FOUND", "/unit", {"unit": shortened(code)})) from None

    def receive(self, values: dict[str, Any]) -> Judgment:
        """Receive a judgment with the values sent, for the caller's own unit by default."""
        keys = taken_keys(values) or ()
        unit = self.unit_named(values)
        if unit is None:
            unit = Unit.objects.visible_to(self.scope).filter(pk=self.principal.unit_id or 0).first()
        if unit is None:
            raise BadRequest(Fault("FIELD_REQUIRED", "/unit", {"name": "unit"}))
        return receive_judgment(
            visible=Judgment.objects.visible_to(self.scope),
            unit=unit,
            keys=keys,
            proposal=_proposal(values),
            values=values,
            by=self.principal.by,
            today=timezone.localdate(),
        )

    def change_row(self, rows: QuerySet[Any], values: dict[str, Any], check: Any) -> Judgment:
        keys = taken_keys(values)
        unit, proposal = self.unit_named(values), _proposal(values)
        reason = values.pop("correction_reason", None)
        return change_judgment(
            rows=rows,
            visible_cases=Case.objects.visible_to(self.scope),
            values=values if unit is None else {**values, "unit": unit},
            keys=keys,
            proposal=proposal,
            reason=reason,
            check=check,
            by=self.principal.by,
            today=timezone.localdate(),
        )


def _proposal(values: dict[str, Any]) -> Proposal:
    """The proposed parties and obligations out of what was sent."""
    obligations = values.pop("obligations", None)
    if obligations is not None:
        obligations = [
            {**one, "amount": int(one["amount"]) if one.get("amount") else None} for one in obligations
        ]
    return Proposal(values.pop("parties", None), obligations)


class JudgmentDetail(_JudgmentView, WritableDetailView):
    permission = {
        "GET": Permission.READ_CASES,
        "PUT": Permission.KEEP_JUDGMENTS,
        "PATCH": Permission.KEEP_JUDGMENTS,
        "DELETE": Permission.KEEP_JUDGMENTS,
    }
    address = "id"
    not_found = "JUDGMENT_NOT_FOUND"
    body = JudgmentChangeSerializer
    operations = {
        "GET": Operation(
            "get_judgment",
            Label(
                "Một bản án, quyết định, với đương sự và các khoản được đề nghị",
                "One judgment, with its proposed parties and obligations",
            ),
            JudgmentDetailSerializer,
            example=JUDGMENT_DETAIL,
            problems=PROBLEMS,
            path_parameters={"id": JUDGMENT_ID},
        ),
        "PUT": Operation(
            "replace_judgment",
            Label("Thay toàn bộ nội dung một bản án, quyết định", "Replace a judgment"),
            JudgmentDetailSerializer,
            about=Label(
                "Như PATCH; trường không gửi thì thành trống, trừ unit, received_on, external_ids, parties, "
                "obligations giữ nguyên.",
                "As PATCH; a field that is not sent becomes empty, but for unit, received_on, external_ids, "
                "parties and obligations, which stay.",
            ),
            request=JudgmentChangeSerializer,
            request_example=JUDGMENT_SENT,
            example=JUDGMENT_DETAIL,
            problems=(*PROBLEMS, 409, 412, 422, 428),
            path_parameters={"id": JUDGMENT_ID},
        ),
        "PATCH": Operation(
            "change_judgment",
            Label("Sửa, đính chính một bản án, quyết định", "Change or correct a judgment"),
            JudgmentDetailSerializer,
            about=Label(
                "Khi đã có việc thi hành, số, ngày, nơi ra và loại chỉ sửa bằng đính chính: nêu "
                "correction_reason, và chỉ người xem được mọi việc đó; nội dung cũ được giữ trong "
                "corrections, phiên bản của từng việc tăng. Trùng với bản án khác: 409.",
                "Once cases rest on it, number, days, issuer and kind are changed by a correction alone: "
                "with correction_reason, by somebody who may see every one of these cases; what stood is "
                "kept in corrections, and the version of each case rises. The same as another judgment: 409.",
            ),
            request=JudgmentChangeSerializer,
            request_example=CORRECTION_SENT,
            example=JUDGMENT_DETAIL,
            problems=(*PROBLEMS, 409, 412, 422, 428),
            path_parameters={"id": JUDGMENT_ID},
        ),
        "DELETE": Operation(
            "remove_judgment",
            Label(
                "Bỏ một bản án, quyết định chưa có việc, chưa có tài liệu",
                "Remove a judgment without cases and documents",
            ),
            None,
            status=204,
            also={200: (JudgmentDetailSerializer, JUDGMENT_DETAIL)},
            problems=(*PROBLEMS, 409, 412, 428),
            path_parameters={"id": JUDGMENT_ID},
        ),
    }

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        keys = [row["pk"] for row in rows]
        parts = (self._parties(keys), self._obligations(keys), self._cases(keys), _corrections(keys))
        names = ("parties", "obligations", "cases", "corrections")
        return [
            shown_row | {name: part[row["pk"]] for name, part in zip(names, parts, strict=True)}
            for row, shown_row in zip(rows, self.rows_shown(rows), strict=True)
        ]

    def change(self, rows: QuerySet[Any], values: dict[str, Any], check: Any) -> VersionedModel:
        if self.request.method == "PUT":
            values = {"effective_on": None, "instrument_type": None, **values}
        return self.change_row(rows, values, check)

    def remove(self, rows: QuerySet[Any], check: Any) -> None:
        remove_judgment(rows=rows, check=check, by=self.principal.by)

    def _parties(self, keys: list[int]) -> Mapping[int, list[dict[str, Any]]]:
        found, clear = defaultdict(list), lifted(self.principal)
        for one in ProposedParty.objects.filter(judgment__in=keys).order_by("judgment_id", "position"):
            found[one.judgment_id].append(proposed_party_row(one, clear, self.lang))
        return found

    def _obligations(self, keys: list[int]) -> Mapping[int, list[dict[str, Any]]]:
        found = defaultdict(list)
        rows = ProposedObligation.objects.filter(judgment__in=keys).select_related("debtor", "creditor")
        for one in rows.order_by("judgment_id", "position"):
            found[one.judgment_id].append(proposed_obligation_row(one, self.lang))
        return found

    def _cases(self, keys: list[int]) -> Mapping[int, list[Any]]:
        found = defaultdict(list)
        cases = Case.objects.visible_to(self.scope).filter(judgment__in=keys).order_by("pk")
        for judgment, case in cases.values_list("judgment_id", "public_id"):
            found[judgment].append(case)
        return found


def _corrections(keys: list[int]) -> Mapping[int, list[dict[str, Any]]]:
    found = defaultdict(list)
    rows = JudgmentCorrection.objects.filter(judgment__in=keys).order_by("judgment_id", "version")
    columns = ("version", "reason", "before", "after", "recorded_at", "recorded_by")
    for row in rows.values("judgment_id", *columns):
        found[row["judgment_id"]].append({name: row[name] for name in columns})
    return found


class JudgmentList(_JudgmentView, WritableListView):
    permission = {"GET": Permission.READ_CASES, "POST": Permission.KEEP_JUDGMENTS}
    query_parameters = {"GET": (UNIT, OWN), "POST": ()}
    filterset_class = JudgmentFilter
    orderings = {"issued_on": "issued_on", "recorded_at": "pk"}
    default_ordering = "-issued_on"
    searched_in = Label(
        "số bản án, tên đương sự, và số quyết định của các việc thi hành bản án",
        "numbers of judgments, names of parties, and decision numbers of the cases on them",
    )
    body = JudgmentBodySerializer
    detail = JudgmentDetail
    detail_name = "judgment"
    operations = {
        "GET": Operation(
            "list_judgments",
            Label("Danh sách bản án, quyết định", "List judgments"),
            JudgmentSerializer,
            about=Label(
                "Những bản án có việc mà người gọi được xem, và những bản án đơn vị đã nhận. unit là đơn vị "
                "nhận.",
                "Those on which a case rests that you may see, and those that your units have received. unit "
                "is the receiving one.",
            ),
            example=page(JUDGMENT),
            problems=PROBLEMS,
        ),
        "POST": Operation(
            "receive_judgment",
            Label("Nhận một bản án, quyết định", "Receive a judgment"),
            JudgmentDetailSerializer,
            about=Label(
                "Kèm đương sự và các khoản đề nghị, nếu có; việc thụ lý với judgment: {id} bắt đầu từ đó. "
                "Trùng số, ngày, nơi ra với bản án đã có: 409, với id đã có và những trường khác nhau.",
                "With proposed parties and obligations, if any: a case opened with judgment: {id} starts "
                "from them. The same number, day and issuer as one that stands: 409, with its id and the "
                "fields that differ.",
            ),
            request=JudgmentBodySerializer,
            request_example=JUDGMENT_SENT,
            example=JUDGMENT_DETAIL,
            status=201,
            also={200: (JudgmentDetailSerializer, JUDGMENT_DETAIL)},
            problems=(*PROBLEMS, 409, 422),
        ),
    }

    def scoped(self) -> QuerySet[Any, Any]:
        return self.everything().standing()

    def everything(self) -> Any:
        return Judgment.objects.listed_for(self.scope)

    def narrow(self, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        units = chosen_units(self)
        return rows if units is None else rows.filter(unit__in=units)

    def search(self, rows: QuerySet[Any, Any], wanted: Wanted) -> QuerySet[Any, Any]:
        return matching_judgments(rows, wanted, self.scope.unit_ids, Case.objects.visible_to(self.scope))

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return self.rows_shown(rows)

    def create(self, values: dict[str, Any]) -> VersionedModel:
        return self.receive(values)


class JudgmentByExternalId(_JudgmentView):
    """A judgment under the key of the system that sends it: created, or replaced."""

    permission = Permission.KEEP_JUDGMENTS
    query_parameters = (DRY_RUN,)
    takes_if_match = ("PUT",)
    operations = {
        "PUT": Operation(
            "put_judgment_by_external_id",
            Label(
                "Nhận hoặc thay một bản án theo mã của hệ thống gửi",
                "Receive or replace a judgment by the key of the sending system",
            ),
            JudgmentDetailSerializer,
            about=Label(
                "Chưa có mã này: nhận mới, 201. Đã có: thay nội dung, 200; khi đã có việc thì cần "
                "correction_reason. If-Match không bắt buộc. Gửi lại y nguyên thì không thay đổi gì.",
                "The key is new: received, 201. It is known: replaced, 200; with cases on it "
                "correction_reason is needed. If-Match is optional. The same again changes nothing.",
            ),
            request=JudgmentChangeSerializer,
            request_example={name: JUDGMENT_SENT[name] for name in ("number", "issued_on", "issuer")},
            example=JUDGMENT_DETAIL,
            status=200,
            problems=(*PROBLEMS, 409, 412, 422),
            path_parameters={
                "system": Label("Mã hệ thống.", "Code of the system."),
                "value": Label("Mã của bản án ở hệ thống đó.", "Key of the judgment there."),
            },
            also={201: (JudgmentDetailSerializer, JUDGMENT_DETAIL)},
        )
    }

    def put(self, request: Request, system: str, value: str) -> Response:
        key = read_key(system, value)
        values = read_body(JudgmentChangeSerializer, request.data)
        return tried(self.values["dry_run"], lambda: self._put(key, values))

    def _put(self, key: Key, values: dict[str, Any]) -> Response:
        row = judgment_known_as(key=key, visible=Judgment.objects.visible_to(self.scope))
        sent = [dict(one) for one in values.get("external_ids", ())]
        if key._asdict() not in sent:
            sent.append(key._asdict())
        values["external_ids"] = sent
        if row is None:
            values.pop("correction_reason", None)
            return self._answer(self.receive(values), 201)
        rows = Judgment.objects.visible_to(self.scope).filter(pk=row.pk)
        values = {"effective_on": None, "instrument_type": None, **values}
        asked = if_match(self.request)

        def check(row: VersionedModel, _sent: Mapping[str, Any]) -> None:
            check_version(asked, row.version)

        return self._answer(self.change_row(rows, values, check), 200)

    def _answer(self, row: Judgment, status: int) -> Response:
        body, version = shown(JudgmentDetail, self.request, row.public_id)
        address = reverse("judgment", kwargs={"id": row.public_id})
        etag = etag_of(version or row.version, self.request)
        headers = {"Location": self.request.build_absolute_uri(address), "ETag": etag}
        return Response(body, status=status, headers=headers)
