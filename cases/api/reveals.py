"""The log of looks behind the masks."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from rest_framework import serializers

from cases.actions.parties import MASKED
from cases.api.examples import page
from cases.api.parties import PARTY, REVEALED
from cases.api.relations import CASE_SHOWN, PARTY_SHOWN
from cases.api.views import PROBLEMS
from cases.models import RevealLog
from officers.api.relations import UNIT_SHOWN
from officers.roles import ROLE_NAMES, Permission
from thads.common.api.base import ScopedAPIView, ScopedDetailView, ScopedListView
from thads.common.api.filters import Filters, codes, ids, moments
from thads.common.api.operations import Operation
from thads.common.api.writing import by_uuid
from thads.common.labels import Label, label

REVEAL: dict[str, Any] = {
    "id": REVEALED["id"],
    "party": PARTY["id"],
    "case": PARTY["case"],
    "unit": "DN.HC",
    "fields": ["id_number"],
    "reason": REVEALED["reason"],
    "revealed_at": REVEALED["revealed_at"],
    "revealed_by": REVEALED["revealed_by"],
    "role": "AUDITOR",
    "role_label": "Cán bộ kiểm tra",
}


class RevealSerializer(serializers.Serializer[Any]):
    """Who looked, when, why and at what; the values are not in it."""

    id = serializers.UUIDField()
    party = serializers.UUIDField()
    case = serializers.UUIDField()
    unit = serializers.CharField(help_text="code of the unit that held the case then")
    fields = serializers.ListField(child=serializers.ChoiceField(choices=MASKED))  # type: ignore[assignment]
    reason = serializers.CharField()
    revealed_at = serializers.DateTimeField()
    revealed_by = serializers.CharField()
    role = serializers.CharField()
    role_label = serializers.CharField()


class RevealFilter(Filters):
    lookups = (
        ids(),
        ids("party", Label("UUID của đương sự", "UUID of the party"), field="party__public_id"),
        ids("case", Label("UUID của việc", "UUID of the case"), field="case__public_id"),
        codes("role", ROLE_NAMES, Label("Vai trò của người xem", "Role of who looked")),
        moments("revealed_at", Label("Thời điểm xem", "When it was looked at")),
    )

    class Meta:
        model = RevealLog
        fields: list[str] = []


class _RevealView(ScopedAPIView):
    abstract = True
    model: ClassVar[type[models.Model]] = RevealLog
    permission: ClassVar[Any] = Permission.READ_REVEALS
    expansions = {
        "party": PARTY_SHOWN,
        "case": CASE_SHOWN,
        "unit": UNIT_SHOWN,
    }
    columns: ClassVar[tuple[str, ...]] = (
        "public_id",
        "party__public_id",
        "case__public_id",
        "unit__code",
        "fields",
        "reason",
        "revealed_at",
        "revealed_by",
        "role",
    )

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {
                "id": row["public_id"],
                "party": row["party__public_id"],
                "case": row["case__public_id"],
                "unit": row["unit__code"],
                "fields": row["fields"],
                "reason": row["reason"],
                "revealed_at": row["revealed_at"],
                "revealed_by": row["revealed_by"],
                "role": row["role"],
                "role_label": label(ROLE_NAMES, row["role"], self.lang),
            }
            for row in rows
        ]


class RevealList(_RevealView, ScopedListView):
    filterset_class = RevealFilter
    orderings = {"revealed_at": "pk"}
    default_ordering = "-revealed_at"
    operations = {
        "GET": Operation(
            "list_reveals",
            Label("Nhật ký xem thông tin cá nhân", "The log of looks behind the masks"),
            RevealSerializer,
            example=page(REVEAL),
            problems=PROBLEMS,
        )
    }


class RevealDetail(_RevealView, ScopedDetailView):
    address = "id"
    not_found = "REVEAL_NOT_FOUND"
    operations = {
        "GET": Operation(
            "get_reveal",
            Label("Một lần xem thông tin cá nhân", "One look behind the masks"),
            RevealSerializer,
            example=REVEAL,
            problems=PROBLEMS,
            path_parameters={"id": Label("UUID của lần xem.", "UUID of the look.")},
        )
    }

    def condition(self, address: str) -> Any:
        return by_uuid(address)
