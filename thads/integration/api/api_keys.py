"""API keys: read, made, changed, revoked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils import timezone

from officers.api.params import chosen_units
from officers.api.relations import OFFICER_SHOWN, UNIT_SHOWN
from officers.models import Unit
from officers.roles import PERMISSION_NAMES, ROLE_NAMES, Permission
from thads.common.api.base import ScopedAPIView
from thads.common.api.filters import Filters, codes, ids, moments, rows, texts
from thads.common.api.operations import Operation
from thads.common.api.parameters import OWN, UNIT
from thads.common.api.writing import PROBLEMS, WritableDetailView, WritableListView, row_operations
from thads.common.labels import CodeList, Label, label
from thads.common.models import VersionedModel
from thads.common.versions import Check
from thads.integration.actions.api_keys import change_key, create_key, revoke_key
from thads.integration.api.examples import KEY, KEY_PATCH, KEY_SENT, NEW_KEY, page
from thads.integration.api.serializers import ApiKeyBodySerializer, ApiKeySerializer, NewApiKeySerializer
from thads.integration.models import ApiKey

LIST_PROBLEMS = (400, 401, 403, 404)
AT = {"id": Label("UUID của khóa.", "UUID of the key.")}
STATES: CodeList = {
    "ACTIVE": Label("Đang dùng", "In use"),
    "EXPIRED": Label("Hết hạn", "Expired"),
    "REVOKED": Label("Đã thu hồi", "Revoked"),
}


class _KeyView(ScopedAPIView):
    abstract = True
    model = ApiKey
    permission = Permission.MANAGE_API_KEYS
    body = ApiKeyBodySerializer
    expansions = {"unit": UNIT_SHOWN, "officer": OFFICER_SHOWN}
    columns = (
        "public_id",
        "name",
        "unit__code",
        "role",
        "officer__code",
        "permissions",
        "networks",
        "created_at",
        "expires_at",
        "revoked_at",
        "last_used_at",
        "version",
    )

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        now = timezone.now()
        return [self._shown(row, _state(row, now)) for row in rows]

    def _shown(self, row: dict[str, Any], state: str) -> dict[str, Any]:
        return {
            "id": row["public_id"],
            "number": row["pk"],
            "name": row["name"],
            "state": state,
            "state_label": label(STATES, state, self.lang),
            "unit": row["unit__code"],
            "role": row["role"],
            "role_label": label(ROLE_NAMES, row["role"], self.lang),
            "officer": row["officer__code"],
            "permissions": row["permissions"],
            "permission_labels": [label(PERMISSION_NAMES, one, self.lang) for one in row["permissions"]],
            "networks": row["networks"],
            "created_at": row["created_at"],
            "expires_at": row["expires_at"],
            "revoked_at": row["revoked_at"],
            "last_used_at": row["last_used_at"],
        }


def _state(row: Mapping[str, Any], now: Any) -> str:
    if row["revoked_at"] is not None:
        return "REVOKED"
    return "EXPIRED" if row["expires_at"] is not None and row["expires_at"] <= now else "ACTIVE"


class ApiKeyDetail(_KeyView, WritableDetailView):
    address = "id"
    not_found = "KEY_NOT_FOUND"
    operations = {
        "GET": Operation(
            "get_api_key",
            Label("Một khóa truy cập", "One API key"),
            ApiKeySerializer,
            example=KEY,
            problems=LIST_PROBLEMS,
            path_parameters=AT,
        ),
        **row_operations(
            "api_key",
            Label("một khóa truy cập", "an API key"),
            response=ApiKeySerializer,
            example=KEY,
            body=ApiKeyBodySerializer,
            sent=KEY_SENT,
            patch=KEY_PATCH,
            path=AT,
            about={
                "PUT": Label(
                    "Đơn vị, vai trò, cán bộ và phần bí mật không đổi được.",
                    "Unit, role, officer and the secret stay.",
                ),
                "DELETE": Label(
                    "Thu hồi: khóa hết tác dụng ngay, vẫn xem được trong danh sách.",
                    "Revokes it: the key ends at once, and is still listed.",
                ),
            },
        ),
    }

    def change(self, rows: models.QuerySet[ApiKey], values: dict[str, Any], check: Check) -> ApiKey:
        caller = self.principal
        at = timezone.now()
        return change_key(rows=rows, values=values, giver=caller, by=caller.by, at=at, check=check)

    def remove(self, rows: models.QuerySet[ApiKey], check: Check) -> None:
        key = rows.values_list("pk", flat=True)[0]
        by = self.principal.by
        revoke_key(key_id=key, at=timezone.now(), by=by, giver=self.principal, check=check)


class ApiKeyFilter(Filters):
    lookups = (
        ids(),
        texts("name", Label("Tên khóa, đúng từng chữ", "Name of the key, exactly")),
        codes("role", ROLE_NAMES, Label("Vai trò", "Role")),
        rows("officer", Label("Cán bộ dùng khóa", "The officer of the key"), nullable=True, one=False),
        moments("created_at", Label("Thời điểm cấp", "When it was made")),
        moments("expires_at", Label("Thời điểm hết hạn", "When it expires"), nullable=True),
        moments("revoked_at", Label("Thời điểm thu hồi", "When it was revoked"), nullable=True),
        moments("last_used_at", Label("Lần dùng cuối", "When it was last used"), nullable=True),
    )

    class Meta:
        model = ApiKey
        fields: list[str] = []


class ApiKeyList(_KeyView, WritableListView):
    query_parameters = {"GET": (UNIT, OWN)}
    filterset_class = ApiKeyFilter
    orderings = {"created_at": "created_at", "name": "name"}
    default_ordering = "-created_at"
    detail = ApiKeyDetail
    detail_name = "api-key"
    operations = {
        "GET": Operation(
            "list_api_keys",
            Label("Danh sách khóa truy cập", "List API keys"),
            ApiKeySerializer,
            example=page(KEY),
            problems=LIST_PROBLEMS,
        ),
        "POST": Operation(
            "create_api_key",
            Label("Cấp một khóa truy cập", "Make an API key"),
            NewApiKeySerializer,
            example=NEW_KEY,
            request=ApiKeyBodySerializer,
            request_example=KEY_SENT,
            about=Label(
                "Khóa chỉ hiện một lần này. Không cao hơn vai trò và không rộng hơn phạm vi của người cấp.",
                "The key is shown this once. It stands no higher and sees no more than who makes it.",
            ),
            status=201,
            problems=PROBLEMS,
            also={200: (NewApiKeySerializer, NEW_KEY)},
        ),
    }

    def create(self, values: dict[str, Any]) -> ApiKey:
        units = Unit.objects.visible_to(self.scope)
        caller = self.principal
        key, self._text = create_key(**values, at=timezone.now(), units=units, giver=caller, by=caller.by)
        return key

    def only_now(self, row: VersionedModel) -> Mapping[str, Any]:
        return {"key": self._text}

    def narrow(self, rows: Any) -> Any:
        units = chosen_units(self)
        return rows if units is None else rows.filter(unit__among=units)
