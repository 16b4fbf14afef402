"""Cases and their acts, read."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from rest_framework.request import Request
from rest_framework.response import Response

from cases.api.examples import ACT, CASE_DETAIL, CASE_ROW, page
from cases.api.external_ids import shown_keys
from cases.api.filters import (
    BUCKETS,
    FIELDS,
    INITIATIONS,
    STATUSES,
    THEMES,
    ActFilter,
    CaseFilter,
    code_list,
)
from cases.api.masks import lifted, shown_identifiers
from cases.api.moments import AS_OF, KNOWN_AT, Moment, asked_moment
from cases.api.relations import (
    DEADLINES_OF_CASE,
    JUDGMENT_OF_CASE,
    JUDGMENT_SHOWN,
    OBLIGATION_SHOWN,
    OBLIGATIONS_OF_CASE,
    PARTIES_OF_CASE,
    PARTY_SHOWN,
)
from cases.api.serializers import ActSerializer, CaseDetailSerializer, CaseSerializer
from cases.models import Act, Case
from cases.querysets import case_lists, case_reads
from cases.querysets.case_reads import Parts, Whole
from cases.querysets.departures import count_departures, departures
from cases.querysets.lives import lives
from cases.querysets.search import clauses, matching, matching_page
from cases.rules.history import LineStand, Past, check_opened, past
from cases.rules.life import OPENING
from cases.rules.tables import tables
from officers.api.params import chosen_units, visible_officer
from officers.api.relations import OFFICER_SHOWN, UNIT_SHOWN
from officers.models import Officer, Unit
from officers.roles import Permission
from thads.common.api.base import ScopedDetailView, ScopedListView
from thads.common.api.changes import Change, Source
from thads.common.api.operations import Operation
from thads.common.api.pagination import Branches, Window
from thads.common.api.parameters import OWN, UNIT, Parameter, parameter_fault, shortened
from thads.common.errors import BadRequest, Fault, NotVisible
from thads.common.labels import Label, label
from thads.common.plain_text import Wanted

OFFICER = Parameter(
    "officer",
    Label("Mã hoặc UUID của chấp hành viên đang thụ lý.", "Code or UUID of the officer in charge now."),
    example="DN.HC.01",
)
CASE_ID = Label("UUID của việc.", "UUID of the case.")
PROBLEMS = (400, 401, 403, 404)

PARTY_ROLES = code_list("party_roles")
PARTY_KINDS = code_list("party_kinds")
OBLIGATION_KINDS = code_list("obligation_kinds")
ASSET_KINDS = code_list("asset_kinds")
INSTRUMENTS = code_list("instruments")
ACT_TYPES = code_list("act_types")

ROW_COLUMNS = (
    "public_id",
    "decision_number",
    "decision_date",
    "authority__code",
    "unit__code",
    "officer__code",
    "officer__name",
    "initiation",
    "field",
    "status",
    "bucket",
    "due",
    "remaining",
    "last_act_on",
)


# --- Cases --------------------------------------------------------------------------------------------------


def case_row(row: dict[str, Any], tags: list[str], debtors: list[str], lang: str) -> dict[str, Any]:
    officer = row["officer__code"]
    return {
        "id": row["public_id"],
        "decision_number": row["decision_number"],
        "decision_date": row["decision_date"],
        "authority": row["authority__code"],
        "unit": row["unit__code"],
        "officer": officer and {"code": officer, "name": row["officer__name"] or None},
        "initiation": row["initiation"],
        "initiation_label": label(INITIATIONS, row["initiation"], lang),
        "field": row["field"],
        "field_label": label(FIELDS, row["field"], lang),
        **status_row(row["status"], lang),
        "bucket": row["bucket"],
        "bucket_label": label(BUCKETS, row["bucket"], lang),
        "due": str(row["due"]),
        "remaining": str(row["remaining"]),
        "tags": tags,
        "tags_label": [label(THEMES, tag, lang) for tag in tags],
        "debtors": debtors,
        "last_act_on": row["last_act_on"],
    }


#: What the list is asked for all day, and of this the codes with their lists.
_CODED = {"status": STATUSES, "bucket": BUCKETS, "field": FIELDS, "initiation": INITIATIONS}


class CaseList(ScopedListView):
    model = Case
    permission = Permission.READ_CASES
    columns = ROW_COLUMNS
    query_parameters = (UNIT, OWN, OFFICER)
    asked_often = frozenset({*_CODED, "unit", "own", "officer", "q"})
    filterset_class = CaseFilter
    expansions = {
        "unit": UNIT_SHOWN,
        "officer": OFFICER_SHOWN,
        "authority": UNIT_SHOWN,
        "judgment": JUDGMENT_OF_CASE,
        "parties": PARTIES_OF_CASE,
        "obligations": OBLIGATIONS_OF_CASE,
        "deadlines": DEADLINES_OF_CASE,
    }
    orderings = {
        "decision_date": "decision_date",
        "last_act_on": "last_act_on",
        "recorded_at": "pk",
        "remaining": "remaining",
    }
    default_ordering = "-decision_date"
    searched_in = Label(
        "số quyết định thi hành án, số bản án và tên đương sự",
        "numbers of enforcement decisions and of judgments, and names of parties",
    )
    operations = {
        "GET": Operation(
            "list_cases",
            Label("Danh sách việc thi hành án", "List cases"),
            CaseSerializer,
            about=Label(
                "Đơn vị, chấp hành viên, loại án, trạng thái là của hiện tại. Mới nhất trước.",
                "Unit, officer, field and bucket are those of now. The latest decisions come first.",
            ),
            example=page(CASE_ROW),
            problems=PROBLEMS,
        )
    }

    def narrow(self, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        units = self.units
        if units is not None:
            rows = rows.filter(unit__in=units)
        asked = self.values["officer"]
        if asked is not None:
            rows = rows.filter(officer=visible_officer(self.scope, asked))
        return rows

    @cached_property
    def units(self) -> frozenset[int] | None:
        """The units asked for (keys); None when none are."""
        return chosen_units(self)

    def branches(self) -> Branches | None:
        # Of one officer's cases there are too few to walk them unit by unit.
        if self.scope.officer_id is not None or self.values["officer"] is not None:
            return None
        return Branches("unit", self.scope.unit_ids if self.units is None else self.units)

    def by_statement(self, window: Window) -> tuple[list[dict[str, Any]], int | None] | None:
        given = self.request._request.GET
        equal: dict[str, Any] = {name: given[name] for name in _CODED if name in given}
        known = all(value in _CODED[name] for name, value in equal.items())
        if not known or self.scope.officer_id is not None:
            return None
        if self.values["officer"] is not None:
            equal["officer_id"] = visible_officer(self.scope, self.values["officer"])
        units = self.scope.unit_ids if self.units is None else self.units & self.scope.unit_ids
        words, words_counted = None, None
        if self.wanted is not None:
            words, words_counted = clauses(self.wanted, units, key="c.id", unit="c.unit_id")
        asked = case_lists.Question(
            units=units,
            order=window.field,
            falling=window.falling,
            limit=window.limit,
            cap=window.cap,
            beyond=window.beyond,
            equal=equal,
            words=words,
            words_counted=words_counted,
        )
        return case_lists.read(asked)

    def search(self, rows: QuerySet[Any, Any], wanted: Wanted) -> QuerySet[Any, Any]:
        return matching(rows, wanted, self.scope.unit_ids if self.units is None else self.units)

    def search_page(
        self, rows: QuerySet[Any, Any], wanted: Wanted
    ) -> tuple[QuerySet[Any, Any], QuerySet[Any, Any]]:
        return matching_page(rows, wanted, self.scope.unit_ids if self.units is None else self.units)

    def departed(self, since: dt.datetime) -> Source:
        def source(beyond: tuple[dt.datetime, int] | None, falling: bool, limit: int) -> list[Change]:
            left = departures(self.scope, since, beyond=beyond, falling=falling, limit=limit)
            return [Change(one.modified_at, one.pk, one.public_id) for one in left]

        return source

    def count_departed(self, since: dt.datetime, limit: int | None) -> int:
        return count_departures(self.scope, since, limit)

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        wanted = self.shape.wants("tags", "tags_label", "debtors")
        bare = [row["pk"] for row in rows if "debtors" not in row] if wanted else []
        beside = case_reads.beside(bare) if bare else {}
        return [
            case_row(row, *beside.get(row["pk"], (row.get("themes", []), row.get("debtors", []))), self.lang)
            for row in rows
        ]


#: Where a row that was read whole has what belongs to the case.
_PARTS = "parts"
#: What a case shows that is kept as it is, not as it was.
NOT_DATED = (
    "officer.name",
    "debtors",
    "judgment",
    "parties",
    "obligations.description",
    "assets",
    "previous_case",
)
_NOT_DATED = Label(
    "Các mục này chỉ được lưu theo hiện trạng; tại thời điểm được hỏi có thể đã khác.",
    "These are kept only as they are now; at the moment asked for they may have been different.",
)


class CaseDetail(ScopedDetailView):
    model = Case
    permission = Permission.READ_CASES
    query_parameters = (AS_OF, KNOWN_AT)
    expansions = {
        "unit": UNIT_SHOWN,
        "officer": OFFICER_SHOWN,
        "authority": UNIT_SHOWN,
        "judgment": JUDGMENT_SHOWN,
        "parties": PARTY_SHOWN,
        "obligations": OBLIGATION_SHOWN,
        "deadlines": DEADLINES_OF_CASE,
    }
    # What leads to a row; the row itself is read with what belongs to the case.
    columns = ("public_id",)
    address = "id"
    not_found = "CASE_NOT_FOUND"
    operations = {
        "GET": Operation(
            "get_case",
            Label(
                "Một việc: bản án, đương sự, các khoản, tài sản",
                "One case: its judgment, parties, obligations and assets",
            ),
            CaseDetailSerializer,
            about=Label(
                "Số giấy tờ, địa chỉ, điện thoại, tài khoản được che bớt nếu vai trò không được xem. as_of: "
                "việc như tại cuối ngày đó; known_at: "
                "như đã biết tại thời điểm đó. known_at được trả lời là thời điểm đến đó mọi lần ghi đã "
                "xong: hỏi lại đúng thời điểm ấy thì luôn được cùng câu trả lời.",
                "Identity numbers, addresses, phones and accounts are masked unless the role may see them. "
                "as_of: the case as it stood at the end of that "
                "day; known_at: as it was known at that moment. The known_at answered is one up to which all "
                "recording has ended: asked again for that very moment, the answer is always the same.",
            ),
            example=CASE_DETAIL,
            problems=(*PROBLEMS, 409),
            path_parameters={"id": CASE_ID},
        )
    }

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        if self.values["as_of"] is None and self.values["known_at"] is None:
            return super().get(request, *args, **kwargs)
        if "obligations" in self.shape.expand:
            # They are shown as they stand now.
            other = "as_of, known_at"
            raise BadRequest(parameter_fault("expand", "PARAMETERS_TOGETHER", other=other))
        row = self.found(kwargs[self.address])
        moment = asked_moment(self.values, row["unit_id"])
        assert moment is not None
        then = past(lives([row["pk"]], tables())[row["pk"]], moment.as_of, moment.known_at)
        row, parts = self._whole(kwargs[self.address], moment.known_at)
        return Response(self.shaped([self._shown_then(row, parts, then, moment)])[0])

    def version_of(self, row: Mapping[str, Any]) -> int:
        return int(row["version"])

    def found(self, address: str) -> dict[str, Any]:
        row, parts = self._whole(address)
        return {**row, _PARTS: parts}

    def _whole(self, address: str, known_at: dt.datetime | None = None) -> Whole:
        found = case_reads.case(case_id(address), self.scope, known_at)
        if found is None:
            raise no_case(address)
        return found

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        bare = [row["pk"] for row in rows if _PARTS not in row]
        read = case_reads.cases(bare) if bare else {}
        return [self._shown(*(read.get(row["pk"]) or (row, row[_PARTS]))) for row in rows]

    def _shown(self, row: dict[str, Any], parts: Parts) -> dict[str, Any]:
        debtors = [party["name"] for party in parts.parties if party["role"] == "DEBTOR"]
        return {
            **case_row(row, parts.themes, debtors, self.lang),
            "judgment": self._judgment(row),
            "parties": [self._party(one) for one in parts.parties],
            "obligations": [self._obligation(one) for one in parts.obligations],
            "assets": [self._asset(one) for one in parts.assets],
            "external_ids": parts.external_ids,
            "previous_case": self._previous(parts),
            "acts": {"count": parts.act_count, "url": self._acts(row["public_id"])},
            "version": row["version"],
            "recorded_at": row["recorded_at"],
            "as_of": None,
            "known_at": None,
            "not_dated": [],
            "not_dated_label": None,
        }

    def _shown_then(self, row: dict[str, Any], parts: Parts, then: Past, moment: Moment) -> dict[str, Any]:
        """The case as it stood: what its acts say as of then, and the rest as it is."""
        stand = then.stand
        officers = Officer.objects.filter(pk=stand.holder.officer).values_list("code", "name")
        code, name = officers.first() or (None, None)
        stood = {
            "unit__code": Unit.objects.values_list("code", flat=True).get(pk=stand.holder.unit),
            "officer__code": code,
            "officer__name": name,
            "initiation": stand.initiation,
            "field": stand.field,
            "status": then.status,
            "bucket": stand.bucket,
            "due": stand.due,
            "remaining": stand.remaining,
            "last_act_on": then.last_act_on,
            "version": then.version,
        }
        refs = [party["ref"] for party in parts.parties]
        lines = [_line_then(*both, refs) for both in zip(parts.obligations, stand.lines, strict=True)]
        shown = self._shown({**row, **stood}, replace(parts, act_count=then.acts, obligations=lines))
        shown["acts"]["url"] += f"?{urlencode(moment.query)}"
        return shown | {
            "as_of": moment.as_of,
            "known_at": moment.known_at,
            "not_dated": list(NOT_DATED),
            "not_dated_label": _NOT_DATED.text(self.lang),
        }

    def _previous(self, parts: Parts) -> dict[str, Any] | None:
        """The former case that this one continues: the last one returned, of those the caller may see."""
        for one in parts.former:
            own = self.scope.officer_id in (None, one["officer_id"])
            if own and one["unit_id"] in self.scope.unit_ids:
                return {name: one[name] for name in ("id", "decision_number", "decision_date")}
        return None

    def _judgment(self, row: dict[str, Any]) -> dict[str, Any]:
        kind = row["judgment__instrument_type"]
        return {
            "id": row["judgment__public_id"],
            "number": row["judgment__number"],
            "issued_on": row["judgment__issued_on"],
            "effective_on": row["judgment__effective_on"],
            "issuer": row["judgment__issuer"],
            "instrument_type": kind,
            "instrument_type_label": kind and label(INSTRUMENTS, kind, self.lang),
        }

    def _party(self, row: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": row["public_id"],
            "ref": row["ref"],
            "role": row["role"],
            "role_label": label(PARTY_ROLES, row["role"], self.lang),
            "kind": row["kind"],
            "kind_label": label(PARTY_KINDS, row["kind"], self.lang),
            "name": row["name"],
            **shown_identifiers(row, lifted(self.principal)),
            "external_ids": row["external_ids"],
        }

    def _obligation(self, row: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": row["public_id"],
            "ref": row["ref"],
            "kind": row["kind"],
            "kind_label": label(OBLIGATION_KINDS, row["kind"], self.lang),
            "debtor": row["debtor"],
            "creditor": row["creditor"],
            "current_debtor": row["current_debtor"],
            "current_creditor": row["current_creditor"],
            "amount": money(row["amount"]),
            "description": row["description"],
            "due": money(row["due"]),
            "remaining": money(row["remaining"]),
            "bucket": row["bucket"],
            "bucket_label": label(BUCKETS, row["bucket"], self.lang),
        }

    def _asset(self, row: dict[str, Any]) -> dict[str, Any]:
        return {
            "id": row["public_id"],
            "ref": row["ref"],
            "kind": row["kind"],
            "kind_label": label(ASSET_KINDS, row["kind"], self.lang),
            "owner": row["owner"],
            "description": row["description"],
            "certificate": row["certificate"],
        }

    def _acts(self, case: uuid.UUID) -> str:
        return self.request.build_absolute_uri(reverse("case-acts", kwargs={"id": case}))


def _line_then(line: dict[str, Any], was: LineStand, refs: Sequence[str]) -> dict[str, Any]:
    """A line as it stood; until that was passed on, whom the decision named owed and was owed it."""
    return {
        **line,
        "due": was.due,
        "remaining": was.remaining,
        "bucket": was.bucket,
        "current_debtor": line["debtor"] if was.debtor is None else refs[was.debtor],
        "current_creditor": line["creditor"] if was.creditor is None else refs[was.creditor],
    }


# --- Acts ---------------------------------------------------------------------------------------------------


class CaseActs(ScopedListView):
    model = Act
    permission = Permission.READ_CASES
    columns = (
        "public_id",
        "case_id",
        "seq",
        "ref",
        "type",
        "effective_on",
        "decision_number",
        "decision_date",
        "signer",
        "ground",
        "note",
        "whole",
        "asset__ref",
        "unit__code",
        "officer__code",
        "field",
        "initiation",
        "to_authority",
        "data",
        "annuls__public_id",
        "voids__public_id",
        "recorded_at",
        "recorded_by",
    )
    query_parameters = (AS_OF, KNOWN_AT)
    expansions = {"unit": UNIT_SHOWN, "officer": OFFICER_SHOWN}
    filterset_class = ActFilter
    orderings = {"seq": "seq"}
    default_ordering = "seq"
    moment: Moment | None = None
    operations = {
        "GET": Operation(
            "list_case_acts",
            Label("Quá trình thi hành của một việc", "The acts of a case, in the order of its story"),
            ActSerializer,
            about=Label(
                "Thứ tự là vị trí trong hồ sơ; đầu tiên là quyết định thi hành án. as_of: những hành vi có "
                "hiệu lực đến ngày đó; known_at: những hành vi đã ghi đến thời điểm đó.",
                "In the order of their places; the first is the opening. as_of: the acts in effect by that "
                "day; known_at: the acts recorded by that moment, undone by what was recorded by then.",
            ),
            example=page(ACT),
            problems=PROBLEMS,
            path_parameters={"id": CASE_ID},
        )
    }

    def scoped(self) -> QuerySet[Any, Any]:
        """The acts of the case, which itself has to be visible."""
        address = self.kwargs["id"]
        cases = Case.objects.visible_to(self.scope).filter(public_id=case_id(address))
        case = cases.values_list("pk", "unit_id").first()
        if case is None:
            raise no_case(address)
        key, unit = case
        acts = super().scoped().filter(case=key)
        self.moment = asked_moment(self.values, unit)
        return acts if self.moment is None else self._then(acts, self.moment)

    def _then(self, acts: QuerySet[Any, Any], moment: Moment) -> QuerySet[Any, Any]:
        opened = acts.values_list("effective_on", "recorded_at").get(seq=OPENING)
        check_opened(*opened, moment.as_of, moment.known_at)
        known = acts.filter(recorded_at__lte=moment.known_at)
        return known if moment.as_of is None else known.filter(effective_on__lte=moment.as_of)

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        keys = [row["pk"] for row in rows]
        lines = case_reads.lines(keys)
        known_at = None if self.moment is None else self.moment.known_at
        voided, annulled = case_reads.undone_by(rows[0]["case_id"], known_at) if rows else ({}, {})
        names = shown_keys("act", keys)
        return [
            act_row(
                row,
                lines.get(row["pk"], ()),
                annulled_by=annulled.get(row["pk"]),
                voided_by=voided.get(row["pk"]),
                external_ids=names.get(row["pk"], []),
                lang=self.lang,
            )
            for row in rows
        ]


def act_row(
    row: dict[str, Any],
    lines: Iterable[dict[str, Any]],
    *,
    annulled_by: Any,
    voided_by: Any,
    external_ids: list[dict[str, str]],
    lang: str,
) -> dict[str, Any]:
    """An act as the API shows it, from the columns of ``CaseActs`` and of its lines."""
    return {
        "id": row["public_id"],
        "seq": row["seq"],
        "ref": row["ref"],
        "type": row["type"],
        "type_label": label(ACT_TYPES, row["type"], lang),
        "effective_on": row["effective_on"],
        "decision_number": row["decision_number"],
        "decision_date": row["decision_date"],
        "signer": row["signer"],
        "ground": row["ground"],
        "note": row["note"],
        "whole": row["whole"],
        "lines": [{"obligation": line["obligation__ref"], "amount": money(line["amount"])} for line in lines],
        "asset": row["asset__ref"],
        "unit": row["unit__code"],
        "officer": row["officer__code"],
        "field": row["field"],
        "initiation": row["initiation"],
        "to_authority": row["to_authority"],
        "data": row["data"],
        "annuls": row["annuls__public_id"],
        "voids": row["voids__public_id"],
        "annulled_by": annulled_by,
        "voided_by": voided_by,
        "external_ids": external_ids,
        "legal_basis": tables().act_types[row["type"]].basis_on(row["effective_on"]),
        "recorded_at": row["recorded_at"],
        "recorded_by": row["recorded_by"],
    }


def stand_row(stand: Any, lang: str) -> dict[str, Any]:
    """Bucket and money of a line, or of a whole case."""
    return {
        "due": money(stand.due),
        "remaining": money(stand.remaining),
        "bucket": stand.bucket,
        "bucket_label": label(BUCKETS, stand.bucket, lang),
    }


def status_row(status: str, lang: str) -> dict[str, Any]:
    """How far the procedure of a case has come."""
    return {"status": status, "status_label": label(STATUSES, status, lang)}


def classified(initiation: str, field: str, lang: str) -> dict[str, Any]:
    return {
        "initiation": initiation,
        "initiation_label": label(INITIATIONS, initiation, lang),
        "field": field,
        "field_label": label(FIELDS, field, lang),
    }


def money(amount: int | None) -> str | None:
    """đồng as the API writes them: a string, because national sums exceed what JSON numbers hold."""
    return None if amount is None else str(amount)


def case_id(address: str) -> uuid.UUID:
    try:
        return uuid.UUID(address)
    except ValueError:
        raise no_case(address) from None


def no_case(address: str) -> NotVisible:
    return NotVisible(Fault("CASE_NOT_FOUND", params={"case": shortened(address)}))
