"""The shapes of the answers about cases, for the OpenAPI document. The rows themselves are plain dictionaries
(``cases.api.views``).
"""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from cases.api.filters import BUCKETS, FIELDS, INITIATIONS, code_list

BUCKET_CODES, FIELD_CODES, INITIATION_CODES = map(list, (BUCKETS, FIELDS, INITIATIONS))
PARTY_ROLE_CODES = list(code_list("party_roles"))
PARTY_KIND_CODES = list(code_list("party_kinds"))
ASSET_KIND_CODES = list(code_list("asset_kinds"))
INSTRUMENT_CODES = list(code_list("instruments"))

_DONG = "đồng, a whole number as a string"


class CaseOfficerSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField(allow_null=True, help_text="null: not yet named")


class CaseSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    decision_number = serializers.CharField()
    decision_date = serializers.DateField()
    authority = serializers.CharField(help_text="code of the legal person that decided")
    unit = serializers.CharField(help_text="code of the unit that handles the case now")
    officer = CaseOfficerSerializer(allow_null=True, help_text="null: not assigned")
    initiation = serializers.ChoiceField(choices=INITIATION_CODES)
    initiation_label = serializers.CharField()
    field = serializers.ChoiceField(choices=FIELD_CODES)  # type: ignore[assignment]
    field_label = serializers.CharField()
    bucket = serializers.ChoiceField(choices=BUCKET_CODES)
    bucket_label = serializers.CharField()
    due = serializers.CharField(help_text=_DONG)
    remaining = serializers.CharField(help_text=_DONG)
    tags = serializers.ListField(child=serializers.CharField(), help_text="codes of themes")
    tags_label = serializers.ListField(child=serializers.CharField())
    debtors = serializers.ListField(child=serializers.CharField(), help_text="their names")
    last_act_on = serializers.DateField()


class CaseJudgmentSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.CharField()
    issued_on = serializers.DateField()
    effective_on = serializers.DateField(allow_null=True)
    issuer = serializers.CharField()
    instrument_type = serializers.ChoiceField(choices=INSTRUMENT_CODES, allow_null=True)
    instrument_type_label = serializers.CharField(allow_null=True)


class PartySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    ref = serializers.CharField(help_text="what the story calls the party")
    role = serializers.ChoiceField(choices=PARTY_ROLE_CODES)
    role_label = serializers.CharField()
    kind = serializers.ChoiceField(choices=PARTY_KIND_CODES)
    kind_label = serializers.CharField()
    name = serializers.CharField()
    id_number = serializers.CharField(allow_null=True, help_text="masked but for its last digits")
    address = serializers.CharField(allow_null=True, help_text="masked but for its last part")


class ObligationSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    ref = serializers.CharField()
    kind = serializers.CharField()
    kind_label = serializers.CharField()
    debtor = serializers.CharField(allow_null=True, help_text="ref of the party")
    creditor = serializers.CharField(allow_null=True, help_text="ref of the party")
    amount = serializers.CharField(allow_null=True, help_text=f"ordered, {_DONG}; null: a duty without money")
    description = serializers.CharField(allow_null=True)
    due = serializers.CharField(help_text=f"ordered, with interest and amendments, {_DONG}")
    remaining = serializers.CharField(help_text=_DONG)
    bucket = serializers.ChoiceField(choices=BUCKET_CODES)
    bucket_label = serializers.CharField()


class AssetSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    ref = serializers.CharField()
    kind = serializers.ChoiceField(choices=ASSET_KIND_CODES)
    kind_label = serializers.CharField()
    owner = serializers.CharField(allow_null=True, help_text="ref of the party")
    description = serializers.CharField(allow_null=True)
    certificate = serializers.CharField(allow_null=True)


class CaseActsSummarySerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(help_text="the opening included")
    url = serializers.URLField()


class CaseDetailSerializer(CaseSerializer):
    judgment = CaseJudgmentSerializer()
    parties = PartySerializer(many=True)
    obligations = ObligationSerializer(many=True)
    assets = AssetSerializer(many=True)
    acts = CaseActsSummarySerializer()
    version = serializers.IntegerField(help_text="rises with every change of the case")
    recorded_at = serializers.DateTimeField()


class ActLineSerializer(serializers.Serializer[Any]):
    obligation = serializers.CharField(help_text="ref of the obligation")
    amount = serializers.CharField(allow_null=True, help_text=f"{_DONG}, signed; null: all that remains")


class ActSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    seq = serializers.IntegerField(help_text="place in the story; the opening is 0")
    ref = serializers.CharField(allow_null=True)
    type = serializers.CharField()
    type_label = serializers.CharField()
    effective_on = serializers.DateField()
    decision_number = serializers.CharField(allow_null=True)
    decision_date = serializers.DateField(allow_null=True)
    signer = serializers.CharField(allow_null=True)
    ground = serializers.CharField(allow_null=True)
    note = serializers.CharField(allow_null=True)
    whole = serializers.BooleanField(help_text="names no lines: every open line the act may touch")
    lines = ActLineSerializer(many=True)
    asset = serializers.CharField(allow_null=True, help_text="ref of the asset")
    unit = serializers.CharField(allow_null=True, help_text="who handles the case from this act on")
    officer = serializers.CharField(allow_null=True)
    field = serializers.ChoiceField(choices=FIELD_CODES, allow_null=True)  # type: ignore[assignment]
    initiation = serializers.ChoiceField(choices=INITIATION_CODES, allow_null=True)
    to_authority = serializers.CharField(allow_null=True)
    data = serializers.DictField(allow_null=True)  # type: ignore[assignment]
    annuls = serializers.UUIDField(allow_null=True, help_text="the act that this one reverses")
    voids = serializers.UUIDField(
        allow_null=True, help_text="the act that this one strikes as a typing error"
    )
    annulled_by = serializers.UUIDField(allow_null=True)
    voided_by = serializers.UUIDField(allow_null=True)
    legal_basis = serializers.CharField(allow_null=True, help_text="the articles in force on its day")
    recorded_at = serializers.DateTimeField()
    recorded_by = serializers.CharField()
