"""The shapes of requests for enforcement, and one example of each."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from cases.api.calculators import DeadlineStepSerializer
from cases.api.external_ids import ExternalIdSerializer, external_ids_field
from cases.api.serializers import OBLIGATION_KIND_CODES, PARTY_KIND_CODES
from cases.rules.intake import CHANNELS, CREDITOR, DEBTOR, LATE_GROUNDS, REQUESTER_ROLES, STATUSES
from thads.common.api.writing import TextField
from thads.common.labels import Label

REQUEST_ID = Label("UUID của yêu cầu thi hành án.", "UUID of the request.")
#: The most people that one request names beside its requester.
MANY = 1000
_MASKED = "masked unless the role may see it"
STATUS_CODES = list(STATUSES)
REQUESTER_CODES = list(REQUESTER_ROLES)
SIDE_CODES = [CREDITOR, DEBTOR]


class RequestPersonSerializer(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=SIDE_CODES)
    role_label = serializers.CharField()
    kind = serializers.ChoiceField(choices=PARTY_KIND_CODES)
    kind_label = serializers.CharField()
    name = serializers.CharField()
    id_number = serializers.CharField(allow_null=True, help_text=_MASKED)
    born_on = serializers.DateField(allow_null=True, help_text="null unless the role may see it")
    address = serializers.CharField(allow_null=True, help_text=_MASKED)
    phone = serializers.CharField(allow_null=True, help_text=_MASKED)
    account = serializers.CharField(allow_null=True, help_text=_MASKED)


class RequestDeadlineSerializer(serializers.Serializer[Any]):
    clock = serializers.CharField(help_text="see /rules/clocks/")
    clock_label = serializers.CharField()
    legal_basis = serializers.CharField(allow_null=True)
    due_on = serializers.DateField()
    steps = DeadlineStepSerializer(many=True, help_text="why this date")


class MissingSerializer(serializers.Serializer[Any]):
    pointer = serializers.CharField(help_text="where it would be sent")
    code = serializers.CharField()
    detail = serializers.CharField()
    legal_basis = serializers.CharField(allow_null=True)


class RequestSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    unit = serializers.CharField(help_text="code of the unit that received it")
    receipt_number = serializers.IntegerField(help_text="of the slip given for it")
    receipt_year = serializers.IntegerField(help_text="statistical year, from 01/10 of the year before")
    received_on = serializers.DateField()
    requested_on = serializers.DateField(help_text="postmark, electronic sending, or record")
    channel = serializers.ChoiceField(choices=list(CHANNELS))
    channel_label = serializers.CharField()
    requester = serializers.CharField(help_text="name")
    requester_role = serializers.ChoiceField(choices=REQUESTER_CODES)
    requester_role_label = serializers.CharField()
    requester_kind = serializers.ChoiceField(choices=PARTY_KIND_CODES)
    requester_kind_label = serializers.CharField()
    id_number = serializers.CharField(allow_null=True, help_text=f"of the requester; {_MASKED}")
    born_on = serializers.DateField(allow_null=True, help_text="null unless the role may see it")
    address = serializers.CharField(allow_null=True, help_text=_MASKED)
    phone = serializers.CharField(allow_null=True, help_text=_MASKED)
    account = serializers.CharField(allow_null=True, help_text=f"number and bank; {_MASKED}")
    masked = serializers.BooleanField(help_text="whether this answer is masked")
    judgment = serializers.UUIDField(allow_null=True)
    duty_due_on = serializers.DateField(
        allow_null=True, help_text="when the duty fell due, where that is later than the judgment's effect"
    )
    contents = serializers.CharField(allow_null=True)
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=OBLIGATION_KIND_CODES), help_text="of the obligations asked for"
    )
    asset_info = serializers.CharField(allow_null=True)
    signed = serializers.BooleanField(help_text="signed, sealed, or an electronic form")
    status = serializers.ChoiceField(choices=STATUS_CODES)
    status_label = serializers.CharField()
    defects_noted_on = serializers.DateField(allow_null=True, help_text="when its requester was told")
    book_number = serializers.IntegerField(allow_null=True, help_text="in the book of requests")
    book_year = serializers.IntegerField(allow_null=True)
    registered_on = serializers.DateField(allow_null=True)
    late_ground = serializers.ChoiceField(
        choices=list(LATE_GROUNDS), allow_null=True, help_text="why it was taken after its limitation"
    )
    late_ground_label = serializers.CharField(allow_null=True)
    refusal_ground = serializers.CharField(allow_null=True)
    refusal_number = serializers.CharField(allow_null=True)
    refused_on = serializers.DateField(allow_null=True)
    refusal_signer = serializers.CharField(allow_null=True, help_text="code of the officer")
    case = serializers.UUIDField(allow_null=True, help_text="opened on it, where you may see it")
    regime = serializers.CharField(help_text="the law of the day of receipt")
    notify_by = serializers.DateField(allow_null=True, help_text="K03; the 2008 law has no such term")
    decide_by = serializers.DateField(help_text="K04; K05 while no judgment is known")
    late = serializers.BooleanField(help_text="it still waits, and one of its last days is over")
    external_ids = ExternalIdSerializer(many=True)
    version = serializers.IntegerField()
    modified_at = serializers.DateTimeField()


class RequestDetailSerializer(RequestSerializer):
    parties = RequestPersonSerializer(many=True, help_text="named beside the requester")
    defects = serializers.ListField(child=serializers.CharField())
    late_proof = serializers.CharField(allow_null=True)
    refusal_ground_label = serializers.CharField(allow_null=True)
    missing = MissingSerializer(many=True, help_text="what it has to hold before it comes in the book")
    deadlines = RequestDeadlineSerializer(many=True)


# --- What is sent -------------------------------------------------------------------------------------------


class RequestPersonBodySerializer(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=SIDE_CODES)
    kind = serializers.ChoiceField(choices=PARTY_KIND_CODES)
    name = TextField(max_length=2000)
    id_number = TextField(max_length=200, required=False, allow_null=True)
    born_on = serializers.DateField(required=False, allow_null=True)
    address = TextField(max_length=2000, required=False, allow_null=True)
    phone = TextField(max_length=40, required=False, allow_null=True)
    account = TextField(max_length=200, required=False, allow_null=True)


class RequestChangeSerializer(serializers.Serializer[Any]):
    requested_on = serializers.DateField(
        required=False, help_text="postmark, electronic sending, or record; the day of receipt by default"
    )
    channel = serializers.ChoiceField(choices=list(CHANNELS))
    requester = TextField(max_length=2000)
    requester_role = serializers.ChoiceField(choices=REQUESTER_CODES)
    requester_kind = serializers.ChoiceField(choices=PARTY_KIND_CODES, default="PERSON")
    id_number = TextField(max_length=200, required=False, allow_null=True)
    born_on = serializers.DateField(required=False, allow_null=True)
    address = TextField(max_length=2000, required=False, allow_null=True)
    phone = TextField(max_length=40, required=False, allow_null=True)
    account = TextField(max_length=200, required=False, allow_null=True, help_text="number and bank")
    parties = serializers.ListSerializer(
        child=RequestPersonBodySerializer(),
        required=False,
        max_length=MANY,
        help_text="named beside the requester; sent, they take the place of all there are",
    )
    judgment = serializers.UUIDField(required=False, allow_null=True)
    duty_due_on = serializers.DateField(required=False, allow_null=True)
    contents = TextField(max_length=20000, required=False, allow_null=True)
    kinds = serializers.ListField(
        child=serializers.ChoiceField(choices=OBLIGATION_KIND_CODES),
        required=False,
        max_length=MANY,
    )
    asset_info = TextField(max_length=20000, required=False, allow_null=True)
    signed = serializers.BooleanField(required=False)
    external_ids = external_ids_field()


class RequestBodySerializer(RequestChangeSerializer):
    unit = serializers.CharField(
        max_length=64, required=False, help_text="code or UUID of the unit that receives it; yours by default"
    )
    received_on = serializers.DateField(required=False, help_text="today by default; stays")


class IncompletenessSerializer(serializers.Serializer[Any]):
    defects = serializers.ListField(
        child=TextField(max_length=2000), min_length=1, max_length=50, help_text="what is missing, in words"
    )
    noted_on = serializers.DateField(required=False, help_text="today by default")


class RegistrationSerializer(serializers.Serializer[Any]):
    registered_on = serializers.DateField(required=False, help_text="today by default")
    late_ground = serializers.ChoiceField(
        choices=list(LATE_GROUNDS),
        required=False,
        help_text="with late_proof: takes a request that came after its limitation",
    )
    late_proof = TextField(max_length=20000, required=False)


class RefusalSerializer(serializers.Serializer[Any]):
    ground = TextField(max_length=8, help_text="letter of the catalogue REFUSAL, see /rules/grounds/")
    decision_number = TextField(max_length=200)
    decision_date = serializers.DateField(required=False, help_text="today by default")
    signer = TextField(max_length=64, help_text="code of the officer who signed")


# --- Examples -----------------------------------------------------------------------------------------------

REQUEST: dict[str, Any] = {
    "id": "4d2c5c0e-6f0c-4a53-9d53-2b6d0c2a7b51",
    "unit": "DN.HC",
    "receipt_number": 17,
    "receipt_year": 2026,
    "received_on": "2026-07-06",
    "requested_on": "2026-07-03",
    "channel": "POST",
    "channel_label": "Dịch vụ bưu chính",
    "requester": "Trần Thị Hạnh",
    "requester_role": "CREDITOR",
    "requester_role_label": "Người được thi hành án",
    "requester_kind": "PERSON",
    "requester_kind_label": "Cá nhân",
    "id_number": "********0007",
    "born_on": None,
    "address": "***, Đà Nẵng",
    "phone": "*******567",
    "account": "*********0456",
    "masked": True,
    "judgment": "5a7c5c0e-6f0c-4a53-9d53-2b6d0c2a7b12",
    "duty_due_on": None,
    "contents": "Buộc ông Nguyễn Văn A trả 50.000.000 đồng",
    "kinds": ["MONEY_DEBT"],
    "asset_info": "Ông A có nhà tại 12 Lê Lợi",
    "signed": True,
    "status": "REQUEST_RECEIVED",
    "status_label": "Đã nhận yêu cầu",
    "defects_noted_on": None,
    "book_number": None,
    "book_year": None,
    "registered_on": None,
    "late_ground": None,
    "late_ground_label": None,
    "refusal_ground": None,
    "refusal_number": None,
    "refused_on": None,
    "refusal_signer": None,
    "case": None,
    "regime": "L2025",
    "notify_by": "2026-07-07",
    "decide_by": "2026-07-13",
    "late": False,
    "external_ids": [{"system": "dvc", "value": "HS-2026-17"}],
    "version": 1,
    "modified_at": "2026-07-06T08:00:00.104233+07:00",
}
REQUEST_DETAIL: dict[str, Any] = {
    **REQUEST,
    "parties": [
        {
            "role": "DEBTOR",
            "role_label": "Người phải thi hành án",
            "kind": "PERSON",
            "kind_label": "Cá nhân",
            "name": "Nguyễn Văn A",
            "id_number": "********0001",
            "born_on": None,
            "address": "***, Đà Nẵng",
            "phone": None,
            "account": None,
        }
    ],
    "defects": [],
    "late_proof": None,
    "refusal_ground_label": None,
    "missing": [
        {
            "pointer": "/parties/0/phone",
            "code": "REQUEST_FIELD_MISSING",
            "detail": "Yêu cầu chưa có số điện thoại.",
            "legal_basis": "D152 Đ9.2",
        }
    ],
    "deadlines": [
        {
            "clock": "K04",
            "clock_label": "Ra quyết định thi hành án theo yêu cầu",
            "legal_basis": "L25 Đ34.3",
            "due_on": "2026-07-13",
            "steps": [
                {
                    "kind": "DUE",
                    "from": "2026-07-13",
                    "to": "2026-07-13",
                    "days": 0,
                    "text": "Hết hạn vào cuối thứ Hai 13/07/2026",
                    "from_at": None,
                    "to_at": None,
                }
            ],
        }
    ],
}
REQUEST_SENT: dict[str, Any] = {
    "received_on": "2026-07-06",
    "requested_on": "2026-07-03",
    "channel": "POST",
    "requester": "Trần Thị Hạnh",
    "requester_role": "CREDITOR",
    "requester_kind": "PERSON",
    "id_number": "048190000007",
    "born_on": "1990-02-14",
    "address": "5 Hùng Vương, Đà Nẵng",
    "phone": "0905123567",
    "account": "0071000123456",
    "parties": [
        {
            "role": "DEBTOR",
            "kind": "PERSON",
            "name": "Nguyễn Văn A",
            "id_number": "048090000001",
            "born_on": "1980-01-01",
            "address": "12 Lê Lợi, Đà Nẵng",
        }
    ],
    "contents": "Buộc ông Nguyễn Văn A trả 50.000.000 đồng",
    "kinds": ["MONEY_DEBT"],
    "asset_info": "Ông A có nhà tại 12 Lê Lợi",
    "signed": True,
    "external_ids": [{"system": "dvc", "value": "HS-2026-17"}],
}
REQUEST_PATCH: dict[str, Any] = {"phone": "0905123568"}
INCOMPLETE_SENT: dict[str, Any] = {
    "defects": ["Chưa có số điện thoại của người phải thi hành án"],
    "noted_on": "2026-07-07",
}
INCOMPLETE: dict[str, Any] = {
    **REQUEST_DETAIL,
    "status": "REQUEST_INCOMPLETE",
    "status_label": "Đã đề nghị sửa đổi, bổ sung",
    "defects": INCOMPLETE_SENT["defects"],
    "defects_noted_on": "2026-07-07",
    "version": 2,
}
REGISTERED_SENT: dict[str, Any] = {"registered_on": "2026-07-08"}
REGISTERED: dict[str, Any] = {
    **REQUEST_DETAIL,
    "status": "REQUEST_REGISTERED",
    "status_label": "Đã vào sổ nhận yêu cầu",
    "book_number": 12,
    "book_year": 2026,
    "registered_on": "2026-07-08",
    "missing": [],
    "version": 3,
}
REFUSED_SENT: dict[str, Any] = {
    "ground": "c",
    "decision_number": "3/TB-THADS",
    "decision_date": "2026-07-09",
    "signer": "DN.LD01",
}
REFUSED: dict[str, Any] = {
    **REQUEST_DETAIL,
    "status": "REQUEST_REFUSED",
    "status_label": "Đã từ chối",
    "refusal_ground": "c",
    "refusal_ground_label": "Cơ quan được yêu cầu không có thẩm quyền",
    "refusal_number": "3/TB-THADS",
    "refused_on": "2026-07-09",
    "refusal_signer": "DN.LD01",
    "version": 2,
}
