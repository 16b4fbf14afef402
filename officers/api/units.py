"""Units: read, added, changed, removed."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db import models

from officers.actions.units import change_unit, create_unit, remove_unit
from officers.api.examples import UNIT_DETAIL, UNIT_PATCH, UNIT_ROW, UNIT_SENT, page
from officers.api.filters import UnitFilter
from officers.api.params import chosen_units
from officers.api.relations import UNIT_SHOWN
from officers.api.serializers import UnitBodySerializer, UnitDetailSerializer, UnitSerializer
from officers.codes import LEVELS
from officers.models import StaffCount, Unit, UnitSuccession
from officers.models.unit import UnitQuerySet
from officers.roles import Permission
from thads.common.api.base import ScopedAPIView
from thads.common.api.operations import Operation
from thads.common.api.parameters import OWN, UNIT
from thads.common.api.searching import found_among
from thads.common.api.writing import WritableDetailView, WritableListView
from thads.common.labels import Label, label
from thads.common.plain_text import Wanted
from thads.common.versions import Check

LIST_PROBLEMS = (400, 401, 403, 404)
WRITE_PROBLEMS = (400, 401, 403, 404, 409, 422)
STAFF_COLUMNS = ("fiscal_year", "establishment", "in_post")
BY_ADDRESS = Label("Mã hoặc UUID.", "Code or UUID.")


def unit_row(row: dict[str, Any], lang: str) -> dict[str, Any]:
    return {
        "id": row["public_id"],
        "code": row["code"],
        "name": row["name"],
        "level": row["level"],
        "level_label": label(LEVELS, row["level"], lang),
        "parent": row["parent__code"],
        "valid_from": row["valid_from"],
        "valid_to": row["valid_to"],
    }


class _UnitView(ScopedAPIView):
    abstract = True
    model = Unit
    columns = ("public_id", "code", "name", "level", "parent__code", "valid_from", "valid_to", "version")
    expansions = {"parent": UNIT_SHOWN}
    body = UnitBodySerializer

    @property
    def units(self) -> UnitQuerySet:
        """The units the caller may name."""
        return Unit.objects.visible_to(self.scope)


class UnitDetail(_UnitView, WritableDetailView):
    address = "code"
    not_found = "UNIT_NOT_FOUND"
    permission = {
        "GET": Permission.READ_ORGANISATION,
        "PUT": Permission.MANAGE_ORGANISATION,
        "PATCH": Permission.MANAGE_ORGANISATION,
        "DELETE": Permission.MANAGE_ORGANISATION,
    }
    operations = {
        "GET": Operation(
            "get_unit",
            Label(
                "Một đơn vị: biên chế, đơn vị tiền thân và kế thừa",
                "One unit, its staff numbers, what it came from and became",
            ),
            UnitDetailSerializer,
            example=UNIT_DETAIL,
            problems=LIST_PROBLEMS,
            path_parameters={"code": BY_ADDRESS},
        ),
        "PUT": Operation(
            "replace_unit",
            Label("Thay toàn bộ thông tin một đơn vị", "Replace a unit"),
            UnitDetailSerializer,
            example=UNIT_DETAIL,
            request=UnitBodySerializer,
            request_example=UNIT_SENT,
            about=Label(
                "Mã không đổi được. predecessors và successors được thay cả danh sách.",
                "The code stays. predecessors and successors are replaced as a whole.",
            ),
            problems=WRITE_PROBLEMS,
            path_parameters={"code": BY_ADDRESS},
        ),
        "PATCH": Operation(
            "change_unit",
            Label("Sửa một đơn vị", "Change a unit"),
            UnitDetailSerializer,
            example=UNIT_DETAIL,
            request=UnitBodySerializer,
            request_example=UNIT_PATCH,
            problems=WRITE_PROBLEMS,
            path_parameters={"code": BY_ADDRESS},
        ),
        "DELETE": Operation(
            "remove_unit",
            Label("Bỏ một đơn vị lập nhầm", "Remove a unit made by mistake"),
            None,
            about=Label(
                "Đơn vị đã có việc, đơn vị trực thuộc hoặc phân công thì không bỏ được; hãy đặt valid_to. "
                "dry_run=true trả lời 200 với đơn vị sẽ bị bỏ.",
                "Not a unit with cases, units below it or assignments: end it with valid_to. "
                "dry_run=true answers 200 with the unit that would go.",
            ),
            status=204,
            problems=WRITE_PROBLEMS,
            path_parameters={"code": BY_ADDRESS},
            also={200: (UnitDetailSerializer, UNIT_DETAIL)},
        ),
    }

    def change(self, rows: models.QuerySet[Unit], values: dict[str, Any], check: Check) -> Unit:
        return change_unit(rows=rows, values=values, units=self.units, by=self.principal.by, check=check)

    def remove(self, rows: models.QuerySet[Unit], check: Check) -> None:
        remove_unit(rows=rows, by=self.principal.by, check=check)

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        keys = [row["pk"] for row in rows]
        staff: dict[int, list[dict[str, Any]]] = defaultdict(list)
        counts = StaffCount.objects.visible_to(self.scope).filter(unit__among=keys).order_by("fiscal_year")
        for count in counts.values("unit_id", *STAFF_COLUMNS):
            staff[count["unit_id"]].append({name: count[name] for name in STAFF_COLUMNS})
        before = _successions("successor_id", "predecessor__code", keys)
        after = _successions("predecessor_id", "successor__code", keys)
        return [
            {
                **unit_row(row, self.lang),
                "staff": staff[row["pk"]],
                "predecessors": before[row["pk"]],
                "successors": after[row["pk"]],
            }
            for row in rows
        ]


class UnitList(_UnitView, WritableListView):
    permission = {"GET": Permission.READ_ORGANISATION, "POST": Permission.MANAGE_ORGANISATION}
    query_parameters = {"GET": (UNIT, OWN)}
    filterset_class = UnitFilter
    orderings = {"code": "code", "name": "name", "valid_from": "valid_from"}
    searched_in = Label("mã và tên", "code and name")
    detail = UnitDetail
    detail_name = "unit"
    operations = {
        "GET": Operation(
            "list_units",
            Label("Danh sách đơn vị", "List units"),
            UnitSerializer,
            example=page(UNIT_ROW),
            problems=LIST_PROBLEMS,
        ),
        "POST": Operation(
            "create_unit",
            Label("Lập một đơn vị", "Add a unit"),
            UnitDetailSerializer,
            example=UNIT_DETAIL,
            request=UnitBodySerializer,
            request_example=UNIT_SENT,
            about=Label(
                "Đơn vị cấp trên phải thuộc phạm vi của người gọi. Mã đã dùng thì không dùng lại.",
                "The unit above has to be one that the caller sees. A code is given once, for ever.",
            ),
            status=201,
            problems=WRITE_PROBLEMS,
            also={200: (UnitDetailSerializer, UNIT_DETAIL)},
        ),
    }

    def create(self, values: dict[str, Any]) -> Unit:
        return create_unit(values=values, units=self.units, by=self.principal.by)

    def narrow(self, rows: Any) -> Any:
        units = chosen_units(self)
        return rows if units is None else rows.filter(pk__among=units)

    def search(self, rows: Any, wanted: Wanted) -> Any:
        return found_among(rows, wanted, "code", "name")

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [unit_row(row, self.lang) for row in rows]


def _successions(of: str, other: str, keys: list[int]) -> dict[int, list[dict[str, Any]]]:
    """What the units came from or became, by unit; names of codes only, so there is nothing in it that has to
    be hidden.
    """
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    rows = UnitSuccession.objects.filter(**{f"{of}__among": keys}).order_by("on", other)
    for row in rows.values(of, other, "on"):
        found[row[of]].append({"unit": row[other], "on": row["on"]})
    return found
