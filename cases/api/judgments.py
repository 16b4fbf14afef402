"""Judgments: received, read, changed, corrected, with the parties and obligations the court proposes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters  # type: ignore[import-untyped]
from django.db import models
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cases.actions.judgments import (
    change_judgment,
    judgment_known_as,
    receive_judgment,
    remove_judgment,
)
from cases.actions.proposals import Proposal
from cases.api.examples import page
from cases.api.external_ids import (
    ExternalIdFilter,
    ExternalIdSerializer,
    external_ids_field,
    shown_keys,
    taken_keys,
)
from cases.api.masks import lifted, masked_address, masked_number
from cases.api.serializers import INSTRUMENT_CODES, PARTY_KIND_CODES, PARTY_ROLE_CODES
from cases.api.views import INSTRUMENTS, OBLIGATION_KINDS, PARTY_KINDS, PARTY_ROLES, PROBLEMS, money
from cases.models import Case, Judgment, JudgmentCorrection, ProposedObligation, ProposedParty
from cases.rules.external_ids import Key, read_key
from officers.api.params import chosen_units, visible_unit
from officers.models import Unit
from officers.roles import Permission
from thads.common.api.base import ScopedAPIView, ScopedListView
from thads.common.api.etag import check_version, etag_of, if_match
from thads.common.api.filters import CodeFilter, IsoDateFilter
from thads.common.api.operations import Operation
from thads.common.api.parameters import OWN, UNIT, shortened
from thads.common.api.writing import (
    BODY,
    DRY_RUN,
    TextField,
    WritableDetailView,
    WritableListView,
    by_uuid,
    read_body,
    shown,
    tried,
)
from thads.common.errors import BadRequest, Fault, NotVisible
from thads.common.labels import Label, label
from thads.common.models import VersionedModel

JUDGMENT_ID = Label("UUID của bản án, quyết định.", "UUID of the judgment.")
#: The most parties, or obligations, that one judgment proposes.
MANY = 5000
_WHOLE = "proposed; sent, they take the place of all there are"
_DONG = "đồng, a whole number as a string"
_MONEY = r"^[1-9][0-9]{0,14}$"
_OBLIGATION_CODES = list(OBLIGATION_KINDS)


# --- Shapes -------------------------------------------------------------------------------------------------


class CorrectionSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="of the judgment with it")
    reason = serializers.CharField()
    before = serializers.DictField(help_text="the fields that changed, as they stood")
    after = serializers.DictField()
    recorded_at = serializers.DateTimeField()
    recorded_by = serializers.CharField()


class ProposedPartySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    ref = serializers.CharField()
    role = serializers.ChoiceField(choices=PARTY_ROLE_CODES)
    role_label = serializers.CharField()
    kind = serializers.ChoiceField(choices=PARTY_KIND_CODES)
    kind_label = serializers.CharField()
    name = serializers.CharField()
    id_number = serializers.CharField(allow_null=True, help_text="masked unless the role may see it")
    address = serializers.CharField(allow_null=True, help_text="masked unless the role may see it")


class ProposedObligationSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    ref = serializers.CharField()
    kind = serializers.CharField()
    kind_label = serializers.CharField()
    debtor = serializers.CharField(allow_null=True, help_text="ref of the party")
    creditor = serializers.CharField(allow_null=True, help_text="ref of the party")
    amount = serializers.CharField(allow_null=True, help_text=f"{_DONG}; null: a duty without money")
    description = serializers.CharField(allow_null=True)


class JudgmentSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.CharField()
    issued_on = serializers.DateField()
    effective_on = serializers.DateField(allow_null=True)
    issuer = serializers.CharField()
    instrument_type = serializers.ChoiceField(choices=INSTRUMENT_CODES, allow_null=True)
    instrument_type_label = serializers.CharField(allow_null=True)
    unit = serializers.CharField(
        allow_null=True,
        help_text="code of the unit that received it; null: it came in with a case, or you may not see it",
    )
    received_on = serializers.DateField(allow_null=True)
    external_ids = ExternalIdSerializer(many=True)
    version = serializers.IntegerField()
    modified_at = serializers.DateTimeField()


class JudgmentDetailSerializer(JudgmentSerializer):
    parties = ProposedPartySerializer(many=True, help_text="proposed: what a case opened on it starts from")
    obligations = ProposedObligationSerializer(many=True, help_text="proposed")
    cases = serializers.ListField(child=serializers.UUIDField(), help_text="on it, those you may see")
    corrections = CorrectionSerializer(many=True)


class ProposedPartyBodySerializer(serializers.Serializer[Any]):
    ref = TextField(max_length=200)
    role = serializers.ChoiceField(choices=PARTY_ROLE_CODES)
    kind = serializers.ChoiceField(choices=PARTY_KIND_CODES)
    name = TextField(max_length=2000)
    id_number = TextField(max_length=200, required=False, allow_null=True)
    address = TextField(max_length=2000, required=False, allow_null=True)


class ProposedObligationBodySerializer(serializers.Serializer[Any]):
    ref = TextField(max_length=200)
    kind = serializers.ChoiceField(choices=_OBLIGATION_CODES)
    debtor = TextField(max_length=200, required=False, allow_null=True, help_text="ref of a party")
    creditor = TextField(max_length=200, required=False, allow_null=True, help_text="ref of a party")
    amount = serializers.RegexField(_MONEY, required=False, allow_null=True, help_text=_DONG)
    description = TextField(max_length=2000, required=False, allow_null=True)


class JudgmentBodySerializer(serializers.Serializer[Any]):
    number = TextField(max_length=200)
    issued_on = serializers.DateField()
    effective_on = serializers.DateField(required=False, allow_null=True)
    issuer = TextField(max_length=200)
    instrument_type = serializers.ChoiceField(choices=INSTRUMENT_CODES, required=False, allow_null=True)
    unit = serializers.CharField(
        max_length=64, required=False, help_text="code or UUID of the unit that receives it; yours by default"
    )
    received_on = serializers.DateField(required=False, help_text="today by default")
    external_ids = external_ids_field()
    parties = serializers.ListSerializer(
        child=ProposedPartyBodySerializer(), required=False, max_length=MANY, help_text=_WHOLE
    )
    obligations = serializers.ListSerializer(
        child=ProposedObligationBodySerializer(), required=False, max_length=MANY, help_text=_WHOLE
    )


class JudgmentChangeSerializer(JudgmentBodySerializer):
    correction_reason = TextField(
        max_length=2000,
        required=False,
        help_text="at least ten letters; needed to change number, days, issuer or kind once cases rest on it",
    )


KEYS = [{"system": "court", "value": "BA-12-2023"}]
JUDGMENT: dict[str, Any] = {
    "id": "5a7c5c0e-6f0c-4a53-9d53-2b6d0c2a7b12",
    "number": "12/2023/HS-ST",
    "issued_on": "2023-09-11",
    "effective_on": "2023-10-12",
    "issuer": "TAND quận Hải Châu",
    "instrument_type": "CRIMINAL_JUDGMENT",
    "instrument_type_label": "Bản án, quyết định hình sự",
    "unit": "DN.HC",
    "received_on": "2023-10-20",
    "external_ids": KEYS,
    "version": 1,
    "modified_at": "2026-02-03T08:00:00.104233+07:00",
}
JUDGMENT_DETAIL: dict[str, Any] = {
    **JUDGMENT,
    "parties": [
        {
            "id": "6b7c5c0e-6f0c-4a53-9d53-2b6d0c2a7b13",
            "ref": "d1",
            "role": "DEBTOR",
            "role_label": "Người phải thi hành án",
            "kind": "PERSON",
            "kind_label": "Cá nhân",
            "name": "Nguyễn Văn A",
            "id_number": "048090000001",
            "address": "12 Lê Lợi, Hải Châu, Đà Nẵng",
        }
    ],
    "obligations": [
        {
            "id": "7c7c5c0e-6f0c-4a53-9d53-2b6d0c2a7b14",
            "ref": "o1",
            "kind": "COURT_FEE",
            "kind_label": "Án phí, lệ phí Tòa án",
            "debtor": "d1",
            "creditor": None,
            "amount": "5000000",
            "description": None,
        }
    ],
    "cases": ["0b8f1f0e-6f0c-4a53-9d53-2b6d0c2a7b11"],
    "corrections": [
        {
            "version": 2,
            "reason": "Tòa án có thông báo sửa số bản án",
            "before": {"number": "12/2023/HSST"},
            "after": {"number": "12/2023/HS-ST"},
            "recorded_at": "2026-02-03T08:00:00.104233+07:00",
            "recorded_by": "USER:5 Trần Thị B",
        }
    ],
}
JUDGMENT_SENT: dict[str, Any] = {
    "number": "12/2023/HS-ST",
    "issued_on": "2023-09-11",
    "effective_on": "2023-10-12",
    "issuer": "TAND quận Hải Châu",
    "instrument_type": "CRIMINAL_JUDGMENT",
    "received_on": "2023-10-20",
    "external_ids": KEYS,
    "parties": [
        {
            "ref": "d1",
            "role": "DEBTOR",
            "kind": "PERSON",
            "name": "Nguyễn Văn A",
            "id_number": "048090000001",
            "address": "12 Lê Lợi, Hải Châu, Đà Nẵng",
        }
    ],
    "obligations": [{"ref": "o1", "kind": "COURT_FEE", "debtor": "d1", "amount": "5000000"}],
}
CORRECTION_SENT: dict[str, Any] = {
    "number": "12/2023/HS-ST",
    "correction_reason": "Tòa án có thông báo sửa số bản án",
}


# --- Reading ------------------------------------------------------------------------------------------------


class JudgmentFilter(django_filters.FilterSet):
    number = django_filters.CharFilter(label=Label("Số, đúng từng chữ.", "Number, exactly."))
    issuer = django_filters.CharFilter(
        label=Label("Nơi ra bản án, quyết định, đúng từng chữ.", "Who issued it, exactly.")
    )
    instrument_type = CodeFilter(INSTRUMENTS, Label("Loại bản án, quyết định.", "Kind of instrument."))
    issued_on = IsoDateFilter(label=Label("Ngày ra.", "Day on which it was given."))
    issued_on__gte = IsoDateFilter(
        field_name="issued_on", lookup_expr="gte", label=Label("Ra từ ngày này.", "Given this day or later.")
    )
    issued_on__lte = IsoDateFilter(
        field_name="issued_on",
        lookup_expr="lte",
        label=Label("Ra đến hết ngày này.", "Given this day or earlier."),
    )
    received_on__gte = IsoDateFilter(
        field_name="received_on",
        lookup_expr="gte",
        label=Label("Nhận từ ngày này.", "Received this day or later."),
    )
    received_on__lte = IsoDateFilter(
        field_name="received_on",
        lookup_expr="lte",
        label=Label("Nhận đến hết ngày này.", "Received this day or earlier."),
    )
    external_id = ExternalIdFilter()

    class Meta:
        model = Judgment
        fields: list[str] = []


COLUMNS = (
    "public_id",
    "number",
    "issued_on",
    "effective_on",
    "issuer",
    "instrument_type",
    "unit_id",
    "unit__code",
    "received_on",
    "version",
    "modified_at",
)


class _JudgmentView(ScopedAPIView):
    abstract = True
    model: ClassVar[type[models.Model]] = Judgment
    columns: ClassVar[tuple[str, ...]] = COLUMNS

    def rows_shown(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        keys = shown_keys("judgment", [row["pk"] for row in rows])
        return [self.shown_row(row, keys.get(row["pk"], [])) for row in rows]

    def shown_row(self, row: dict[str, Any], keys: list[dict[str, str]]) -> dict[str, Any]:
        kind, seen = row["instrument_type"], row["unit_id"] in self.scope.unit_ids
        return {
            "id": row["public_id"],
            "number": row["number"],
            "issued_on": row["issued_on"],
            "effective_on": row["effective_on"],
            "issuer": row["issuer"],
            "instrument_type": kind,
            "instrument_type_label": kind and label(INSTRUMENTS, kind, self.lang),
            "unit": row["unit__code"] if seen else None,
            "received_on": row["received_on"],
            "external_ids": keys,
            "version": row["version"],
            "modified_at": row["modified_at"],
        }

    def unit_named(self, values: dict[str, Any]) -> Unit | None:
        """The receiving unit out of what was sent; None when none was. Raises NotVisible."""
        code = values.pop("unit", None)
        if code is None:
            return None
        try:
            return visible_unit(self.scope, code)[0]
        except NotVisible:
            raise NotVisible(Fault("UNIT_NOT_FOUND", "/unit", {"unit": shortened(code)})) from None

    def receive(self, values: dict[str, Any]) -> Judgment:
        """Receive a judgment with the values sent, for the caller's own unit by default."""
        keys = taken_keys(values) or ()
        unit = self.unit_named(values)
        if unit is None:
            unit = Unit.objects.visible_to(self.scope).filter(pk=self.principal.unit_id or 0).first()
        if unit is None:
            raise BadRequest(Fault("FIELD_REQUIRED", "/unit", {"name": "unit"}))
        return receive_judgment(
            visible=Judgment.objects.visible_to(self.scope),
            unit=unit,
            keys=keys,
            proposal=_proposal(values),
            values=values,
            by=self.principal.by,
            today=timezone.localdate(),
        )

    def change_row(self, rows: QuerySet[Any], values: dict[str, Any], check: Any) -> Judgment:
        keys = taken_keys(values)
        unit, proposal = self.unit_named(values), _proposal(values)
        reason = values.pop("correction_reason", None)
        return change_judgment(
            rows=rows,
            visible_cases=Case.objects.visible_to(self.scope),
            values=values if unit is None else {**values, "unit": unit},
            keys=keys,
            proposal=proposal,
            reason=reason,
            check=check,
            by=self.principal.by,
            today=timezone.localdate(),
        )


