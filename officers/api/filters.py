"""What the lists of the organisation can be filtered by, beside the unit."""

from __future__ import annotations

from typing import Any

import django_filters

from officers.codes import LEVELS, RANKS
from officers.models import Assignment, Officer, Unit
from officers.roles import ROLE_NAMES
from thads.common.api.filters import CodeFilter, IsoDateFilter
from thads.common.api.parameters import Parameter
from thads.common.labels import Label

ROLE = Parameter(
    "role",
    Label("Vai trò tại đơn vị.", "Role in the unit."),
    kind="choice",
    choices=tuple(ROLE_NAMES),
)
VALID_ON = Parameter(
    "valid_on",
    Label("Chỉ những phân công có hiệu lực vào ngày này.", "Only assignments that hold on this day."),
    kind="date",
)


class UnitFilter(django_filters.FilterSet):
    level = CodeFilter(LEVELS, Label("Cấp của đơn vị.", "Level of the unit."))
    valid_on = IsoDateFilter(
        label=Label("Chỉ các đơn vị tồn tại vào ngày này.", "Only units that exist on this day."),
        method="exists_on",
    )

    class Meta:
        model = Unit
        fields: list[str] = []

    def exists_on(self, rows: Any, name: str, day: Any) -> Any:
        return rows.valid_on(day)


class OfficerFilter(django_filters.FilterSet):
    rank = CodeFilter(RANKS, Label("Ngạch.", "Rank."))

    class Meta:
        model = Officer
        fields: list[str] = []


class AssignmentFilter(django_filters.FilterSet):
    role = CodeFilter(ROLE_NAMES, ROLE.about)
    valid_on = IsoDateFilter(label=VALID_ON.about, method="holds_on")

    class Meta:
        model = Assignment
        fields: list[str] = []

    def holds_on(self, rows: Any, name: str, day: Any) -> Any:
        return rows.valid_on(day)
