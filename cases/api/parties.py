"""Parties of cases: read with masks, put right, looked behind the masks for a reason."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.db.models import QuerySet
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.actions.parties import MASKED, PERSONAL, SEALED, add_party, change_party, reveal_party
from cases.api.examples import page
from cases.api.external_ids import (
    ExternalIdFilter,
    ExternalIdSerializer,
    external_ids_field,
    shown_keys,
    taken_keys,
)
from cases.api.masks import lifted, shown_identifiers
from cases.api.relations import CASE_SHOWN
from cases.api.serializers import PARTY_KIND_CODES, PARTY_ROLE_CODES
from cases.api.views import CASE_ID, PARTY_KINDS, PARTY_ROLES, PROBLEMS, case_id, no_case
from cases.models import Case, Party, RevealLog
from officers.roles import Permission
from thads.common import versions
from thads.common.api.base import ScopedAPIView, ScopedListView
from thads.common.api.etag import check_version, if_match
from thads.common.api.filters import Filters, codes, ids
from thads.common.api.operations import Operation
from thads.common.api.parameters import shortened
from thads.common.api.writing import (
    TextField,
    WritableDetailView,
    WritableListView,
    by_uuid,
    read_body,
)
from thads.common.errors import Fault, NotVisible, PreconditionFailed
from thads.common.labels import Label, label
from thads.common.models import VersionedModel

PARTY_ID = Label("UUID của đương sự.", "UUID of the party.")
_MASKED = "masked unless the role may see it"

COLUMNS = (
    "public_id",
    "case__public_id",
    "ref",
    "role",
    "kind",
    "name",
    "id_number_sealed",
    "address",
    "phone_sealed",
    "account_sealed",
    "version",
    "modified_at",
)


# --- Shapes -------------------------------------------------------------------------------------------------


class CasePartySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    case = serializers.UUIDField()
    ref = serializers.CharField(help_text="what the story calls the party")
    role = serializers.ChoiceField(choices=PARTY_ROLE_CODES)
    role_label = serializers.CharField()
    kind = serializers.ChoiceField(choices=PARTY_KIND_CODES)
    kind_label = serializers.CharField()
    name = serializers.CharField()
    id_number = serializers.CharField(allow_null=True, help_text=_MASKED)
    address = serializers.CharField(allow_null=True, help_text=_MASKED)
    phone = serializers.CharField(allow_null=True, help_text=_MASKED)
    account = serializers.CharField(allow_null=True, help_text=f"bank account; {_MASKED}")
    masked = serializers.BooleanField(help_text="whether this answer is masked")
    external_ids = ExternalIdSerializer(many=True)
    version = serializers.IntegerField()
    modified_at = serializers.DateTimeField()


class PartyBodySerializer(serializers.Serializer[Any]):
    """What of a party can be put right; role and kind are what the decision says."""

    name = TextField(max_length=2000, required=False)
    id_number = TextField(max_length=200, required=False, allow_null=True)
    address = TextField(max_length=2000, required=False, allow_null=True)
    phone = TextField(max_length=40, required=False, allow_null=True)
    account = TextField(max_length=200, required=False, allow_null=True, help_text="number and bank")
    external_ids = external_ids_field()


class AddedPartySerializer(PartyBodySerializer):
    """Somebody who comes to a case that stands: a successor, somebody with related rights."""

    ref = TextField(
        max_length=200,
        required=False,
        help_text="what the story calls the party; left out: given by the service",
    )
    role = serializers.ChoiceField(choices=PARTY_ROLE_CODES)
    kind = serializers.ChoiceField(choices=PARTY_KIND_CODES)
    name = TextField(max_length=2000)


class RevealBodySerializer(serializers.Serializer[Any]):
    reason = TextField(max_length=2000, help_text="at least ten letters; kept in the log")
    fields = serializers.ListField(  # type: ignore[assignment]
        child=serializers.ChoiceField(choices=MASKED),
        required=False,
        min_length=1,
        max_length=len(MASKED),
        help_text="which of them; all by default",
    )


class RevealedSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="of the row in the log")
    party = serializers.UUIDField()
    reason = serializers.CharField()
    revealed_at = serializers.DateTimeField()
    revealed_by = serializers.CharField()
    values = serializers.DictField(  # type: ignore[assignment]
        child=serializers.CharField(allow_null=True),
        allow_null=True,
        help_text="the fields in clear; null when the answer is given again under its Idempotency-Key",
    )


PARTY: dict[str, Any] = {
    "id": "6b7c5c0e-6f0c-4a53-9d53-2b6d0c2a7b13",
    "case": "0b8f1f0e-6f0c-4a53-9d53-2b6d0c2a7b11",
    "ref": "d1",
    "role": "DEBTOR",
    "role_label": "Người phải thi hành án",
    "kind": "PERSON",
    "kind_label": "Cá nhân",
    "name": "Nguyễn Văn A",
    "id_number": "********0001",
    "address": "***, Đà Nẵng",
    "phone": "*******567",
    "account": None,
    "masked": True,
    "external_ids": [{"system": "court", "value": "BC-1"}],
    "version": 1,
    "modified_at": "2026-02-03T08:00:00.104233+07:00",
}
PARTY_SENT: dict[str, Any] = {"address": "24 Trần Phú, Hải Châu, Đà Nẵng", "phone": "0905123567"}
PARTY_ADDED_SENT: dict[str, Any] = {
    "role": "DEBTOR",
    "kind": "PERSON",
    "name": "Nguyễn Thị B",
    "id_number": "048190000002",
    "address": "24 Trần Phú, Hải Châu, Đà Nẵng",
}
REVEAL_SENT: dict[str, Any] = {
    "reason": "Đối chiếu căn cước khi giao giấy triệu tập",
    "fields": ["id_number"],
}
REVEALED: dict[str, Any] = {
    "id": "77f1b1de-9b6f-4f1e-8f4e-0d4b1f6f2f10",
    "party": PARTY["id"],
    "reason": REVEAL_SENT["reason"],
    "revealed_at": "2026-02-03T08:00:00.104233+07:00",
    "revealed_by": "USER:5 Võ Văn Thành",
    "values": {"id_number": "048090000001"},
}


def party_row(row: dict[str, Any], keys: list[dict[str, str]], clear: bool, lang: str) -> dict[str, Any]:
    """A party as the API shows it; ``clear`` lifts the masks."""
    return {
        "id": row["public_id"],
        "case": row["case__public_id"],
        "ref": row["ref"],
        "role": row["role"],
        "role_label": label(PARTY_ROLES, row["role"], lang),
        "kind": row["kind"],
        "kind_label": label(PARTY_KINDS, row["kind"], lang),
        "name": row["name"],
        **shown_identifiers(row, clear),
        "masked": not clear,
        "external_ids": keys,
        "version": row["version"],
        "modified_at": row["modified_at"],
    }


# --- Addresses ----------------------------------------------------------------------------------------------


class PartyFilter(Filters):
    lookups = (
        ids(),
        ids("case", Label("UUID của việc", "UUID of the case"), field="case__public_id"),
        codes("role", PARTY_ROLES, Label("Tư cách đương sự", "Role in the case")),
        codes("kind", PARTY_KINDS, Label("Cá nhân hay tổ chức", "Person or organisation")),
    )

    external_id = ExternalIdFilter()

    class Meta:
        model = Party
        fields: list[str] = []


class _PartyView(ScopedAPIView):
    abstract = True
    model: ClassVar[type[models.Model]] = Party
    columns: ClassVar[tuple[str, ...]] = COLUMNS
    permission: ClassVar[Any] = Permission.READ_CASES
    expansions = {"case": CASE_SHOWN}

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        keys, clear = shown_keys("party", [row["pk"] for row in rows]), lifted(self.principal)
        return [party_row(row, keys.get(row["pk"], []), clear, self.lang) for row in rows]


class PartyList(_PartyView, ScopedListView):
    filterset_class = PartyFilter
    orderings = {"id": "pk"}
    default_ordering = "id"
    operations = {
        "GET": Operation(
            "list_parties",
            Label("Danh sách đương sự", "List parties"),
            CasePartySerializer,
            about=Label(
                "Mỗi dòng là đương sự của một việc. Số giấy tờ, địa chỉ, điện thoại, tài khoản được che nếu "
                "vai trò không được xem.",
                "Each row is a party of one case. Identity number, address, phone and account are masked "
                "unless the role may see them.",
            ),
            example=page(PARTY),
            problems=PROBLEMS,
        )
    }


def visible_case(view: ScopedAPIView, address: str) -> Case:
    """The case at ``address``. Raises NotVisible."""
    case = Case.objects.visible_to(view.scope).filter(public_id=case_id(address)).first()
    if case is None:
        raise no_case(address)
    found: Case = case
    return found


class PartyDetail(_PartyView, WritableDetailView):
    permission = {"GET": Permission.READ_CASES, "PATCH": Permission.EDIT_PARTIES}
    address = "id"
    not_found = "PARTY_NOT_FOUND"
    body = PartyBodySerializer
    private = PERSONAL | frozenset(SEALED.values())
    http_method_names = ["get", "head", "options", "patch"]
    operations = {
        "GET": Operation(
            "get_party",
            Label("Một đương sự", "One party"),
            CasePartySerializer,
            example=PARTY,
            problems=PROBLEMS,
            path_parameters={"id": PARTY_ID},
        ),
        "PATCH": Operation(
            "change_party",
            Label("Sửa tên gọi, giấy tờ, địa chỉ, liên hệ của đương sự", "Put the data of a party right"),
            CasePartySerializer,
            about=Label(
                "Phiên bản của việc tăng theo. Nhật ký chỉ ghi trường nào đã đổi, không ghi giá trị.",
                "The version of the case rises with it. The journal is told which fields changed, and no "
                "value.",
            ),
            request=PartyBodySerializer,
            request_example=PARTY_SENT,
            example=PARTY,
            problems=(*PROBLEMS, 409, 412, 422, 428),
            path_parameters={"id": PARTY_ID},
        ),
    }

    def change(self, rows: QuerySet[Any], values: dict[str, Any], check: Any) -> VersionedModel:
        keys = taken_keys(values)
        told = _by_field(check)
        return change_party(rows=rows, values=values, keys=keys, check=told, by=self.principal.by)


class CaseParties(PartyList, WritableListView):
    permission = {"GET": Permission.READ_CASES, "POST": Permission.EDIT_PARTIES}
    takes_if_match = ("POST",)
    body = AddedPartySerializer
    detail = PartyDetail
    detail_name = "party"
    operations = {
        "GET": Operation(
            "list_case_parties",
            Label("Đương sự của một việc", "The parties of a case"),
            CasePartySerializer,
            example=page(PARTY),
            problems=PROBLEMS,
            path_parameters={"id": CASE_ID},
        ),
        "POST": Operation(
            "add_case_party",
            Label("Thêm đương sự vào việc", "Add a party to a case"),
            CasePartySerializer,
            about=Label(
                "Người kế thừa quyền, nghĩa vụ phải là đương sự của việc trước khi ghi quyết định chuyển "
                "giao (TRANSFER_DECISION). Phiên bản của việc tăng theo, số liệu không đổi; If-Match không "
                "bắt buộc và là phiên bản của việc. Nhật ký không ghi tên, số giấy tờ.",
                "Who succeeds to a right or duty has to be a party of the case before the decision "
                "(TRANSFER_DECISION) is recorded. The version of the case rises with it and no figure "
                "changes; If-Match is optional and tells the version of the case. The journal is told no "
                "name and no number.",
            ),
            request=AddedPartySerializer,
            request_example=PARTY_ADDED_SENT,
            example=PARTY,
            status=201,
            also={200: (CasePartySerializer, PARTY)},
            problems=(*PROBLEMS, 409, 412, 422),
            path_parameters={"id": CASE_ID},
        ),
    }

    def create(self, values: dict[str, Any]) -> VersionedModel:
        case = visible_case(self, self.kwargs["id"])
        keys, asked = taken_keys(values), if_match(self.request)
        return add_party(
            cases=Case.objects.visible_to(self.scope).filter(pk=case.pk),
            values=values,
            keys=keys or (),
            check=lambda standing: check_version(asked, standing.version),
            by=self.principal.by,
        )

    def narrow(self, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        return rows.filter(case=visible_case(self, self.kwargs["id"]).pk)

    def everything(self) -> QuerySet[Any, Any]:
        return self.narrow(super().everything())

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        # Who may not see the case learns that before the body is read.
        visible_case(self, kwargs["id"])
        return super().post(request, *args, **kwargs)


def _by_field(check: versions.Check) -> versions.Check:
    """The same check, whose refusal names fields as they are sent and not as they are kept."""

    def checked(row: VersionedModel, columns: Mapping[str, Any]) -> None:
        try:
            check(row, columns)
        except PreconditionFailed as refusal:
            raise PreconditionFailed(_named(fault) for fault in refusal.faults) from None

    return checked


def _named(fault: Fault) -> Fault:
    sealed = {column: name for name, column in SEALED.items()}
    name = sealed.get(fault.pointer.removeprefix("/"))
    return fault if name is None else Fault(fault.code, f"/{name}", {"name": name})


class PartyReveal(ScopedAPIView):
    """A look behind the masks of a party: shown once, kept in the log."""

    permission = Permission.REVEAL_IDENTIFIERS
    operations = {
        "POST": Operation(
            "reveal_party",
            Label("Xem phần bị che của đương sự, nêu lý do", "Look behind the masks of a party"),
            RevealedSerializer,
            about=Label(
                "Giá trị chỉ được cho xem một lần, trong chính trả lời này; ai, khi nào, vì sao, trường nào "
                "được ghi vào nhật ký (/reveals/) không sửa, không xóa được.",
                "The values are shown once, in this answer; who, when, why and which fields goes into a log "
                "(/reveals/) that nobody can change.",
            ),
            request=RevealBodySerializer,
            request_example=REVEAL_SENT,
            example=REVEALED,
            status=201,
            problems=(*PROBLEMS, 422),
            path_parameters={"id": PARTY_ID},
        )
    }

    def post(self, request: Request, id: str) -> Response:
        rows = Party.objects.visible_to(self.scope).filter(by_uuid(id))
        if not rows.exists():
            raise NotVisible(Fault("PARTY_NOT_FOUND", params={"party": shortened(id)}))
        values = read_body(RevealBodySerializer, request.data)
        log, shown = reveal_party(
            rows=rows,
            fields=values.get("fields"),
            reason=values["reason"],
            by=self.principal.by,
            role=self.principal.role,
        )
        return Response(_revealed(log, shown), status=201, headers={"Location": self._address(log)})

    def replayed(self, record: Any) -> Any:
        """The row of the log; the values were shown once."""
        log = RevealLog.objects.select_related("party").get(public_id=record.public_id)
        return _revealed(log, None)

    def _address(self, log: RevealLog) -> str:
        return self.request.build_absolute_uri(reverse("reveal", kwargs={"id": log.public_id}))


def _revealed(log: RevealLog, shown: dict[str, str | None] | None) -> dict[str, Any]:
    return {
        "id": log.public_id,
        "party": log.party.public_id,
        "reason": log.reason,
        "revealed_at": log.revealed_at,
        "revealed_by": log.revealed_by,
        "values": shown,
    }
