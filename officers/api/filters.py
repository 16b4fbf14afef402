"""What the lists of the organisation can be filtered by, beside the unit."""

from __future__ import annotations

from typing import Any

from officers.codes import LEVELS, RANKS, TEMPORARY_REASONS
from officers.models import Assignment, Officer, Unit, User
from officers.roles import ROLE_NAMES
from thads.common.api.filters import Filters, IsoDateFilter, codes, days, ids, rows, texts
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


class UnitFilter(Filters):
    lookups = (
        ids(),
        texts("code", Label("Mã đơn vị", "Code of the unit")),
        texts("name", Label("Tên, đúng từng chữ", "Name, exactly")),
        codes("level", LEVELS, Label("Cấp của đơn vị", "Level of the unit")),
        rows("parent", Label("Đơn vị cấp trên trực tiếp", "The unit right above"), nullable=True),
        days("valid_from", Label("Ngày đầu tiên tồn tại", "First day of the unit")),
        days("valid_to", Label("Ngày cuối cùng tồn tại", "Last day of the unit"), nullable=True),
    )

    valid_on = IsoDateFilter(
        label=Label("Chỉ các đơn vị tồn tại vào ngày này.", "Only units that exist on this day."),
        method="exists_on",
    )

    class Meta:
        model = Unit
        fields: list[str] = []

    def exists_on(self, found: Any, name: str, day: Any) -> Any:
        return found.valid_on(day)


class OfficerFilter(Filters):
    lookups = (
        ids(),
        texts("code", Label("Mã cán bộ", "Code of the officer")),
        texts("name", Label("Họ tên, đúng từng chữ", "Name, exactly")),
        codes("rank", RANKS, Label("Ngạch", "Rank")),
    )

    class Meta:
        model = Officer
        fields: list[str] = []


class AssignmentFilter(Filters):
    lookups = (
        ids(),
        rows("officer", Label("Cán bộ", "The officer"), one=False),
        rows("unit", Label("Chính đơn vị đó", "The very unit"), one=False),
        codes("role", ROLE_NAMES, Label("Vai trò tại đơn vị", "Role in the unit")),
        codes("temporary", TEMPORARY_REASONS, Label("Lý do tạm thời", "Why it is temporary")),
        days("valid_from", Label("Ngày đầu tiên", "First day"), nullable=True),
        days("valid_to", Label("Ngày cuối cùng", "Last day"), nullable=True),
    )

    valid_on = IsoDateFilter(label=VALID_ON.about, method="holds_on")

    class Meta:
        model = Assignment
        fields: list[str] = []

    def holds_on(self, found: Any, name: str, day: Any) -> Any:
        return found.valid_on(day)


class AccountFilter(Filters):
    lookups = (
        ids(),
        texts("username", Label("Tên đăng nhập, đúng từng chữ", "User name, exactly")),
        rows("officer", Label("Cán bộ dùng tài khoản", "The officer of the account"), one=False),
    )

    class Meta:
        model = User
        fields: list[str] = []
