"""Assignments: read, given, changed, taken back."""

from __future__ import annotations

from typing import Any

from django.db import models

from officers.actions.assignments import change_assignment, create_assignment, remove_assignment
from officers.api.examples import ASSIGNMENT, ASSIGNMENT_PATCH, ASSIGNMENT_SENT, page
from officers.api.filters import AssignmentFilter
from officers.api.params import chosen_units
from officers.api.relations import OFFICER_SHOWN, UNIT_SHOWN
from officers.api.serializers import AssignmentBodySerializer, AssignmentSerializer
from officers.codes import TEMPORARY_REASONS
from officers.models import Assignment, Officer, Unit
from officers.roles import ROLE_NAMES, Permission
from thads.common.api.base import ScopedAPIView
from thads.common.api.operations import Operation
from thads.common.api.parameters import OWN, UNIT
from thads.common.api.writing import WritableDetailView, WritableListView, add_operation, row_operations
from thads.common.labels import Label, label
from thads.common.versions import Check

LIST_PROBLEMS = (400, 401, 403, 404)
NAME = Label("một phân công", "an assignment")
AT = {"id": Label("UUID của phân công.", "UUID of the assignment.")}
ASSIGNMENT_COLUMNS = ("public_id", "unit__code", "role", "valid_from", "valid_to", "temporary")


def assignment_row(row: dict[str, Any], lang: str) -> dict[str, Any]:
    return {
        "id": row["public_id"],
        "unit": row["unit__code"],
        "role": row["role"],
        "role_label": label(ROLE_NAMES, row["role"], lang),
        "valid_from": row["valid_from"],
        "valid_to": row["valid_to"],
        "temporary": row["temporary"] or None,
        "temporary_label": label(TEMPORARY_REASONS, row["temporary"], lang) or None,
    }


class _AssignmentView(ScopedAPIView):
    abstract = True
    model = Assignment
    columns = ("officer__code", "officer__name", *ASSIGNMENT_COLUMNS, "version")
    expansions = {"unit": UNIT_SHOWN, "officer": OFFICER_SHOWN}
    body = AssignmentBodySerializer

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {
                **assignment_row(row, self.lang),
                "officer": row["officer__code"],
                "officer_name": row["officer__name"] or None,
            }
            for row in rows
        ]


class AssignmentDetail(_AssignmentView, WritableDetailView):
    address = "id"
    not_found = "ASSIGNMENT_NOT_FOUND"
    permission = {
        "GET": Permission.READ_ORGANISATION,
        "PUT": Permission.MANAGE_STAFF,
        "PATCH": Permission.MANAGE_STAFF,
        "DELETE": Permission.MANAGE_STAFF,
    }
    operations = {
        "GET": Operation(
            "get_assignment",
            Label("Một phân công", "One assignment"),
            AssignmentSerializer,
            example=ASSIGNMENT,
            problems=LIST_PROBLEMS,
            path_parameters=AT,
        ),
        **row_operations(
            "assignment",
            NAME,
            response=AssignmentSerializer,
            example=ASSIGNMENT,
            body=AssignmentBodySerializer,
            sent=ASSIGNMENT_SENT,
            patch=ASSIGNMENT_PATCH,
            path=AT,
            about={
                "PUT": Label(
                    "Cán bộ, đơn vị, vai trò không đổi được: kết thúc phân công này, lập phân công khác.",
                    "Officer, unit and role stay: end this assignment and add another.",
                ),
                "DELETE": Label(
                    "Chỉ bỏ phân công lập nhầm; phân công đã làm việc thì đặt valid_to.",
                    "One made by mistake alone; one that was worked under is ended with valid_to.",
                ),
            },
        ),
    }

    def change(self, rows: models.QuerySet[Assignment], values: dict[str, Any], check: Check) -> Assignment:
        caller = self.principal
        return change_assignment(rows=rows, values=values, giver=caller.role, by=caller.by, check=check)

    def remove(self, rows: models.QuerySet[Assignment], check: Check) -> None:
        remove_assignment(rows=rows, giver=self.principal.role, by=self.principal.by, check=check)


class AssignmentList(_AssignmentView, WritableListView):
    permission = {"GET": Permission.READ_ORGANISATION, "POST": Permission.MANAGE_STAFF}
    query_parameters = {"GET": (UNIT, OWN)}
    filterset_class = AssignmentFilter
    orderings = {"officer": "officer__code", "unit": "unit__code"}
    default_ordering = "officer"
    detail = AssignmentDetail
    detail_name = "assignment"
    operations = {
        "GET": Operation(
            "list_assignments",
            Label(
                "Danh sách phân công: ai, ở đâu, làm gì, từ khi nào",
                "List assignments: who, where, as what, since when",
            ),
            AssignmentSerializer,
            example=page(ASSIGNMENT),
            problems=LIST_PROBLEMS,
        ),
        "POST": add_operation(
            "assignment",
            NAME,
            response=AssignmentSerializer,
            example=ASSIGNMENT,
            body=AssignmentBodySerializer,
            sent=ASSIGNMENT_SENT,
            about=Label(
                "Trong phạm vi của người gọi, không cao hơn vai trò của người gọi, không trùng thời gian với "
                "phân công cùng cán bộ, đơn vị, vai trò. Phân công tạm thời (temporary) phải có valid_to.",
                "Where the caller sees, no higher than the caller's role, and not in the days of another one "
                "of the same officer, unit and role. A temporary one needs its valid_to.",
            ),
        ),
    }

    def create(self, values: dict[str, Any]) -> Assignment:
        caller = self.principal
        return create_assignment(
            values=values,
            officers=Officer.objects.visible_to(self.scope),
            units=Unit.objects.visible_to(self.scope),
            giver=caller.role,
            by=caller.by,
        )

    def narrow(self, rows: Any) -> Any:
        units = chosen_units(self)
        return rows if units is None else rows.filter(unit__among=units)
