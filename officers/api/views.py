"""Units, officers, assignments and roles, read."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from officers.api.examples import ASSIGNMENT, OFFICER, ROLE_ROW, UNIT_DETAIL, UNIT_ROW, page
from officers.api.filters import ROLE, VALID_ON, AssignmentFilter, OfficerFilter, UnitFilter
from officers.api.params import chosen_units
from officers.api.serializers import (
    AssignmentSerializer,
    OfficerSerializer,
    RoleSerializer,
    UnitDetailSerializer,
    UnitSerializer,
)
from officers.codes import LEVELS, RANKS
from officers.models import Assignment, Officer, StaffCount, Unit, UnitSuccession
from officers.roles import PERMISSION_NAMES, ROLE_NAMES, ROLES, Permission
from thads.common.api.base import ScopedAPIView, ScopedDetailView, ScopedListView
from thads.common.api.operations import Operation
from thads.common.api.parameters import OWN, UNIT
from thads.common.labels import Label, label

LIST_PROBLEMS = (400, 401, 403, 404)
STAFF_COLUMNS = ("fiscal_year", "establishment", "in_post")
BY_ADDRESS = Label("Mã hoặc UUID.", "Code or UUID.")


# --- Units --------------------------------------------------------------------------------------------------


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
    columns = ("public_id", "code", "name", "level", "parent__code", "valid_from", "valid_to")
    permission = Permission.READ_ORGANISATION


class UnitList(_UnitView, ScopedListView):
    query_parameters = (UNIT, OWN)
    filterset_class = UnitFilter
    orderings = {"code": "code", "name": "name", "valid_from": "valid_from"}
    operations = {
        "GET": Operation(
            "list_units",
            Label("Danh sách đơn vị", "List units"),
            UnitSerializer,
            example=page(UNIT_ROW),
            problems=LIST_PROBLEMS,
        )
    }

    def narrow(self, rows: Any) -> Any:
        units = chosen_units(self)
        return rows if units is None else rows.filter(pk__in=units)

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [unit_row(row, self.lang) for row in rows]


class UnitDetail(_UnitView, ScopedDetailView):
    not_found = "UNIT_NOT_FOUND"
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
        )
    }

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        keys = [row["pk"] for row in rows]
        staff: dict[int, list[dict[str, Any]]] = defaultdict(list)
        counts = StaffCount.objects.visible_to(self.scope).filter(unit__in=keys).order_by("fiscal_year")
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


def _successions(of: str, other: str, keys: list[int]) -> dict[int, list[dict[str, Any]]]:
    """What the units came from or became, by unit; names of codes only, so there is nothing in it that has to
    be hidden.
    """
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in (
        UnitSuccession.objects.filter(**{f"{of}__in": keys}).order_by("on", other).values(of, other, "on")
    ):
        found[row[of]].append({"unit": row[other], "on": row["on"]})
    return found


# --- Officers -----------------------------------------------------------------------------------------------


class _OfficerView(ScopedAPIView):
    abstract = True
    model = Officer
    columns = ("public_id", "code", "name", "rank")
    permission = Permission.READ_ORGANISATION

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        held: dict[int, list[dict[str, Any]]] = defaultdict(list)
        assignments = (
            Assignment.objects.visible_to(self.scope)
            .filter(officer__in=[row["pk"] for row in rows])
            .order_by("pk")
        )
        for one in assignments.values("officer_id", *ASSIGNMENT_COLUMNS):
            held[one["officer_id"]].append(assignment_row(one, self.lang))
        return [
            {
                "id": row["public_id"],
                "code": row["code"],
                "name": row["name"] or None,
                "rank": row["rank"] or None,
                "rank_label": label(RANKS, row["rank"], self.lang) or None,
                "assignments": held[row["pk"]],
            }
            for row in rows
        ]


class OfficerList(_OfficerView, ScopedListView):
    query_parameters = (UNIT, OWN, ROLE, VALID_ON)
    filterset_class = OfficerFilter
    orderings = {"code": "code", "name": "name"}
    operations = {
        "GET": Operation(
            "list_officers",
            Label("Danh sách cán bộ, chấp hành viên", "List officers"),
            OfficerSerializer,
            about=Label(
                "unit, own, role, valid_on cùng áp dụng cho một phân công.",
                "unit, own, role and valid_on have to hold of one and the same assignment.",
            ),
            example=page(OFFICER),
            problems=LIST_PROBLEMS,
        )
    }

    def narrow(self, rows: Any) -> Any:
        units = chosen_units(self)
        wanted = Assignment.objects.visible_to(self.scope)
        if units is not None:
            wanted = wanted.filter(unit__in=units)
        if self.values["role"] is not None:
            wanted = wanted.filter(role=self.values["role"])
        if self.values["valid_on"] is not None:
            wanted = wanted.valid_on(self.values["valid_on"])
        return rows.filter(pk__in=wanted.values("officer_id"))


class OfficerDetail(_OfficerView, ScopedDetailView):
    not_found = "OFFICER_NOT_FOUND"
    operations = {
        "GET": Operation(
            "get_officer",
            Label("Một cán bộ và các phân công", "One officer and the assignments"),
            OfficerSerializer,
            example=OFFICER,
            problems=LIST_PROBLEMS,
            path_parameters={"code": BY_ADDRESS},
        )
    }


# --- Assignments --------------------------------------------------------------------------------------------

ASSIGNMENT_COLUMNS = ("unit__code", "role", "valid_from", "valid_to")


def assignment_row(row: dict[str, Any], lang: str) -> dict[str, Any]:
    return {
        "unit": row["unit__code"],
        "role": row["role"],
        "role_label": label(ROLE_NAMES, row["role"], lang),
        "valid_from": row["valid_from"],
        "valid_to": row["valid_to"],
    }


class AssignmentList(ScopedListView):
    model = Assignment
    columns = ("officer__code", "officer__name", *ASSIGNMENT_COLUMNS)
    permission = Permission.READ_ORGANISATION
    query_parameters = (UNIT, OWN)
    filterset_class = AssignmentFilter
    orderings = {"officer": "officer__code", "unit": "unit__code"}
    default_ordering = "officer"
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
        )
    }

    def narrow(self, rows: Any) -> Any:
        units = chosen_units(self)
        return rows if units is None else rows.filter(unit__in=units)

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {
                **assignment_row(row, self.lang),
                "officer": row["officer__code"],
                "officer_name": row["officer__name"] or None,
            }
            for row in rows
        ]


# --- Roles --------------------------------------------------------------------------------------------------


class RoleList(ScopedAPIView):
    """The roles of the service: a short list, the same for everybody, never paged."""

    permission = Permission.READ_ORGANISATION
    paged = True
    operations = {
        "GET": Operation(
            "list_roles",
            Label("Các vai trò và quyền của từng vai trò", "The roles and what each may do"),
            RoleSerializer,
            example=page(ROLE_ROW),
        )
    }

    def get(self, request: Request) -> Response:
        rows = [
            {
                "code": role.code,
                "label": role.name.text(self.lang),
                "about": role.about.text(self.lang),
                "permissions": [
                    {"code": permission, "label": label(PERMISSION_NAMES, permission, self.lang)}
                    for permission in role.permissions
                ],
            }
            for role in ROLES
        ]
        return Response(
            {"results": rows, "next": None, "previous": None, "count": {"value": len(rows), "kind": "exact"}}
        )