def _proposal(values: dict[str, Any]) -> Proposal:
    """The proposed parties and obligations out of what was sent."""
    obligations = values.pop("obligations", None)
    if obligations is not None:
        obligations = [
            {**one, "amount": int(one["amount"]) if one.get("amount") else None} for one in obligations
        ]
    return Proposal(values.pop("parties", None), obligations)


class JudgmentDetail(_JudgmentView, WritableDetailView):
    permission = {
        "GET": Permission.READ_CASES,
        "PUT": Permission.KEEP_JUDGMENTS,
        "PATCH": Permission.KEEP_JUDGMENTS,
        "DELETE": Permission.KEEP_JUDGMENTS,
    }
    address = "id"
    not_found = "JUDGMENT_NOT_FOUND"
    body = JudgmentChangeSerializer
    operations = {
        "GET": Operation(
            "get_judgment",
            Label(
                "Một bản án, quyết định, với đương sự và các khoản được đề nghị",
                "One judgment, with its proposed parties and obligations",
            ),
            JudgmentDetailSerializer,
            example=JUDGMENT_DETAIL,
            problems=PROBLEMS,
            path_parameters={"id": JUDGMENT_ID},
        ),
        "PUT": Operation(
            "replace_judgment",
            Label("Thay toàn bộ nội dung một bản án, quyết định", "Replace a judgment"),
            JudgmentDetailSerializer,
            about=Label(
                "Như PATCH; trường không gửi thì thành trống, trừ unit, received_on, external_ids, parties, "
                "obligations giữ nguyên.",
                "As PATCH; a field that is not sent becomes empty, but for unit, received_on, external_ids, "
                "parties and obligations, which stay.",
            ),
            request=JudgmentChangeSerializer,
            request_example=JUDGMENT_SENT,
            example=JUDGMENT_DETAIL,
            problems=(*PROBLEMS, 409, 412, 422, 428),
            path_parameters={"id": JUDGMENT_ID},
        ),
        "PATCH": Operation(
            "change_judgment",
            Label("Sửa, đính chính một bản án, quyết định", "Change or correct a judgment"),
            JudgmentDetailSerializer,
            about=Label(
                "Khi đã có việc thi hành, số, ngày, nơi ra và loại chỉ sửa bằng đính chính: nêu "
                "correction_reason, và chỉ người xem được mọi việc đó; nội dung cũ được giữ trong "
                "corrections, phiên bản của từng việc tăng. Trùng với bản án khác: 409.",
                "Once cases rest on it, number, days, issuer and kind are changed by a correction alone: "
                "with correction_reason, by somebody who may see every one of these cases; what stood is "
                "kept in corrections, and the version of each case rises. The same as another judgment: 409.",
            ),
            request=JudgmentChangeSerializer,
            request_example=CORRECTION_SENT,
            example=JUDGMENT_DETAIL,
            problems=(*PROBLEMS, 409, 412, 422, 428),
            path_parameters={"id": JUDGMENT_ID},
        ),
        "DELETE": Operation(
            "remove_judgment",
            Label(
                "Bỏ một bản án, quyết định chưa có việc, chưa có tài liệu",
                "Remove a judgment without cases and documents",
            ),
            None,
            status=204,
            also={200: (JudgmentDetailSerializer, JUDGMENT_DETAIL)},
            problems=(*PROBLEMS, 409, 412, 428),
            path_parameters={"id": JUDGMENT_ID},
        ),
    }

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        keys = [row["pk"] for row in rows]
        parts = (self._parties(keys), self._obligations(keys), self._cases(keys), _corrections(keys))
        names = ("parties", "obligations", "cases", "corrections")
        return [
            shown_row | {name: part[row["pk"]] for name, part in zip(names, parts, strict=True)}
            for row, shown_row in zip(rows, self.rows_shown(rows), strict=True)
        ]

    def change(self, rows: QuerySet[Any], values: dict[str, Any], check: Any) -> VersionedModel:
        if self.request.method == "PUT":
            values = {"effective_on": None, "instrument_type": None, **values}
        return self.change_row(rows, values, check)

    def remove(self, rows: QuerySet[Any], check: Any) -> None:
        remove_judgment(rows=rows, check=check, by=self.principal.by)

    def _parties(self, keys: list[int]) -> Mapping[int, list[dict[str, Any]]]:
        found, clear = defaultdict(list), lifted(self.principal)
        for one in ProposedParty.objects.filter(judgment__in=keys).order_by("judgment_id", "position"):
            found[one.judgment_id].append(proposed_party_row(one, clear, self.lang))
        return found

    def _obligations(self, keys: list[int]) -> Mapping[int, list[dict[str, Any]]]:
        found = defaultdict(list)
        rows = ProposedObligation.objects.filter(judgment__in=keys).select_related("debtor", "creditor")
        for one in rows.order_by("judgment_id", "position"):
            found[one.judgment_id].append(proposed_obligation_row(one, self.lang))
        return found

    def _cases(self, keys: list[int]) -> Mapping[int, list[Any]]:
        found = defaultdict(list)
        cases = Case.objects.visible_to(self.scope).filter(judgment__in=keys).order_by("pk")
        for judgment, case in cases.values_list("judgment_id", "public_id"):
            found[judgment].append(case)
        return found


