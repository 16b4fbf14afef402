"""Delegations: read, given, changed, revoked."""

from __future__ import annotations

from typing import Any

from django.db import models

from officers.actions.delegations import change_delegation, create_delegation, remove_delegation
from officers.api.examples import DELEGATION, DELEGATION_PATCH, DELEGATION_SENT, page
from officers.api.params import chosen_units
from officers.api.relations import OFFICER_SHOWN, UNIT_SHOWN
from officers.api.serializers import DelegationBodySerializer, DelegationSerializer
from officers.models import Delegation, Officer, Unit
from officers.roles import PERMISSION_NAMES, ROLE_NAMES, Permission
from thads.common.api.base import ScopedAPIView
from thads.common.api.filters import Filters, IsoDateFilter, codes, days, ids, rows, texts
from thads.common.api.operations import Operation
from thads.common.api.parameters import OWN, UNIT
from thads.common.api.writing import WritableDetailView, WritableListView, add_operation, row_operations
from thads.common.labels import Label, label
from thads.common.versions import Check

LIST_PROBLEMS = (400, 401, 403, 404)
NAME = Label("một ủy quyền", "a delegation")
AT = {"id": Label("UUID của ủy quyền.", "UUID of the delegation.")}


class DelegationFilter(Filters):
    lookups = (
        ids(),
        rows("from_officer", Label("Người ủy quyền", "Who delegates")),
        rows("to_officer", Label("Người được ủy quyền", "Who is delegated to")),
        rows("unit", Label("Chính đơn vị đó", "The very unit"), one=False),
        codes("role", ROLE_NAMES, Label("Vai trò được ủy quyền", "Role that is delegated")),
        days("valid_from", Label("Ngày đầu tiên", "First day")),
        days("valid_to", Label("Ngày cuối cùng", "Last day")),
        days("revoked_on", Label("Ngày thu hồi", "Day of the revocation"), nullable=True),
        texts("document_number", Label("Số văn bản, đúng từng chữ", "Number of the document, exactly")),
    )

    valid_on = IsoDateFilter(
        label=Label("Chỉ ủy quyền có hiệu lực vào ngày này.", "Only delegations in force on this day."),
        method="holds_on",
    )

    class Meta:
        model = Delegation
        fields: list[str] = []

    def holds_on(self, found: Any, name: str, day: Any) -> Any:
        return found.valid_on(day)


class _DelegationView(ScopedAPIView):
    abstract = True
    model = Delegation
    expansions = {"from_officer": OFFICER_SHOWN, "to_officer": OFFICER_SHOWN, "unit": UNIT_SHOWN}
    columns = (
        "public_id",
        "from_officer__code",
        "to_officer__code",
        "role",
        "unit__code",
        "permissions",
        "valid_from",
        "valid_to",
        "revoked_on",
        "document_number",
        "document_date",
        "version",
    )
    body = DelegationBodySerializer

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {
                "id": row["public_id"],
                "from_officer": row["from_officer__code"],
                "to_officer": row["to_officer__code"],
                "role": row["role"],
                "role_label": label(ROLE_NAMES, row["role"], self.lang),
                "unit": row["unit__code"],
                "permissions": row["permissions"],
                "permission_labels": [label(PERMISSION_NAMES, one, self.lang) for one in row["permissions"]],
                "valid_from": row["valid_from"],
                "valid_to": row["valid_to"],
                "revoked_on": row["revoked_on"],
                "document_number": row["document_number"],
                "document_date": row["document_date"],
            }
            for row in rows
        ]


class DelegationDetail(_DelegationView, WritableDetailView):
    address = "id"
    not_found = "DELEGATION_NOT_FOUND"
    permission = {
        "GET": Permission.READ_ORGANISATION,
        "PUT": Permission.DELEGATE,
        "PATCH": Permission.DELEGATE,
        "DELETE": Permission.DELEGATE,
    }
    operations = {
        "GET": Operation(
            "get_delegation",
            Label("Một ủy quyền", "One delegation"),
            DelegationSerializer,
            example=DELEGATION,
            problems=LIST_PROBLEMS,
            path_parameters=AT,
        ),
        **row_operations(
            "delegation",
            NAME,
            response=DelegationSerializer,
            example=DELEGATION,
            body=DelegationBodySerializer,
            sent=DELEGATION_SENT,
            patch=DELEGATION_PATCH,
            path=AT,
            about={
                "PATCH": Label(
                    "Thu hồi: đặt revoked_on. Khi đã có hiệu lực thì chỉ thu hồi được; nội dung khác là văn "
                    "bản khác.",
                    "To revoke it, set revoked_on. Once in force it can only be revoked; another content is "
                    "another document.",
                ),
                "DELETE": Label(
                    "Chỉ bỏ được ủy quyền chưa có hiệu lực.", "Only one that is not yet in force."
                ),
            },
        ),
    }

    def change(self, rows: models.QuerySet[Delegation], values: dict[str, Any], check: Check) -> Delegation:
        return change_delegation(rows=rows, values=values, caller=self.principal, check=check)

    def remove(self, rows: models.QuerySet[Delegation], check: Check) -> None:
        remove_delegation(rows=rows, caller=self.principal, check=check)


class DelegationList(_DelegationView, WritableListView):
    permission = {"GET": Permission.READ_ORGANISATION, "POST": Permission.DELEGATE}
    query_parameters = {"GET": (UNIT, OWN)}
    filterset_class = DelegationFilter
    orderings = {"valid_from": "valid_from", "valid_to": "valid_to"}
    default_ordering = "-valid_from"
    detail = DelegationDetail
    detail_name = "delegation"
    operations = {
        "GET": Operation(
            "list_delegations",
            Label("Danh sách ủy quyền", "List delegations"),
            DelegationSerializer,
            example=page(DELEGATION),
            problems=LIST_PROBLEMS,
        ),
        "POST": add_operation(
            "delegation",
            NAME,
            response=DelegationSerializer,
            example=DELEGATION,
            body=DelegationBodySerializer,
            sent=DELEGATION_SENT,
            about=Label(
                "Người ủy quyền phải có vai trò đó tại đơn vị; quyền được ủy quyền không ủy quyền lại được.",
                "The delegator has to have the role over the unit; what was delegated cannot be passed on.",
            ),
        ),
    }

    def create(self, values: dict[str, Any]) -> Delegation:
        return create_delegation(
            values=values,
            officers=Officer.objects.visible_to(self.scope),
            units=Unit.objects.visible_to(self.scope),
            caller=self.principal,
        )

    def narrow(self, rows: Any) -> Any:
        units = chosen_units(self)
        return rows if units is None else rows.filter(unit__among=units)
