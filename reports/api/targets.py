"""Targets: read, set, changed, taken back."""

from __future__ import annotations

from typing import Any

from django.db import models
from rest_framework import serializers

from officers.api.params import chosen_units
from officers.api.relations import UNIT_SHOWN
from officers.models import Unit
from officers.roles import Permission
from reports.actions.targets import change_target, create_target, remove_target
from reports.api.params import FIRST_YEAR, LAST_YEAR
from reports.models import Target
from reports.models.totals import MEASURES
from thads.common.api.base import ScopedAPIView
from thads.common.api.filters import Filters, codes, days, ids, rows, texts
from thads.common.api.operations import Operation
from thads.common.api.parameters import OWN, UNIT, Parameter
from thads.common.api.writing import (
    TextField,
    WritableDetailView,
    WritableListView,
    add_operation,
    row_operations,
)
from thads.common.labels import CodeList, Label, label
from thads.common.versions import Check

LIST_PROBLEMS = (400, 401, 403, 404)
NAME = Label("một chỉ tiêu", "a target")
AT = {"id": Label("UUID của chỉ tiêu.", "UUID of the target.")}
MEASURE_NAMES: CodeList = {"CASES": Label("Về việc", "Cases"), "MONEY": Label("Về tiền", "Money")}
YEAR = Parameter(
    "fiscal_year",
    Label("Năm thống kê.", "Statistical year."),
    kind="integer",
    low=FIRST_YEAR,
    high=LAST_YEAR,
    example="2026",
)

TARGET_SENT: dict[str, Any] = {
    "unit": "DN.HC",
    "fiscal_year": 2026,
    "measure": "CASES",
    "percent": "84.50",
    "document_number": "1357/QĐ-TCTHADS",
    "document_date": "2025-10-15",
}
TARGET: dict[str, Any] = {
    "id": "6e7f2d7c-9a51-4b35-8c55-6a8a4f1d9e55",
    **TARGET_SENT,
    "measure_label": "Về việc",
}
TARGET_PATCH: dict[str, Any] = {"percent": "85.00"}


class TargetBodySerializer(serializers.Serializer[Any]):
    unit = TextField(max_length=32, help_text="code. Stays")
    fiscal_year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR, help_text="stays")
    measure = serializers.ChoiceField(choices=list(MEASURES), help_text="stays")
    percent = serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=0, max_value=100, coerce_to_string=True
    )
    document_number = TextField(max_length=60)
    document_date = serializers.DateField()


class TargetSerializer(TargetBodySerializer):
    id = serializers.UUIDField()
    measure_label = serializers.CharField()


class TargetFilter(Filters):
    lookups = (
        ids(),
        rows("unit", Label("Chính đơn vị đó", "The very unit"), one=False),
        codes("measure", MEASURE_NAMES, Label("Về việc hay về tiền", "Cases or money")),
        texts("document_number", Label("Số văn bản, đúng từng chữ", "Number of the document, exactly")),
        days("document_date", Label("Ngày văn bản", "Date of the document")),
    )

    class Meta:
        model = Target
        fields: list[str] = []


class _TargetView(ScopedAPIView):
    abstract = True
    model = Target
    body = TargetBodySerializer
    expansions = {"unit": UNIT_SHOWN}
    columns = (
        "public_id",
        "unit__code",
        "fiscal_year",
        "measure",
        "percent",
        "document_number",
        "document_date",
        "version",
    )

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {
                "id": row["public_id"],
                "unit": row["unit__code"],
                "fiscal_year": row["fiscal_year"],
                "measure": row["measure"],
                "measure_label": label(MEASURE_NAMES, row["measure"], self.lang),
                "percent": str(row["percent"]),
                "document_number": row["document_number"],
                "document_date": row["document_date"],
            }
            for row in rows
        ]


class TargetDetail(_TargetView, WritableDetailView):
    address = "id"
    not_found = "TARGET_NOT_FOUND"
    permission = {
        "GET": Permission.READ_STATISTICS,
        "PUT": Permission.MANAGE_TARGETS,
        "PATCH": Permission.MANAGE_TARGETS,
        "DELETE": Permission.MANAGE_TARGETS,
    }
    operations = {
        "GET": Operation(
            "get_target",
            Label("Một chỉ tiêu", "One target"),
            TargetSerializer,
            example=TARGET,
            problems=LIST_PROBLEMS,
            path_parameters=AT,
        ),
        **row_operations(
            "target",
            NAME,
            response=TargetSerializer,
            example=TARGET,
            body=TargetBodySerializer,
            sent=TARGET_SENT,
            patch=TARGET_PATCH,
            path=AT,
            about={
                "PUT": Label(
                    "Đơn vị, năm, loại chỉ tiêu không đổi được.", "Unit, year and measure stay as they are."
                )
            },
        ),
    }

    def change(self, rows: models.QuerySet[Target], values: dict[str, Any], check: Check) -> Target:
        return change_target(rows=rows, values=values, by=self.principal.by, check=check)

    def remove(self, rows: models.QuerySet[Target], check: Check) -> None:
        remove_target(rows=rows, by=self.principal.by, check=check)


class TargetList(_TargetView, WritableListView):
    permission = {"GET": Permission.READ_STATISTICS, "POST": Permission.MANAGE_TARGETS}
    query_parameters = {"GET": (UNIT, OWN, YEAR)}
    filterset_class = TargetFilter
    orderings = {"fiscal_year": "fiscal_year", "unit": "unit__code", "percent": "percent"}
    default_ordering = "-fiscal_year"
    detail = TargetDetail
    detail_name = "target"
    operations = {
        "GET": Operation(
            "list_targets",
            Label("Danh sách chỉ tiêu", "List targets"),
            TargetSerializer,
            example={
                "results": [TARGET],
                "next": None,
                "previous": None,
                "count": {"value": 1, "kind": "exact"},
            },
            problems=LIST_PROBLEMS,
        ),
        "POST": add_operation(
            "target",
            NAME,
            response=TargetSerializer,
            example=TARGET,
            body=TargetBodySerializer,
            sent=TARGET_SENT,
            about=Label(
                "Mỗi đơn vị, năm thống kê, loại chỉ tiêu có một chỉ tiêu. percent: phần trăm, hai chữ số lẻ.",
                "One for each unit, statistical year and measure. percent has two decimals.",
            ),
        ),
    }

    def create(self, values: dict[str, Any]) -> Target:
        units = Unit.objects.visible_to(self.scope)
        return create_target(values=values, units=units, by=self.principal.by)

    def narrow(self, rows: Any) -> Any:
        units = chosen_units(self)
        if units is not None:
            rows = rows.filter(unit__among=units)
        year = self.values["fiscal_year"]
        return rows if year is None else rows.filter(fiscal_year=year)