def _corrections(keys: list[int]) -> Mapping[int, list[dict[str, Any]]]:
    found = defaultdict(list)
    rows = JudgmentCorrection.objects.filter(judgment__in=keys).order_by("judgment_id", "version")
    columns = ("version", "reason", "before", "after", "recorded_at", "recorded_by")
    for row in rows.values("judgment_id", *columns):
        found[row["judgment_id"]].append({name: row[name] for name in columns})
    return found


def proposed_party_row(one: ProposedParty, clear: bool, lang: str) -> dict[str, Any]:
    return {
        "id": one.public_id,
        "ref": one.ref,
        "role": one.role,
        "role_label": label(PARTY_ROLES, one.role, lang),
        "kind": one.kind,
        "kind_label": label(PARTY_KINDS, one.kind, lang),
        "name": one.name,
        "id_number": one.id_number if clear else masked_number(one.id_number),
        "address": one.address if clear else masked_address(one.address),
    }


def proposed_obligation_row(one: ProposedObligation, lang: str) -> dict[str, Any]:
    return {
        "id": one.public_id,
        "ref": one.ref,
        "kind": one.kind,
        "kind_label": label(OBLIGATION_KINDS, one.kind, lang),
        "debtor": one.debtor and one.debtor.ref,
        "creditor": one.creditor and one.creditor.ref,
        "amount": money(one.amount),
        "description": one.description,
    }


