"""Whom, and which cases, an officer may not handle: read, declared, changed, taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from django.db import models
from django.db.models import QuerySet
from rest_framework import serializers

from cases.actions.conflicts import change_conflict, declare_conflict, take_back_conflict
from cases.api.examples import page
from cases.api.masks import lifted, masked_number
from cases.models import Case
from officers.api.params import visible_officer
from officers.api.relations import OFFICER_SHOWN
from officers.codes import RELATIONS
from officers.models import Conflict, Officer
from officers.roles import Permission
from thads.common import sealing
from thads.common.api.base import ScopedAPIView
from thads.common.api.filters import Filters, codes, ids
from thads.common.api.operations import Operation
from thads.common.api.writing import (
    TextField,
    WritableDetailView,
    WritableListView,
    add_operation,
    row_operations,
)
from thads.common.errors import Fault, Refused
from thads.common.labels import Label, label
from thads.common.models import VersionedModel
from thads.common.versions import Check

PROBLEMS = (400, 401, 403, 404)
NAME = Label("khai báo xung đột lợi ích của một cán bộ", "a conflict of interest of an officer")
OFFICER_CODE = Label("Mã hoặc UUID của cán bộ.", "Code or UUID of the officer.")
AT = {"code": OFFICER_CODE, "id": Label("UUID của khai báo.", "UUID of the declaration.")}

CONFLICT: dict[str, Any] = {
    "id": "2f8f2d7c-9a51-4b35-8c55-6a8a4f1d9e57",
    "officer": "DN.HC.01",
    "name": "Nguyễn Thị Hoa",
    "relation": "SIBLING",
    "relation_label": "Anh, chị, em ruột",
    "id_number": "********0002",
    "masked": True,
    "case": None,
    "note": None,
}
CONFLICT_SENT: dict[str, Any] = {"name": "Nguyễn Thị Hoa", "relation": "SIBLING", "id_number": "048090000002"}
CONFLICT_PATCH: dict[str, Any] = {"note": "Em gái ruột"}


class ConflictSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    officer = serializers.CharField(help_text="code")
    name = serializers.CharField(allow_null=True, help_text="of the person; null for a case")
    relation = serializers.CharField(
        allow_null=True, help_text="to the officer (L25 Đ16.2d); null for a case"
    )
    relation_label = serializers.CharField(allow_null=True)
    id_number = serializers.CharField(allow_null=True, help_text="masked unless the role may see it")
    masked = serializers.BooleanField(help_text="whether this answer is masked")
    case = serializers.UUIDField(allow_null=True, help_text="a case instead of a person")
    note = serializers.CharField(allow_null=True)


class ConflictBodySerializer(serializers.Serializer[Any]):
    name = TextField(max_length=200, required=False, help_text="of a person close to the officer")
    relation = serializers.ChoiceField(choices=list(RELATIONS), required=False)
    id_number = TextField(max_length=200, required=False, help_text="stays")
    case = serializers.UUIDField(required=False, help_text="instead of a person; stays")
    note = TextField(max_length=2000, required=False, allow_blank=True)


class ConflictFilter(Filters):
    lookups = (ids(), codes("relation", RELATIONS, Label("Quan hệ với cán bộ", "Relation to the officer")))

    class Meta:
        model = Conflict
        fields: list[str] = []


class _ConflictView(ScopedAPIView):
    abstract = True
    model: ClassVar[type[models.Model]] = Conflict
    body: ClassVar[type[serializers.Serializer[Any]]] = ConflictBodySerializer
    expansions = {"officer": OFFICER_SHOWN}
    columns = (
        "public_id",
        "officer__code",
        "name",
        "relation",
        "id_number_sealed",
        "case",
        "note",
        "version",
    )

    def scoped(self) -> QuerySet[Any, Any]:
        """Those of the officer of this address, who has to be visible himself."""
        rows: QuerySet[Any, Any] = Conflict.objects.visible_to(self.scope)
        address = self.kwargs.get("code")
        return (
            rows
            if address is None
            else rows.filter(officer=visible_officer(self.scope, address, name="code"))
        )

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        clear = lifted(self.principal)
        return [self._shown(row, clear) for row in rows]

    def _shown(self, row: dict[str, Any], clear: bool) -> dict[str, Any]:
        sealed = row["id_number_sealed"]
        number = None if sealed is None else sealing.unseal(bytes(sealed))
        return {
            "id": row["public_id"],
            "officer": row["officer__code"],
            "name": row["name"] or None,
            "relation": row["relation"] or None,
            "relation_label": label(RELATIONS, row["relation"], self.lang) if row["relation"] else None,
            "id_number": number if clear else masked_number(number),
            "masked": not clear,
            "case": row["case"],
            "note": row["note"] or None,
        }


class ConflictDetail(_ConflictView, WritableDetailView):
    address = "id"
    not_found = "CONFLICT_NOT_FOUND"
    permission = {
        "GET": Permission.KEEP_CONFLICTS,
        "PATCH": Permission.KEEP_CONFLICTS,
        "DELETE": Permission.KEEP_CONFLICTS,
    }
    operations = {
        "GET": Operation(
            "get_officer_conflict",
            Label("Một khai báo xung đột lợi ích", "One declared conflict of interest"),
            ConflictSerializer,
            example=CONFLICT,
            problems=PROBLEMS,
            path_parameters=AT,
        ),
        **{
            method: operation
            for method, operation in row_operations(
                "officer_conflict",
                NAME,
                response=ConflictSerializer,
                example=CONFLICT,
                body=ConflictBodySerializer,
                sent=CONFLICT_SENT,
                patch=CONFLICT_PATCH,
                path=AT,
                about={
                    "PATCH": Label(
                        "Chỉ sửa được họ tên, quan hệ, ghi chú; người khác, việc khác là khai báo khác.",
                        "Name, relation and note only; another person, another case is another declaration.",
                    )
                },
            ).items()
            if method != "PUT"
        },
    }

    def change(self, rows: QuerySet[Any], values: dict[str, Any], check: Check) -> VersionedModel:
        fixed = [name for name in ("id_number", "case") if name in values]
        if fixed:
            raise Refused(Fault("CONFLICT_FIXED", f"/{name}", {"name": name}) for name in fixed)
        return change_conflict(rows=rows, values=values, check=check, by=self.principal.by)

    def remove(self, rows: QuerySet[Any], check: Check) -> None:
        take_back_conflict(rows=rows, check=check, by=self.principal.by)


class ConflictList(_ConflictView, WritableListView):
    permission = {"GET": Permission.KEEP_CONFLICTS, "POST": Permission.KEEP_CONFLICTS}
    filterset_class = ConflictFilter
    orderings = {"recorded_at": "pk"}
    default_ordering = "recorded_at"
    detail = ConflictDetail
    detail_name = "officer-conflict"
    operations = {
        "GET": Operation(
            "list_officer_conflicts",
            Label("Những người, việc mà một cán bộ không được giải quyết", "Whom an officer may not handle"),
            ConflictSerializer,
            about=Label(
                "Chấp hành viên chỉ xem, khai báo của mình. Số giấy tờ được che nếu vai trò không được xem.",
                "An enforcement officer sees and declares his own only. Identity numbers are masked unless "
                "the role may see them.",
            ),
            example=page(CONFLICT),
            problems=PROBLEMS,
            path_parameters={"code": OFFICER_CODE},
        ),
        "POST": replace(
            add_operation(
                "officer_conflict",
                NAME,
                response=ConflictSerializer,
                example=CONFLICT,
                body=ConflictBodySerializer,
                sent=CONFLICT_SENT,
                about=Label(
                    "Một người thân thích (họ tên, quan hệ, số giấy tờ), hoặc một việc (case). Từ đó việc có "
                    "đương sự mang số giấy tờ ấy, hoặc việc ấy, không giao cho cán bộ này (L25 Đ16.2d).",
                    "Somebody close (name, relation, identity number), or a case. From then on no case of "
                    "a party with that number, nor that case, can be given to this officer (L25 Đ16.2d).",
                ),
            ),
            path_parameters={"code": OFFICER_CODE},
        ),
    }

    def everything(self) -> QuerySet[Any, Any]:
        rows: QuerySet[Any, Any] = Conflict.objects.within(self.scope)
        return rows.filter(officer=visible_officer(self.scope, self.kwargs["code"], name="code"))

    def create(self, values: dict[str, Any]) -> VersionedModel:
        officer = Officer.objects.get(pk=visible_officer(self.scope, self.kwargs["code"], name="code"))
        case = values.pop("case", None)
        if case is not None and not Case.objects.visible_to(self.scope).filter(public_id=case).exists():
            raise Refused(Fault("CASE_NOT_FOUND", "/case", {"case": str(case)}))
        return declare_conflict(officer=officer, values=values, case=case, by=self.principal.by)
