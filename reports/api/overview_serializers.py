"""What the overview looks like, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from reports.api.serializers import CellSerializer, FormScopeSerializer, PeriodSerializer


class OverviewCellSerializer(CellSerializer):
    """A figure or a percentage, with the cases behind it (behind the numerator of a percentage)."""

    cases = serializers.URLField()


class ByMeasureSerializer(serializers.Serializer[Any]):
    """The same for both measures: CASES in việc, MONEY in đồng."""

    CASES = OverviewCellSerializer()
    MONEY = OverviewCellSerializer()


class BacklogSerializer(serializers.Serializer[Any]):
    column = serializers.CharField()
    label = serializers.CharField()
    figures = ByMeasureSerializer()


class ShareSerializer(serializers.Serializer[Any]):
    value = serializers.CharField(allow_null=True, help_text="percent, rounded half up; null prints as –")
    numerator = serializers.CharField()
    denominator = serializers.CharField()
    kind = serializers.CharField()
    decimals = serializers.IntegerField()
    base = serializers.CharField()


class SharedFigureSerializer(serializers.Serializer[Any]):
    value = serializers.CharField()
    share = ShareSerializer()


class SharesByMeasureSerializer(serializers.Serializer[Any]):
    CASES = SharedFigureSerializer()
    MONEY = SharedFigureSerializer()


class AgeBandSerializer(serializers.Serializer[Any]):
    from_years = serializers.IntegerField(help_text="full years since the decision, at least")
    to_years = serializers.IntegerField(allow_null=True, help_text="less than so many years")
    label = serializers.CharField()
    figures = SharesByMeasureSerializer()


class AgeingSerializer(serializers.Serializer[Any]):
    """What is carried out, by the years since the enforcement decision."""

    of = serializers.CharField(help_text="the column that the bands add up to")
    on = serializers.DateField()
    figures = ByMeasureSerializer()
    bands = AgeBandSerializer(many=True)


class RankedSerializer(serializers.Serializer[Any]):
    rank = serializers.IntegerField(
        allow_null=True, help_text="by the done ratio of việc; null: nothing eligible, or nobody"
    )
    code = serializers.CharField(allow_null=True, help_text="null: what nobody is assigned to yet")
    label = serializers.CharField()
    few = serializers.BooleanField(help_text="fewer than few_below cases eligible: the ratio says little")
    figures = ByMeasureSerializer()


class MonthFiguresSerializer(serializers.Serializer[Any]):
    newly_accepted = OverviewCellSerializer()
    done = OverviewCellSerializer()


class MonthByMeasureSerializer(serializers.Serializer[Any]):
    CASES = MonthFiguresSerializer()
    MONEY = MonthFiguresSerializer()


class ThroughputMonthSerializer(serializers.Serializer[Any]):
    month = serializers.IntegerField(help_text="of the statistical year: 1 is October")
    to = serializers.DateField(help_text="last day of the month")
    figures = MonthByMeasureSerializer(help_text="what came in and what was done in the month itself")


class ThroughputSerializer(serializers.Serializer[Any]):
    fiscal_year = serializers.IntegerField()
    months = ThroughputMonthSerializer(many=True)


class OverviewAverageSerializer(serializers.Serializer[Any]):
    of = serializers.CharField()
    label = serializers.CharField()
    per = serializers.CharField()
    measure = serializers.ChoiceField(choices=["CASES", "MONEY"])
    value = serializers.CharField(allow_null=True)
    numerator = serializers.CharField()
    denominator = serializers.CharField()
    kind = serializers.CharField()
    decimals = serializers.IntegerField()
    fiscal_year = serializers.IntegerField()
    months = serializers.IntegerField()
    officers_on = serializers.DateField()


class OverviewComparisonSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    period = PeriodSerializer()
    known_at = serializers.DateTimeField()
    basis = serializers.CharField()


class MetTargetSerializer(serializers.Serializer[Any]):
    """A target of the year, and how far the ratio stands from it."""

    id = serializers.UUIDField()
    percent = serializers.CharField(help_text="what the ratio is to reach")
    pp = serializers.CharField(
        allow_null=True, help_text="percentage points above it, below it negative; null: nothing eligible"
    )
    document_number = serializers.CharField()
    document_date = serializers.DateField()


class TargetsByMeasureSerializer(serializers.Serializer[Any]):
    CASES = MetTargetSerializer(allow_null=True)
    MONEY = MetTargetSerializer(allow_null=True)


class LateClocksSerializer(serializers.Serializer[Any]):
    today = serializers.DateField()
    breached = serializers.IntegerField(help_text="late, and not done yet")
    due_today = serializers.IntegerField(help_text="the authority has to act today")
    next_step = serializers.IntegerField(help_text="a term is over, and the next step is due")
    pending = serializers.IntegerField(help_text="cases whose clocks are being worked out again")
    deadlines = serializers.URLField(help_text="those that are late")


class OverviewSerializer(serializers.Serializer[Any]):
    """What a supervisor reads first."""

    scope = FormScopeSerializer()
    period = PeriodSerializer()
    compared_with = OverviewComparisonSerializer()
    regime = serializers.CharField()
    known_at = serializers.DateTimeField()
    pending = serializers.IntegerField(help_text="cases of the scope that changed and are not counted yet")
    rule_version = serializers.CharField()
    ratios = ByMeasureSerializer(help_text="done of eligible, against the same period of the year before")
    targets = TargetsByMeasureSerializer(
        help_text="of the unit for the year; null where none was set, or not the whole unit is counted"
    )
    late_clocks = LateClocksSerializer(help_text="as of today, whatever the period")
    backlog = BacklogSerializer(many=True)
    ageing = AgeingSerializer()
    few_below = serializers.IntegerField()
    units = RankedSerializer(many=True, help_text="each unit's own holdings")
    officers = RankedSerializer(many=True)
    throughput = ThroughputSerializer(many=True, help_text="the year up to the month, and the year before")
    averages = OverviewAverageSerializer(many=True)
    links = serializers.DictField(child=serializers.URLField())
    digest = serializers.CharField()
