"""The roles and what each may do."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from officers.api.examples import ROLE_ROW, page
from officers.api.serializers import RoleSerializer
from officers.roles import PERMISSION_NAMES, ROLES, Permission
from thads.common.api.base import ScopedAPIView
from thads.common.api.operations import Operation
from thads.common.labels import Label, label


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
