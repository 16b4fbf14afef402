"""The shapes of judgments, of what the court proposes with them, and one example of each."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from cases.api.external_ids import ExternalIdSerializer, external_ids_field
from cases.api.filters import code_list
from cases.api.serializers import INSTRUMENT_CODES, PARTY_KIND_CODES, PARTY_ROLE_CODES
from thads.common.api.writing import TextField
from thads.common.labels import Label

JUDGMENT_ID = Label("UUID của bản án, quyết định.", "UUID of the judgment.")
#: The most parties, or obligations, that one judgment proposes.
MANY = 5000
_WHOLE = "proposed; sent, they take the place of all there are"
_DONG = "đồng, a whole number as a string"
_MONEY = r"^[1-9][0-9]{0,14}$"
_OBLIGATION_CODES = list(code_list("obligation_kinds"))


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
