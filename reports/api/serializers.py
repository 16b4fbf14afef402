"""What the answers of the statistics look like, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from reports.api.params import FIRST_YEAR, LAST_YEAR
from thads.common.api.schema import CountSerializer


class GrowthSerializer(serializers.Serializer[Any]):
    value = serializers.CharField(allow_null=True, help_text="percent, rounded half up; null prints as –")
    numerator = serializers.CharField()
    denominator = serializers.CharField()
    kind = serializers.CharField()
    decimals = serializers.IntegerField()
    base = serializers.CharField(help_text="the column whose prior value is the base")


class CellSerializer(serializers.Serializer[Any]):
    """A figure, or (``done_ratio``) a percentage of two figures."""

    value = serializers.CharField(allow_null=True, help_text="việc, đồng or percent; null prints as –")
    prior = serializers.CharField(required=False, allow_null=True)
    growth_abs = serializers.CharField(required=False)
    growth_pct = GrowthSerializer(required=False)
    numerator = serializers.CharField(required=False)
    denominator = serializers.CharField(required=False)
    kind = serializers.CharField(required=False)
    decimals = serializers.IntegerField(required=False)
    of = serializers.CharField(required=False)
    base = serializers.CharField(required=False)
    pp = serializers.CharField(required=False, allow_null=True, help_text="percentage points against prior")


@extend_schema_serializer(component_name="StatisticsCell")
class CellOfCasesSerializer(CellSerializer):
    """A figure of a form or a cut, with the way to what it is made of."""

    cases = serializers.URLField(
        required=False, help_text="the cases of the cell; of a percentage, those of its numerator"
    )


class FormRowSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    kind = serializers.ChoiceField(
        choices=[
            "total",
            "initiation",
            "field",
            "theme",
            "book",
            "unit",
            "officer",
            "unassigned",
            "internal_transfers",
        ]
    )
    label = serializers.CharField()
    depth = serializers.IntegerField()
    columns = serializers.DictField(child=CellOfCasesSerializer())


class PeriodSerializer(serializers.Serializer[Any]):
    fiscal_year = serializers.IntegerField()
    months = serializers.IntegerField()
    to = serializers.DateField()

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "from": serializers.DateField()}


class FormScopeSerializer(serializers.Serializer[Any]):
    unit = serializers.CharField()
    unit_name = serializers.CharField()
    own = serializers.BooleanField()
    officer = serializers.CharField(allow_null=True)
    own_cases_only = serializers.BooleanField()
    initiation = serializers.CharField(allow_null=True)
    field = serializers.CharField(allow_null=True)
    theme = serializers.CharField(allow_null=True)


class ComparisonSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    period = PeriodSerializer()
    regime = serializers.CharField()
    known_at = serializers.DateTimeField()
    basis = serializers.CharField()


class AverageSerializer(serializers.Serializer[Any]):
    of = serializers.CharField()
    per = serializers.CharField()
    value = serializers.CharField(allow_null=True)
    numerator = serializers.CharField()
    denominator = serializers.CharField()
    decimals = serializers.IntegerField()
    fiscal_year = serializers.IntegerField()
    months = serializers.IntegerField()
    officers_on = serializers.DateField()


class IdentitySerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    says = serializers.CharField()
    rows = serializers.IntegerField()
    holds = serializers.BooleanField()
    failing = serializers.ListField(child=serializers.CharField())


class BridgeSerializer(serializers.Serializer[Any]):
    carried_out_last_year = serializers.CharField()
    entered_separate_last_year = serializers.CharField()
    carried_in = serializers.CharField()
    difference = serializers.CharField()
    holds = serializers.BooleanField()


class FormSerializer(serializers.Serializer[Any]):
    """A form: rows with cells, and everything needed to know what the figures are."""

    form = serializers.IntegerField()
    title = serializers.CharField()
    measure = serializers.ChoiceField(choices=["CASES", "MONEY"])
    currency = serializers.CharField(allow_null=True)
    regime = serializers.CharField()
    scope = FormScopeSerializer()
    period = PeriodSerializer()
    known_at = serializers.DateTimeField()
    pending = serializers.IntegerField(help_text="cases of the scope that changed and are not counted yet")
    rule_version = serializers.CharField()
    comparison = ComparisonSerializer(allow_null=True)
    rows = FormRowSerializer(many=True)
    averages = AverageSerializer(many=True)
    identities = IdentitySerializer(many=True)
    digest = serializers.CharField()
    bridge = BridgeSerializer()


class ActBehindSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    seq = serializers.IntegerField(help_text="place in the story; the opening is 0")
    type = serializers.CharField()
    label = serializers.CharField()
    effective_on = serializers.DateField()
    decision_number = serializers.CharField(allow_null=True)
    recorded_at = serializers.DateTimeField()


class MovementBehindSerializer(serializers.Serializer[Any]):
    """A movement that counts in the cell."""

    effective_on = serializers.DateField()
    recorded_at = serializers.DateTimeField()
    from_label = serializers.CharField()
    to = serializers.CharField()
    to_label = serializers.CharField()
    unit = serializers.CharField()
    officer = serializers.CharField(allow_null=True)
    transfer = serializers.ChoiceField(
        choices=["IN", "OUT"], allow_null=True, help_text="came to the holder, or left"
    )
    other_unit = serializers.CharField(allow_null=True, help_text="the other side of a transfer")
    cases = serializers.CharField(help_text="việc; negative where a later act took back what was known")
    money = serializers.CharField(help_text="đồng")
    counts = serializers.CharField(help_text="what it adds to the cell")
    act = ActBehindSerializer(help_text="what moved it")
    known_through = ActBehindSerializer(
        allow_null=True, help_text="the act that made it known, where another: a correction, for example"
    )

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "from": serializers.CharField()}


class CaseBehindSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    decision_number = serializers.CharField()
    decision_date = serializers.DateField()
    url = serializers.URLField(allow_null=True, help_text="null when it has left what the caller may see")


class CaseShareSerializer(serializers.Serializer[Any]):
    case = CaseBehindSerializer()
    share = serializers.CharField(help_text="what the case adds to the cell, việc or đồng")
    movements = MovementBehindSerializer(many=True)


class CellCasesSerializer(serializers.Serializer[Any]):
    """A cell: its figure, and a page of the cases that make it."""

    column = serializers.CharField()
    label = serializers.CharField()
    measure = serializers.ChoiceField(choices=["CASES", "MONEY"])
    currency = serializers.CharField(allow_null=True)
    book = serializers.CharField()
    regime = serializers.CharField()
    scope = FormScopeSerializer()
    period = PeriodSerializer()
    single_month = serializers.BooleanField(help_text="only what moved in the last month of the period")
    known_at = serializers.DateTimeField()
    pending = serializers.IntegerField(help_text="cases of the scope that changed and are not counted yet")
    rule_version = serializers.CharField()
    total = serializers.CharField(help_text="the figure in the cell: the sum of the shares on all pages")
    results = CaseShareSerializer(many=True)
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    count = CountSerializer(help_text="how many cases make the cell")


class RebuildRequestSerializer(serializers.Serializer[Any]):
    unit = serializers.CharField(required=False, help_text="code of a unit: its subtree alone")
    fiscal_year = serializers.IntegerField(
        required=False,
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        help_text="the cases with an act in this year alone",
    )