class JudgmentList(_JudgmentView, WritableListView):
    permission = {"GET": Permission.READ_CASES, "POST": Permission.KEEP_JUDGMENTS}
    query_parameters = {"GET": (UNIT, OWN), "POST": ()}
    filterset_class = JudgmentFilter
    orderings = {"issued_on": "issued_on", "recorded_at": "pk"}
    default_ordering = "-issued_on"
    body = JudgmentBodySerializer
    detail = JudgmentDetail
    detail_name = "judgment"
    operations = {
        "GET": Operation(
            "list_judgments",
            Label("Danh sách bản án, quyết định", "List judgments"),
            JudgmentSerializer,
            about=Label(
                "Những bản án có việc mà người gọi được xem, và những bản án đơn vị đã nhận. unit là đơn vị "
                "nhận.",
                "Those on which a case rests that you may see, and those that your units have received. unit "
                "is the receiving one.",
            ),
            example=page(JUDGMENT),
            problems=PROBLEMS,
        ),
        "POST": Operation(
            "receive_judgment",
            Label("Nhận một bản án, quyết định", "Receive a judgment"),
            JudgmentDetailSerializer,
            about=Label(
                "Kèm đương sự và các khoản đề nghị, nếu có; việc thụ lý với judgment: {id} bắt đầu từ đó. "
                "Trùng số, ngày, nơi ra với bản án đã có: 409, với id đã có và những trường khác nhau.",
                "With proposed parties and obligations, if any: a case opened with judgment: {id} starts "
                "from them. The same number, day and issuer as one that stands: 409, with its id and the "
                "fields that differ.",
            ),
            request=JudgmentBodySerializer,
            request_example=JUDGMENT_SENT,
            example=JUDGMENT_DETAIL,
            status=201,
            also={200: (JudgmentDetailSerializer, JUDGMENT_DETAIL)},
            problems=(*PROBLEMS, 409, 422),
        ),
    }

    def narrow(self, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        units = chosen_units(self)
        return rows if units is None else rows.filter(unit__in=units)

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return self.rows_shown(rows)

    def create(self, values: dict[str, Any]) -> VersionedModel:
        return self.receive(values)


class JudgmentByExternalId(_JudgmentView):
    """A judgment under the key of the system that sends it: created, or replaced."""

    permission = Permission.KEEP_JUDGMENTS
    parser_classes = BODY
    query_parameters = (DRY_RUN,)
    takes_if_match = ("PUT",)
    operations = {
        "PUT": Operation(
            "put_judgment_by_external_id",
            Label(
                "Nhận hoặc thay một bản án theo mã của hệ thống gửi",
                "Receive or replace a judgment by the key of the sending system",
            ),
            JudgmentDetailSerializer,
            about=Label(
                "Chưa có mã này: nhận mới, 201. Đã có: thay nội dung, 200; khi đã có việc thì cần "
                "correction_reason. If-Match không bắt buộc. Gửi lại y nguyên thì không thay đổi gì.",
                "The key is new: received, 201. It is known: replaced, 200; with cases on it "
                "correction_reason is needed. If-Match is optional. The same again changes nothing.",
            ),
            request=JudgmentChangeSerializer,
            request_example={name: JUDGMENT_SENT[name] for name in ("number", "issued_on", "issuer")},
            example=JUDGMENT_DETAIL,
            status=200,
            problems=(*PROBLEMS, 409, 412, 422),
            path_parameters={
                "system": Label("Mã hệ thống.", "Code of the system."),
                "value": Label("Mã của bản án ở hệ thống đó.", "Key of the judgment there."),
            },
            also={201: (JudgmentDetailSerializer, JUDGMENT_DETAIL)},
        )
    }

    def put(self, request: Request, system: str, value: str) -> Response:
        key = read_key(system, value)
        values = read_body(JudgmentChangeSerializer, request.data)
        return tried(self.values["dry_run"], lambda: self._put(key, values))

    def _put(self, key: Key, values: dict[str, Any]) -> Response:
        row = judgment_known_as(key=key, visible=Judgment.objects.visible_to(self.scope))
        sent = [dict(one) for one in values.get("external_ids", ())]
        if key._asdict() not in sent:
            sent.append(key._asdict())
        values["external_ids"] = sent
        if row is None:
            values.pop("correction_reason", None)
            return self._answer(self.receive(values), 201)
        rows = Judgment.objects.visible_to(self.scope).filter(pk=row.pk)
        values = {"effective_on": None, "instrument_type": None, **values}
        asked = if_match(self.request)

        def check(row: VersionedModel, _sent: Mapping[str, Any]) -> None:
            check_version(asked, row.version)

        return self._answer(self.change_row(rows, values, check), 200)

    def _answer(self, row: Judgment, status: int) -> Response:
        body, version = shown(JudgmentDetail, self.request, row.public_id)
        address = reverse("judgment", kwargs={"id": row.public_id})
        etag = etag_of(version or row.version, self.request)
        headers = {"Location": self.request.build_absolute_uri(address), "ETag": etag}
        return Response(body, status=status, headers=headers)


# --- What the court proposes --------------------------------------------------------------------------------


class _Proposed(ScopedListView):
    abstract = True
    permission = Permission.READ_CASES
    columns = ("pk",)
    orderings = {"position": "position"}
    default_ordering = "position"

    def narrow(self, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        address = self.kwargs["id"]
        judgment = Judgment.objects.visible_to(self.scope).filter(by_uuid(address)).first()
        if judgment is None:
            raise NotVisible(Fault("JUDGMENT_NOT_FOUND", params={"judgment": shortened(address)}))
        return rows.filter(judgment=judgment)


class JudgmentParties(_Proposed):
    model = ProposedParty
    operations = {
        "GET": Operation(
            "list_judgment_parties",
            Label("Đương sự được đề nghị của một bản án", "The proposed parties of a judgment"),
            ProposedPartySerializer,
            about=Label("Sửa bằng PATCH bản án, gửi cả danh sách.", "Written as a whole with the judgment."),
            example=page(JUDGMENT_DETAIL["parties"][0]),
            problems=PROBLEMS,
            path_parameters={"id": JUDGMENT_ID},
        )
    }

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        clear, found = lifted(self.principal), ProposedParty.objects.in_bulk([row["pk"] for row in rows])
        return [proposed_party_row(found[row["pk"]], clear, self.lang) for row in rows]


class JudgmentObligations(_Proposed):
    model = ProposedObligation
    operations = {
        "GET": Operation(
            "list_judgment_obligations",
            Label("Các khoản được đề nghị của một bản án", "The proposed obligations of a judgment"),
            ProposedObligationSerializer,
            about=Label("Sửa bằng PATCH bản án, gửi cả danh sách.", "Written as a whole with the judgment."),
            example=page(JUDGMENT_DETAIL["obligations"][0]),
            problems=PROBLEMS,
            path_parameters={"id": JUDGMENT_ID},
        )
    }

    def present(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        keys = [row["pk"] for row in rows]
        found = ProposedObligation.objects.select_related("debtor", "creditor").in_bulk(keys)
        return [proposed_obligation_row(found[row["pk"]], self.lang) for row in rows]
