"""The legal clocks of cases, read: acts, facts and time alone change them. Each says step by step why it ends
on its day.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django.db import models
from django.db.models import QuerySet
from django.utils.dateparse import parse_date
from rest_framework import serializers

from cases.api.calculators import DeadlineStepSerializer, step_row
from cases.api.examples import CASE_DETAIL, page
from cases.api.filters import STATE_CODES, STATE_LABELS, code_list
from cases.api.parties import visible_case
from cases.api.relations import CASE_SHOWN
from cases.api.views import CASE_ID, PROBLEMS
from cases.models import Deadline
from cases.querysets import deadline_lists
from cases.rules.clock_words import ACTORS, EXPIRIES, FACTS
from cases.rules.deadlines import Pause, due
from cases.rules.tables import Clock, tables
from cases.rules.working_days import vietnam
from officers.api.params import chosen_units, visible_officer
from officers.roles import Permission
from thads.common.api.base import ScopedAPIView, ScopedDetailView, ScopedListView
from thads.common.api.filters import Filters, codes, days, ids
from thads.common.api.operations import Operation
from thads.common.api.pagination import Window
from thads.common.api.parameters import OWN, UNIT, Parameter, parameter_fault
from thads.common.api.writing import by_uuid
from thads.common.errors import BadRequest
from thads.common.labels import CodeList, Label, label

CLOCKS: CodeList = {row.code: Label(row.label, row.label_en) for row in reversed(tables().clocks.values())}
TRIGGERS: CodeList = {**code_list("act_types"), **FACTS}

COLUMNS = (
    "public_id",
    "case__public_id",
    "case__decision_number",
    "unit__code",
    "officer__code",
    "clock",
    "variant",
    "regime",
    "actor",
    "trigger",
    "trigger_seq",
    "started_on",
    "started_at",
    "pauses",
    "due_on",
    "due_at",
    "state",
    "closed_on",
    "met_by_seq",
    "breached",
)
OFFICER = Parameter(
    "officer", Label("Mã hoặc UUID của chấp hành viên.", "Code or UUID of the officer."), example="DN.HC.03"
)
MINE = Parameter(
    "mine",
    Label("Chỉ của chính chấp hành viên đang hỏi.", "Only those of the officer who asks."),
    kind="boolean",
    default=False,
)
LATE = Parameter(
    "breached",
    Label("Chỉ những thời hạn đã từng quá hạn.", "Only those that were late, even if done since."),
    kind="boolean",
    default=False,
)
OPEN = Parameter(
    "open",
    Label(
        "Chỉ những thời hạn còn phải theo dõi; false: cả những thời hạn đã xong.",
        "Only those about which something is still to be done; false: those that are over too.",
    ),
    kind="boolean",
    default=True,
)


class DeadlineCaseSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    decision_number = serializers.CharField()


class CaseDeadlineSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    case = DeadlineCaseSerializer()
    unit = serializers.CharField()
    officer = serializers.CharField(allow_null=True)
    clock = serializers.CharField(help_text="see /rules/clocks/")
    clock_label = serializers.CharField()
    variant = serializers.CharField(allow_null=True)
    regime = serializers.CharField(help_text="the law of the trigger")
    legal_basis = serializers.CharField(allow_null=True)
    actor = serializers.CharField(help_text="who has to act")
    actor_label = serializers.CharField()
    trigger = serializers.CharField(help_text="the act or fact that started it")
    trigger_label = serializers.CharField()
    trigger_seq = serializers.IntegerField(help_text="place of the act in the case; 0: the opening")
    started_on = serializers.DateField()
    due_on = serializers.DateField(allow_null=True, help_text="the last day; null while it stands still")
    due_at = serializers.DateTimeField(allow_null=True, help_text="the last moment, of a clock of hours")
    state = serializers.ChoiceField(choices=STATE_CODES)
    state_label = serializers.CharField()
    breached = serializers.BooleanField(help_text="it was late, even if it has been done since")
    closed_on = serializers.DateField(allow_null=True, help_text="when it was met or lost its ground")
    met_by_seq = serializers.IntegerField(allow_null=True, help_text="place of the act that met it")
    on_expiry = serializers.CharField(help_text="what follows when nobody meets it")
    on_expiry_label = serializers.CharField()


class CaseDeadlineDetailSerializer(CaseDeadlineSerializer):
    pauses = serializers.ListField(
        child=serializers.ListField(child=serializers.DateField()), help_text="[from, to], none of it counted"
    )
    steps = DeadlineStepSerializer(many=True, help_text="why this date")


EXAMPLE: dict[str, Any] = {
    "id": "6c1c5c0e-6f0c-4a53-9d53-2b6d0c2a7b41",
    "case": {"id": CASE_DETAIL["id"], "decision_number": "125/QĐ-CCTHADS"},
    "unit": "DN.HC",
    "officer": "DN.HC.03",
    "clock": "K16",
    "clock_label": "Thời hạn tự nguyện thi hành án",
    "variant": None,
    "regime": "L2025",
    "legal_basis": "L25 Đ36.1",
    "actor": "DEBTOR",
    "actor_label": "Người phải thi hành án",
    "trigger": "ENF_DECISION_SERVED",
    "trigger_label": "Thông báo hợp lệ quyết định thi hành án",
    "trigger_seq": 1,
    "started_on": "2026-08-05",
    "due_on": "2026-08-17",
    "due_at": None,
    "state": "RUNNING",
    "state_label": "Đang tính",
    "breached": False,
    "closed_on": None,
    "met_by_seq": None,
    "on_expiry": "VERIFY_AND_COERCE",
    "on_expiry_label": "Xác minh; được cưỡng chế; bắt đầu tính phí",
}
DETAIL_EXAMPLE: dict[str, Any] = {
    **EXAMPLE,
    "pauses": [],
    "steps": [
        {
            "kind": "TRIGGER",
            "from": "2026-08-05",
            "to": "2026-08-05",
            "days": 0,
            "text": "Thứ Tư 05/08/2026 là ngày của sự kiện, không tính",
            "from_at": None,
            "to_at": None,
        }
    ],
}


class DeadlineFilter(Filters):
    lookups = (
        ids(),
        ids("case", Label("UUID của việc", "UUID of the case"), field="case__public_id"),
        codes("clock", CLOCKS, Label("Thời hạn", "The clock")),
        codes("actor", ACTORS, Label("Người phải thực hiện", "Who has to act")),
        codes("state", STATE_LABELS, Label("Trạng thái", "State")),
        days("started_on", Label("Ngày bắt đầu", "Day on which it started")),
        days("due_on", Label("Ngày hết hạn", "Last day"), nullable=True),
        days(
            "closed_on",
            Label("Ngày kết thúc", "Day on which it was met or lost its ground"),
            nullable=True,
        ),
    )  # fmt: skip

    class Meta:
        model = Deadline
        fields: list[str] = []


class _DeadlineView(ScopedAPIView):
    abstract = True
    model: ClassVar[type[models.Model]] = Deadline
    columns: ClassVar[tuple[str, ...]] = COLUMNS
    permission: ClassVar[Any] = Permission.READ_CASES
    expansions = {"case": CASE_SHOWN}

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [deadline_row(row, self.lang) for row in rows]


def deadline_row(row: dict[str, Any], lang: str) -> dict[str, Any]:
    clock = clock_of(row)
    return {
        "id": row["public_id"],
        "case": {"id": row["case__public_id"], "decision_number": row["case__decision_number"]},
        "unit": row["unit__code"],
        "officer": row["officer__code"],
        "clock": row["clock"],
        "clock_label": label(CLOCKS, row["clock"], lang) if clock is None else clock.name(lang),
        "variant": row["variant"] or None,
        "regime": row["regime"],
        "legal_basis": clock and clock.basis,
        "actor": row["actor"],
        "actor_label": label(ACTORS, row["actor"], lang),
        "trigger": row["trigger"],
        "trigger_label": label(TRIGGERS, row["trigger"], lang),
        "trigger_seq": row["trigger_seq"],
        "started_on": row["started_on"],
        "due_on": row["due_on"],
        "due_at": row["due_at"],
        "state": row["state"],
        "state_label": label(STATE_LABELS, row["state"], lang),
        "breached": row["breached"],
        "closed_on": row["closed_on"],
        "met_by_seq": row["met_by_seq"],
        "on_expiry": clock.on_expiry if clock else "NOTHING",
        "on_expiry_label": label(EXPIRIES, clock.on_expiry if clock else "NOTHING", lang),
    }


def clock_of(row: dict[str, Any]) -> Clock | None:
    """The row of the law that a deadline was worked out by; None when the tables have it no more."""
    return tables().find_clock(row["clock"], row["variant"], row["regime"], row["started_on"])


class DeadlineList(_DeadlineView, ScopedListView):
    """Deadlines by the day they end; those that stand still have none and are listed by another order."""

    filterset_class = DeadlineFilter
    query_parameters = (UNIT, OWN, OFFICER, MINE, OPEN, LATE)
    asked_often = frozenset({"unit", "own", "officer", "mine", "open", "breached"})
    orderings = {"due_on": "due_on", "started_on": "started_on"}
    default_ordering = "due_on"
    operations = {
        "GET": Operation(
            "list_deadlines",
            Label("Danh sách thời hạn", "List deadlines"),
            CaseDeadlineSerializer,
            about=Label(
                "Sớm nhất trước. Thời hạn đang tạm dừng không có ngày hết hạn: dùng ordering=started_on.",
                "The earliest first. One that stands still has no last day: ask with ordering=started_on.",
            ),
            example=page(EXAMPLE),
            problems=PROBLEMS,
        )
    }

    def narrow(self, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        units = chosen_units(self)
        if units is not None:
            rows = rows.filter(unit__among=units)
        if self.values["mine"]:
            rows = rows.filter(officer=own_officer(self))
        if self.values["officer"] is not None:
            rows = rows.filter(officer=visible_officer(self.scope, self.values["officer"]))
        if self.values["open"]:
            rows = rows.filter(closed_on=None)
        if self.values["breached"]:
            rows = rows.filter(breached=True)
        if self.ordering.field == "due_on":
            rows = rows.filter(due_on__isnull=False)
        return rows

    def by_statement(self, window: Window) -> tuple[list[dict[str, Any]], int | None] | None:
        if not self.values["open"] or self.values["breached"] or window.field != "due_on":
            return None
        officer = own_officer(self) if self.values["mine"] else None
        if self.values["officer"] is not None:
            chosen = visible_officer(self.scope, self.values["officer"])
            if officer not in (None, chosen):
                return None
            officer = chosen
        if officer is None or self.scope.officer_id not in (None, officer):
            return None
        units = chosen_units(self)
        asked = deadline_lists.Question(
            officer=officer,
            units=self.scope.unit_ids if units is None else units & self.scope.unit_ids,
            falling=window.falling,
            limit=window.limit,
            cap=window.cap,
            beyond=window.beyond,
        )
        return deadline_lists.read(asked)


def own_officer(view: ScopedAPIView) -> int:
    """The key of the officer who asks. Raises BadRequest when it is none."""
    officer = view.principal.officer_id
    if officer is None:
        raise BadRequest(parameter_fault("mine", "MINE_NEEDS_OFFICER"))
    return officer


class CaseDeadlines(DeadlineList):
    query_parameters = (OPEN,)
    default_ordering = "started_on"
    operations = {
        "GET": Operation(
            "list_case_deadlines",
            Label("Các thời hạn của một việc", "The deadlines of a case"),
            CaseDeadlineSerializer,
            example=page(EXAMPLE),
            problems=PROBLEMS,
            path_parameters={"id": CASE_ID},
        )
    }

    def by_statement(self, window: Window) -> None:
        """Of one case there are too few for a statement of their own."""

    def narrow(self, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        rows = rows.filter(case=visible_case(self, self.kwargs["id"]).pk)
        if self.values["open"]:
            rows = rows.filter(closed_on=None)
        return rows.filter(due_on__isnull=False) if self.ordering.field == "due_on" else rows


class DeadlineDetail(_DeadlineView, ScopedDetailView):
    address = "id"
    not_found = "DEADLINE_NOT_FOUND"
    operations = {
        "GET": Operation(
            "get_deadline",
            Label("Một thời hạn, và vì sao hết hạn vào ngày này", "One deadline, and why it ends on its day"),
            CaseDeadlineDetailSerializer,
            example=DETAIL_EXAMPLE,
            problems=PROBLEMS,
            path_parameters={"id": Label("UUID của thời hạn.", "UUID of the deadline.")},
        )
    }

    def condition(self, address: str) -> Any:
        return by_uuid(address)

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {**deadline_row(row, self.lang), "pauses": row["pauses"], "steps": self._steps(row)}
            for row in rows
        ]

    def _steps(self, row: dict[str, Any]) -> list[dict[str, Any]]:
        """Why the deadline ends on its day; nothing of one that stands still."""
        clock = clock_of(row)
        if clock is None or row["due_on"] is None:
            return []
        pauses = [Pause(_day(first), _day(last)) for first, last in row["pauses"]]
        found = due(clock, row["started_at"] or row["started_on"], vietnam(), pauses)
        return [step_row(step, self.lang) for step in found.steps]


def _day(text: str) -> dt.date:
    day = parse_date(text)
    assert day is not None, f"not a day: {text!r}"
    return day
