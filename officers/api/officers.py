"""Officers: read, added, changed, removed."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db import models

from officers.actions.officers import PRIVATE, change_officer, create_officer, remove_officer
from officers.api.assignments import ASSIGNMENT_COLUMNS, assignment_row
from officers.api.examples import OFFICER, OFFICER_BODY, OFFICER_PATCH, OFFICER_SENT, page
from officers.api.filters import ROLE, VALID_ON, OfficerFilter
from officers.api.params import chosen_units
from officers.api.serializers import NewOfficerSerializer, OfficerBodySerializer, OfficerSerializer
from officers.codes import RANKS
from officers.models import Assignment, Officer, Unit
from officers.models.unit import UnitQuerySet
from officers.roles import Permission
from thads.common.api.base import ScopedAPIView
from thads.common.api.operations import Operation
from thads.common.api.parameters import OWN, UNIT
from thads.common.api.searching import found_among
from thads.common.api.shape import Expansion
from thads.common.api.writing import WritableDetailView, WritableListView, add_operation, row_operations
from thads.common.labels import Label, label
from thads.common.plain_text import Wanted
from thads.common.versions import Check

LIST_PROBLEMS = (400, 401, 403, 404)
NAME = Label("một cán bộ", "an officer")
AT = {"code": Label("Mã hoặc UUID.", "Code or UUID.")}


class _OfficerView(ScopedAPIView):
    abstract = True
    model = Officer
    columns = ("public_id", "code", "name", "rank", "version")
    expansions = {"unit": Expansion("officers.api.units.UnitDetail", within="assignments.unit")}

    @property
    def units(self) -> UnitQuerySet:
        """The units the caller may name."""
        return Unit.objects.visible_to(self.scope)

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        held: dict[int, list[dict[str, Any]]] = defaultdict(list)
        assignments = (
            Assignment.objects.visible_to(self.scope)
            .filter(officer__among=[row["pk"] for row in rows])
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


class OfficerDetail(_OfficerView, WritableDetailView):
    not_found = "OFFICER_NOT_FOUND"
    body = OfficerBodySerializer
    private = PRIVATE
    permission = {
        "GET": Permission.READ_ORGANISATION,
        "PUT": Permission.MANAGE_STAFF,
        "PATCH": Permission.MANAGE_STAFF,
        "DELETE": Permission.MANAGE_STAFF,
    }
    operations = {
        "GET": Operation(
            "get_officer",
            Label("Một cán bộ và các phân công", "One officer and the assignments"),
            OfficerSerializer,
            example=OFFICER,
            problems=LIST_PROBLEMS,
            path_parameters=AT,
        ),
        **row_operations(
            "officer",
            NAME,
            response=OfficerSerializer,
            example=OFFICER,
            body=OfficerBodySerializer,
            sent=OFFICER_BODY,
            patch=OFFICER_PATCH,
            path=AT,
            about={
                "PUT": Label(
                    "Mã không đổi được; phân công có địa chỉ riêng (/assignments/).",
                    "The code stays; assignments have their own address (/assignments/).",
                ),
                "DELETE": Label(
                    "Chỉ bỏ được cán bộ lập nhầm, chưa có việc, tài khoản; các phân công được bỏ theo.",
                    "An officer made by mistake alone, without cases and accounts; the assignments go too.",
                ),
            },
        ),
    }

    def change(self, rows: models.QuerySet[Officer], values: dict[str, Any], check: Check) -> Officer:
        by = self.principal.by
        return change_officer(rows=rows, values=values, units=self.units, by=by, check=check)

    def remove(self, rows: models.QuerySet[Officer], check: Check) -> None:
        remove_officer(rows=rows, units=self.units, by=self.principal.by, check=check)


class OfficerList(_OfficerView, WritableListView):
    permission = {"GET": Permission.READ_ORGANISATION, "POST": Permission.MANAGE_STAFF}
    query_parameters = {"GET": (UNIT, OWN, ROLE, VALID_ON)}
    filterset_class = OfficerFilter
    orderings = {"code": "code", "name": "name"}
    searched_in = Label("mã và tên", "code and name")
    body = NewOfficerSerializer
    detail = OfficerDetail
    detail_name = "officer"
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
        ),
        "POST": add_operation(
            "officer",
            NAME,
            response=OfficerSerializer,
            example=OFFICER,
            body=NewOfficerSerializer,
            sent=OFFICER_SENT,
            about=Label(
                "Kèm phân công đầu tiên, trong phạm vi và không cao hơn vai trò của người gọi.",
                "With the first assignment, where the caller sees and no higher than the caller's role.",
            ),
        ),
    }

    def create(self, values: dict[str, Any]) -> Officer:
        caller = self.principal
        return create_officer(values=values, units=self.units, giver=caller.role, by=caller.by)

    def narrow(self, rows: Any) -> Any:
        units = chosen_units(self)
        wanted = Assignment.objects.visible_to(self.scope)
        if units is not None:
            wanted = wanted.filter(unit__among=units)
        if self.values["role"] is not None:
            wanted = wanted.filter(role=self.values["role"])
        if self.values["valid_on"] is not None:
            wanted = wanted.valid_on(self.values["valid_on"])
        return rows.filter(pk__in=wanted.values("officer_id"))

    def search(self, rows: Any, wanted: Wanted) -> Any:
        return found_among(rows, wanted, "code", "name")
