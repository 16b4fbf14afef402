"""What free cuts of the statistics look like, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from reports.api.serializers import FormScopeSerializer, PeriodSerializer


class CutCellSerializer(serializers.Serializer[Any]):
    """A figure with the address of its cases, or a percentage of two figures."""

    value = serializers.CharField(allow_null=True, help_text="việc, đồng or percent; null prints as –")
    cases = serializers.URLField(
        help_text="the cases behind the figure, which is their sum; of a percentage, behind its numerator"
    )
    numerator = serializers.CharField(required=False)
    denominator = serializers.CharField(required=False)
    kind = serializers.CharField(required=False)
    decimals = serializers.IntegerField(required=False)
    of = serializers.CharField(required=False)
    base = serializers.CharField(required=False)


class CutRowSerializer(serializers.Serializer[Any]):
    """One row; the total has no key."""

    key = serializers.DictField(
        child=serializers.JSONField(),
        help_text="by the keys of group_by: codes, the number of a month; officer null: nobody yet",
    )
    labels = serializers.DictField(child=serializers.CharField())
    period = PeriodSerializer(help_text="in a row of a month: the period that ends with it")
    regime = serializers.CharField(help_text="the regime of the last day of that period")
    columns = serializers.DictField(child=CutCellSerializer())


class CutColumnSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    number = serializers.CharField()
    label = serializers.CharField()
    kind = serializers.ChoiceField(
        choices=["flow", "state", "ratio"],
        help_text="in a row of a month a flow is the month's own, all else stands as at its end",
    )


class NoteSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    text = serializers.CharField()


class CutSerializer(serializers.Serializer[Any]):
    """The figures of a scope and a period, grouped as asked."""

    measure = serializers.ChoiceField(choices=["CASES", "MONEY"])
    currency = serializers.CharField(allow_null=True)
    book = serializers.CharField()
    regime = serializers.CharField()
    scope = FormScopeSerializer()
    period = PeriodSerializer()
    known_at = serializers.DateTimeField()
    pending = serializers.IntegerField(help_text="cases of the scope that changed and are not counted yet")
    rule_version = serializers.CharField()
    group_by = serializers.ListField(child=serializers.CharField())
    columns = CutColumnSerializer(many=True)
    notes = NoteSerializer(many=True)
    total = CutRowSerializer()
    rows = CutRowSerializer(many=True)
    digest = serializers.CharField()
