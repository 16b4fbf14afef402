"""What waits for whoever asks: the deadlines that are late, due or soon, the steps that are next, and the
cases in which nothing has happened for long.
"""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.actions import dockets
from cases.api.deadlines import (
    EXAMPLE,
    MINE,
    OFFICER,
    CaseDeadlineSerializer,
    deadline_row,
    own_officer,
)
from cases.api.examples import CASE_ROW
from cases.api.serializers import CaseSerializer
from cases.api.views import PROBLEMS, case_row
from cases.querysets import case_lists, deadline_lists
from cases.querysets.queue import IDLE, SECTIONS, Holder, Section, deadlines, idle_cases
from officers.api.params import chosen_units, visible_officer
from officers.roles import Permission
from thads.common.api.base import ScopedAPIView
from thads.common.api.operations import Operation
from thads.common.api.parameters import OWN, UNIT, Parameter, parameter_fault, shortened
from thads.common.errors import NotVisible
from thads.common.labels import CodeList, Label, label
from thads.journal import journal

SECTION_LABELS: CodeList = dict(
    zip(
        SECTIONS,
        (
            Label("Quá hạn", "Late"),
            Label("Hết hạn hôm nay", "Due today"),
            Label("Hết thời hạn, chờ bước tiếp theo", "Over, the next step is due"),
            Label("Hết hạn trong 7 ngày tới", "Due within 7 days"),
            Label("Đang chờ cơ quan, người khác", "Waiting for somebody else"),
            Label("Trên 90 ngày chưa có hành vi", "No act for 90 days"),
            Label("Trên 60 ngày chưa có hành vi", "No act for 60 days"),
            Label("Trên 30 ngày chưa có hành vi", "No act for 30 days"),
        ),
        strict=True,
    )
)
LIMIT = Parameter(
    "limit",
    Label("Số dòng của mỗi mục.", "Rows of each section."),
    kind="integer",
    default=20,
    low=1,
    high=100,
)


class QueueSectionSerializer(serializers.Serializer[Any]):
    section = serializers.ChoiceField(choices=list(SECTIONS))
    section_label = serializers.CharField()
    count = serializers.IntegerField(help_text="of all of them, not only of those shown")
    deadlines = CaseDeadlineSerializer(many=True, help_text="empty in a section of cases")
    cases = CaseSerializer(many=True, help_text="empty in a section of deadlines")


class QueueSerializer(serializers.Serializer[Any]):
    today = serializers.DateField()
    pending = serializers.IntegerField(
        help_text="cases whose deadlines are being worked out again at this moment"
    )
    sections = QueueSectionSerializer(many=True, help_text="the most urgent first; empty ones too")


QUEUE_EXAMPLE: dict[str, Any] = {
    "today": "2026-08-17",
    "pending": 0,
    "sections": [
        {
            "section": "due_today",
            "section_label": "Hết hạn hôm nay",
            "count": 1,
            "deadlines": [EXAMPLE],
            "cases": [],
        },
        {
            "section": "idle_90",
            "section_label": "Trên 90 ngày chưa có hành vi",
            "count": 1,
            "deadlines": [],
            "cases": [CASE_ROW],
        },
    ],
}


class CaseQueue(ScopedAPIView):
    permission = Permission.READ_CASES
    query_parameters = (UNIT, OWN, OFFICER, MINE, LIMIT)
    operations = {
        "GET": Operation(
            "get_case_queue",
            Label("Việc cần làm", "What is to be done"),
            QueueSerializer,
            about=Label(
                "Của đơn vị, của một chấp hành viên, hoặc của chính người hỏi (mine=true). Toàn bộ một mục: "
                "/deadlines/ và /cases/ với bộ lọc tương ứng.",
                "Of the units, of one officer, or of whoever asks (mine=true). All of a section: /deadlines/ "
                "and /cases/ with the filter for it.",
            ),
            example=QUEUE_EXAMPLE,
            problems=PROBLEMS,
        )
    }

    def get(self, request: Request) -> Response:
        today, limit = timezone.localdate(), self.values["limit"]
        holder = self._holder()
        urgent, idle = deadlines(holder, today, limit), idle_cases(holder, today, limit)
        # Both are within what the caller may see, and so are the rows they name.
        due = deadline_lists.by_key([key for one in urgent.values() for key in one.keys])
        cases = case_lists.by_key([key for one in idle.values() for key in one.keys])
        none = Section(0, [])
        pending = journal.pending(dockets.CONSUMER, holder.units, holder.officer)
        return Response(
            {
                "today": today,
                "pending": pending.cases,
                "sections": [
                    {
                        "section": name,
                        "section_label": label(SECTION_LABELS, name, self.lang),
                        "count": (idle if name in IDLE else urgent).get(name, none).count,
                        "deadlines": [
                            deadline_row(due[key], self.lang) for key in urgent.get(name, none).keys
                        ],
                        "cases": [self._case(cases[key]) for key in idle.get(name, none).keys],
                    }
                    for name in SECTIONS
                ],
            }
        )

    def _holder(self) -> Holder:
        """Whose queue is asked for, within what the caller may see. Raises NotVisible, BadRequest."""
        units = chosen_units(self)
        within = self.scope.unit_ids if units is None else units & self.scope.unit_ids
        officer = self.scope.officer_id
        if self.values["mine"]:
            officer = own_officer(self)
        asked = self.values["officer"]
        if asked is not None:
            chosen = visible_officer(self.scope, asked)
            if officer not in (None, chosen):
                raise NotVisible(parameter_fault("officer", "OFFICER_NOT_FOUND", officer=shortened(asked)))
            officer = chosen
        return Holder(within, officer)

    def _case(self, row: dict[str, Any]) -> dict[str, Any]:
        return case_row(row, row["themes"], row["debtors"], self.lang)
