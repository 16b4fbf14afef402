"""Staff counts: read, put down, changed, taken back."""

from __future__ import annotations

from typing import Any

from django.db import models
from rest_framework import serializers

from officers.actions.staff_counts import change_staff_count, create_staff_count, remove_staff_count
from officers.api.examples import page
from officers.api.params import chosen_units
from officers.api.relations import UNIT_SHOWN
from officers.models import StaffCount, Unit
from officers.roles import Permission
from thads.common.api.base import ScopedAPIView
from thads.common.api.filters import Filters, ids, numbers, rows
from thads.common.api.operations import Operation
from thads.common.api.parameters import OWN, UNIT
from thads.common.api.writing import (
    TextField,
    WritableDetailView,
    WritableListView,
    add_operation,
    row_operations,
)
from thads.common.labels import Label
from thads.common.versions import Check

LIST_PROBLEMS = (400, 401, 403, 404)
NAME = Label("biên chế của một đơn vị trong một năm", "the staff count of a unit in a year")
AT = {"id": Label("UUID của dòng biên chế.", "UUID of the staff count.")}
#: More people than any unit has.
MOST = 100_000

STAFF_COUNT_SENT: dict[str, Any] = {
    "unit": "DN.HC",
    "fiscal_year": 2026,
    "establishment": 18,
    "in_post": 17,
}
STAFF_COUNT: dict[str, Any] = {"id": "7f8f2d7c-9a51-4b35-8c55-6a8a4f1d9e56", **STAFF_COUNT_SENT}
STAFF_COUNT_PATCH: dict[str, Any] = {"in_post": 16}


class StaffCountBodySerializer(serializers.Serializer[Any]):
    unit = TextField(max_length=32, help_text="code. Stays")
    fiscal_year = serializers.IntegerField(min_value=1990, max_value=2100, help_text="stays")
    establishment = serializers.IntegerField(
        min_value=0, max_value=MOST, help_text="posts given to the unit itself"
    )
    in_post = serializers.IntegerField(min_value=0, max_value=MOST, help_text="staff in post")


class StaffCountSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    unit = serializers.CharField(help_text="code")
    fiscal_year = serializers.IntegerField()
    establishment = serializers.IntegerField(help_text="posts given to the unit itself")
    in_post = serializers.IntegerField(help_text="staff in post")


class StaffCountFilter(Filters):
    lookups = (
        ids(),
        rows("unit", Label("Chính đơn vị đó", "The very unit"), one=False),
        numbers("fiscal_year", Label("Năm thống kê", "Statistical year")),
    )

    class Meta:
        model = StaffCount
        fields: list[str] = []


class _StaffCountView(ScopedAPIView):
    abstract = True
    model = StaffCount
    body = StaffCountBodySerializer
    expansions = {"unit": UNIT_SHOWN}
    columns = ("public_id", "unit__code", "fiscal_year", "establishment", "in_post", "version")

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {
                "id": row["public_id"],
                "unit": row["unit__code"],
                "fiscal_year": row["fiscal_year"],
                "establishment": row["establishment"],
                "in_post": row["in_post"],
            }
            for row in rows
        ]


class StaffCountDetail(_StaffCountView, WritableDetailView):
    address = "id"
    not_found = "STAFF_COUNT_NOT_FOUND"
    permission = {
        "GET": Permission.READ_ORGANISATION,
        "PUT": Permission.MANAGE_ORGANISATION,
        "PATCH": Permission.MANAGE_ORGANISATION,
        "DELETE": Permission.MANAGE_ORGANISATION,
    }
    operations = {
        "GET": Operation(
            "get_staff_count",
            Label("Biên chế của một đơn vị trong một năm", "The staff count of a unit in a year"),
            StaffCountSerializer,
            example=STAFF_COUNT,
            problems=LIST_PROBLEMS,
            path_parameters=AT,
        ),
        **row_operations(
            "staff_count",
            NAME,
            response=StaffCountSerializer,
            example=STAFF_COUNT,
            body=StaffCountBodySerializer,
            sent=STAFF_COUNT_SENT,
            patch=STAFF_COUNT_PATCH,
            path=AT,
            about={"PUT": Label("Đơn vị, năm không đổi được.", "Unit and year stay as they are.")},
        ),
    }

    def change(self, rows: models.QuerySet[StaffCount], values: dict[str, Any], check: Check) -> StaffCount:
        return change_staff_count(rows=rows, values=values, by=self.principal.by, check=check)

    def remove(self, rows: models.QuerySet[StaffCount], check: Check) -> None:
        remove_staff_count(rows=rows, by=self.principal.by, check=check)


class StaffCountList(_StaffCountView, WritableListView):
    permission = {"GET": Permission.READ_ORGANISATION, "POST": Permission.MANAGE_ORGANISATION}
    query_parameters = {"GET": (UNIT, OWN)}
    filterset_class = StaffCountFilter
    orderings = {"fiscal_year": "fiscal_year", "unit": "unit__code"}
    default_ordering = "-fiscal_year"
    detail = StaffCountDetail
    detail_name = "staff-count"
    operations = {
        "GET": Operation(
            "list_staff_counts",
            Label("Biên chế của các đơn vị theo năm", "Staff counts of units by year"),
            StaffCountSerializer,
            example=page(STAFF_COUNT),
            about=Label(
                "Biên chế được giao và số người có mặt. Số bình quân mỗi chấp hành viên trong thống kê tính "
                "theo phân công, không theo số này.",
                "Posts given and staff in post. The averages per officer in the statistics go by the "
                "assignments, not by these.",
            ),
            problems=LIST_PROBLEMS,
        ),
        "POST": add_operation(
            "staff_count",
            NAME,
            response=StaffCountSerializer,
            example=STAFF_COUNT,
            body=StaffCountBodySerializer,
            sent=STAFF_COUNT_SENT,
            about=Label("Mỗi đơn vị, năm thống kê một dòng.", "One for each unit and statistical year."),
        ),
    }

    def create(self, values: dict[str, Any]) -> StaffCount:
        units = Unit.objects.visible_to(self.scope)
        return create_staff_count(values=values, units=units, by=self.principal.by)

    def narrow(self, rows: Any) -> Any:
        units = chosen_units(self)
        return rows if units is None else rows.filter(unit__among=units)
