"""The shapes of the answers about cases, for the OpenAPI document. The rows themselves are plain dictionaries
(``cases.api.views``).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer
from rest_framework import serializers

from cases.api.external_ids import ExternalIdSerializer
from cases.api.filters import BUCKETS, FIELDS, INITIATIONS, STATE_CODES, STATUSES, code_list
from cases.rules.tables import tables

BUCKET_CODES, FIELD_CODES, INITIATION_CODES = map(list, (BUCKETS, FIELDS, INITIATIONS))
STATUS_CODES = list(STATUSES)
PARTY_ROLE_CODES = list(code_list("party_roles"))
PARTY_KIND_CODES = list(code_list("party_kinds"))
OBLIGATION_KIND_CODES = list(code_list("obligation_kinds"))
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
    status = serializers.ChoiceField(
        choices=STATUS_CODES, help_text="how far the procedure has come; finer than the bucket"
    )
    status_label = serializers.CharField()
    bucket = serializers.ChoiceField(choices=BUCKET_CODES)
    bucket_label = serializers.CharField()
    due = serializers.CharField(help_text=_DONG)
    remaining = serializers.CharField(help_text=_DONG)
    tags = serializers.ListField(
        child=serializers.CharField(),
        help_text="codes of themes, which are counted; the free tags of units are at …/tags/",
    )
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
    id_number = serializers.CharField(
        allow_null=True,
        help_text="masked but for its last digits, unless the role may see it; so are the next",
    )
    address = serializers.CharField(allow_null=True, help_text="masked but for its last part")
    phone = serializers.CharField(allow_null=True, help_text="masked but for its last digits")
    account = serializers.CharField(allow_null=True, help_text="bank account; masked but for its last digits")
    external_ids = ExternalIdSerializer(many=True)


class ObligationSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    ref = serializers.CharField()
    kind = serializers.CharField()
    kind_label = serializers.CharField()
    debtor = serializers.CharField(allow_null=True, help_text="ref of the party")
    creditor = serializers.CharField(allow_null=True, help_text="ref of the party")
    current_debtor = serializers.CharField(
        allow_null=True, help_text="ref of who owes it now, after successions; else the debtor"
    )
    current_creditor = serializers.CharField(
        allow_null=True, help_text="ref of who is owed it now, after successions; else the creditor"
    )
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


class PreviousCaseSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    decision_number = serializers.CharField()
    decision_date = serializers.DateField()


class CaseDetailSerializer(CaseSerializer):
    judgment = CaseJudgmentSerializer()
    parties = PartySerializer(many=True)
    obligations = ObligationSerializer(many=True)
    assets = AssetSerializer(many=True)
    external_ids = ExternalIdSerializer(many=True)
    previous_case = PreviousCaseSerializer(
        allow_null=True, help_text="requested again: the last case on the judgment that was returned"
    )
    acts = CaseActsSummarySerializer()
    version = serializers.IntegerField(help_text="rises with every change of the case")
    recorded_at = serializers.DateTimeField()
    as_of = serializers.DateField(allow_null=True, help_text="null: whatever the day in law")
    known_at = serializers.DateTimeField(allow_null=True, help_text="null: as it stands")
    not_dated = serializers.ListField(
        child=serializers.CharField(), help_text="what is shown as it is, not as it was"
    )
    not_dated_label = serializers.CharField(allow_null=True)


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
    external_ids = ExternalIdSerializer(many=True)
    legal_basis = serializers.CharField(allow_null=True, help_text="the articles in force on its day")
    recorded_at = serializers.DateTimeField()
    recorded_by = serializers.CharField()


class SaidSerializer(serializers.Serializer[Any]):
    pointer = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()
    legal_basis = serializers.CharField(allow_null=True)


class RecordedSerializer(ActSerializer):
    """An act just recorded."""

    warnings = SaidSerializer(
        many=True, required=False, help_text="what is odd about it; left out when nothing is"
    )


# --- What is sent -------------------------------------------------------------------------------------------


class NewJudgmentSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(required=False, help_text="of a judgment that was received; then nothing else")
    number = serializers.CharField(required=False, help_text="needed without id")
    issued_on = serializers.DateField(required=False, help_text="needed without id")
    effective_on = serializers.DateField(required=False)
    issuer = serializers.CharField(required=False, help_text="needed without id")
    instrument_type = serializers.ChoiceField(choices=INSTRUMENT_CODES, required=False)


class NewCaseHeadSerializer(serializers.Serializer[Any]):
    decision_number = serializers.CharField()
    decision_date = serializers.DateField()
    initiation = serializers.ChoiceField(choices=INITIATION_CODES)
    unit = serializers.CharField(help_text="code of a unit the caller may see")
    officer = serializers.CharField(required=False, help_text="code of an officer; none: not yet assigned")
    field = serializers.ChoiceField(choices=FIELD_CODES)  # type: ignore[assignment]
    tags = serializers.ListField(child=serializers.CharField(), required=False, help_text="codes of themes")
    judgment = NewJudgmentSerializer(help_text="its words, or the id alone of one that was received")
    external_ids = ExternalIdSerializer(many=True, required=False)


class NewPartySerializer(serializers.Serializer[Any]):
    ref = serializers.CharField()
    role = serializers.ChoiceField(choices=PARTY_ROLE_CODES)
    kind = serializers.ChoiceField(choices=PARTY_KIND_CODES)
    name = serializers.CharField()
    id_number = serializers.CharField(required=False)
    address = serializers.CharField(required=False)
    external_ids = ExternalIdSerializer(many=True, required=False)


class NewObligationSerializer(serializers.Serializer[Any]):
    ref = serializers.CharField()
    kind = serializers.CharField()
    debtor = serializers.CharField(required=False, help_text="ref of a party")
    creditor = serializers.CharField(required=False, help_text="ref of a party")
    amount = serializers.CharField(required=False, help_text=f"{_DONG}; none: a duty without money")
    description = serializers.CharField(required=False)


class NewAssetSerializer(serializers.Serializer[Any]):
    ref = serializers.CharField()
    kind = serializers.ChoiceField(choices=ASSET_KIND_CODES)
    owner = serializers.CharField(required=False, help_text="ref of a party")
    description = serializers.CharField(required=False)
    certificate = serializers.CharField(required=False)


class NewCaseSerializer(serializers.Serializer[Any]):
    """A story without its acts."""

    case = NewCaseHeadSerializer()
    parties = NewPartySerializer(many=True, required=False)
    obligations = NewObligationSerializer(
        many=True, required=False, help_text="none: those proposed with the judgment named by its id"
    )
    assets = NewAssetSerializer(many=True, required=False)
    request = serializers.UUIDField(required=False, help_text="of the registered request that it answers")


class NewActLineSerializer(serializers.Serializer[Any]):
    obligation = serializers.CharField(help_text="ref or UUID of an obligation of the case")
    amount = serializers.CharField(
        required=False, help_text=f"{_DONG}, signed for an amendment; none: all that remains"
    )


class _NewActSerializer(serializers.Serializer[Any]):
    """The keys every act may carry."""

    type = serializers.CharField()
    effective_on = serializers.DateField(help_text="the day it took effect in law; may lie before other acts")
    ref = serializers.CharField(required=False, help_text="a name of its own within the case")
    decision_number = serializers.CharField(required=False)
    decision_date = serializers.DateField(required=False)
    signer = serializers.CharField(required=False)
    ground = serializers.CharField(required=False, help_text="letter or number of the law, as written")
    note = serializers.CharField(required=False)
    lines = NewActLineSerializer(
        many=True, required=False, help_text="none: every open line the act may touch, whole"
    )
    asset = serializers.CharField(required=False, help_text="ref or UUID of an asset of the case")
    data = serializers.DictField(required=False)  # type: ignore[assignment]
    external_ids = ExternalIdSerializer(many=True, required=False)


@cache
def new_act_serializer() -> Any:
    """One shape for each type of act, told apart by ``type``."""
    extra: dict[str, Callable[[], Any]] = {
        "unit": serializers.CharField,
        "officer": lambda: serializers.CharField(required=False),
        "to_authority": serializers.CharField,
        "annuls": lambda: serializers.CharField(help_text="UUID or ref of the act that is reversed"),
        "voids": lambda: serializers.CharField(help_text="UUID or ref of the act that was a typing error"),
        "field": lambda: serializers.ChoiceField(choices=FIELD_CODES, required=False),
        "initiation": lambda: serializers.ChoiceField(choices=INITIATION_CODES, required=False),
        "ground": lambda: serializers.CharField(help_text="letter or number of the law, as written"),
    }
    shapes = {}
    for code, act_type in tables().act_types.items():
        if act_type.in_story:
            asked = (*act_type.needs, *act_type.needs_one_of, *act_type.takes)
            keys = {"type": serializers.ChoiceField(choices=[code])}
            keys |= {key: extra[key]() for key in dict.fromkeys(asked)}
            name = "".join(part.capitalize() for part in code.split("_"))
            shapes[code] = type(f"New{name}Serializer", (_NewActSerializer,), keys)
    return PolymorphicProxySerializer(
        component_name="NewAct", serializers=shapes, resource_type_field_name="type"
    )


class ReassignmentRequestSerializer(serializers.Serializer[Any]):
    cases = serializers.ListField(child=serializers.UUIDField(), help_text="UUIDs of cases, up to 1,000")
    unit = serializers.CharField(help_text="code of the unit that handles them from now on")
    officer = serializers.CharField(required=False, help_text="code of the officer; none: not assigned")
    effective_on = serializers.DateField()
    decision_number = serializers.CharField(required=False)
    decision_date = serializers.DateField(required=False)
    signer = serializers.CharField(required=False)
    note = serializers.CharField(required=False)


# --- What comes back ----------------------------------------------------------------------------------------


class ReassignmentResultSerializer(serializers.Serializer[Any]):
    case = serializers.UUIDField()
    act = serializers.UUIDField(allow_null=True, help_text="null: refused")
    version = serializers.IntegerField(allow_null=True, help_text="of the case with the act")
    errors = SaidSerializer(many=True)  # type: ignore[assignment]


class ReassignmentSerializer(serializers.Serializer[Any]):
    recorded = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = ReassignmentResultSerializer(many=True)


class PreviewActSerializer(serializers.Serializer[Any]):
    type = serializers.CharField()
    type_label = serializers.CharField()
    effective_on = serializers.DateField()
    legal_basis = serializers.CharField(allow_null=True)


class _StandsSerializer(serializers.Serializer[Any]):
    bucket = serializers.ChoiceField(choices=BUCKET_CODES)
    bucket_label = serializers.CharField()
    due = serializers.CharField(help_text=_DONG)
    remaining = serializers.CharField(help_text=_DONG)


class LineStandsSerializer(_StandsSerializer):
    pass


class CaseStandsSerializer(_StandsSerializer):
    status = serializers.ChoiceField(choices=STATUS_CODES)
    status_label = serializers.CharField()
    version = serializers.IntegerField()
    unit = serializers.CharField()
    officer = serializers.CharField(allow_null=True)
    initiation = serializers.ChoiceField(choices=INITIATION_CODES)
    initiation_label = serializers.CharField()
    field = serializers.ChoiceField(choices=FIELD_CODES)  # type: ignore[assignment]
    field_label = serializers.CharField()


class PreviewLineSerializer(serializers.Serializer[Any]):
    obligation = serializers.CharField()
    before = LineStandsSerializer()
    after = LineStandsSerializer()


class PreviewClockSerializer(serializers.Serializer[Any]):
    clock = serializers.CharField(help_text="see /rules/clocks/")
    clock_label = serializers.CharField()
    variant = serializers.CharField(allow_null=True)
    legal_basis = serializers.CharField(allow_null=True)
    started_on = serializers.DateField()
    due_on = serializers.DateField(allow_null=True, help_text="null while it stands still")
    state = serializers.ChoiceField(choices=STATE_CODES)
    state_label = serializers.CharField()


class PreviewClocksSerializer(serializers.Serializer[Any]):
    started = PreviewClockSerializer(many=True)
    stopped = PreviewClockSerializer(many=True, help_text="met, void, or standing still from now on")


class PreviewSerializer(serializers.Serializer[Any]):
    """What would change, had it been recorded (dry_run=true)."""

    act = PreviewActSerializer(allow_null=True)
    before = CaseStandsSerializer(allow_null=True)
    after = CaseStandsSerializer()
    lines = PreviewLineSerializer(many=True)
    warnings = SaidSerializer(many=True)
    deadlines = PreviewClocksSerializer(help_text="what it would do to the legal clocks of the case")
    figures = serializers.JSONField(help_text="what would change in the figures of the current period")
