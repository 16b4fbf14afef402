"""Serializers as the manual shows them."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from rest_framework import serializers

from cases.models import Act, ActLine, Asset, Case, CaseTheme, Deadline, Judgment, Obligation, Party
from officers.models import Officer
from thads.journal.models import Outbox, Stale


class OfficerSerializer(serializers.ModelSerializer[Officer]):
    class Meta:
        model = Officer
        fields = ("code", "name")


class JudgmentSerializer(serializers.ModelSerializer[Judgment]):
    class Meta:
        model = Judgment
        fields = ("public_id", "number", "issued_on", "effective_on", "issuer", "instrument_type")


class ThemeSerializer(serializers.ModelSerializer[CaseTheme]):
    class Meta:
        model = CaseTheme
        fields = ("theme",)


class PartySerializer(serializers.ModelSerializer[Party]):
    class Meta:
        model = Party
        fields = ("public_id", "ref", "role", "kind", "name", "address")


class ObligationSerializer(serializers.ModelSerializer[Obligation]):
    debtor = serializers.SlugRelatedField(slug_field="ref", read_only=True)
    creditor = serializers.SlugRelatedField(slug_field="ref", read_only=True)

    class Meta:
        model = Obligation
        fields = (
            "public_id", "ref", "kind", "debtor", "creditor", "amount", "description", "due", "remaining",
            "bucket",
        )  # fmt: skip


class AssetSerializer(serializers.ModelSerializer[Asset]):
    owner = serializers.SlugRelatedField(slug_field="ref", read_only=True)

    class Meta:
        model = Asset
        fields = ("public_id", "ref", "kind", "owner", "description", "certificate")


class DeadlineSerializer(serializers.ModelSerializer[Deadline]):
    class Meta:
        model = Deadline
        fields = (
            "public_id", "clock", "variant", "regime", "actor", "trigger", "trigger_seq", "started_on",
            "pauses", "due_on", "due_at", "state", "breached", "closed_on", "met_by_seq",
        )  # fmt: skip


class DebtorSerializer(serializers.ModelSerializer[Party]):
    class Meta:
        model = Party
        fields = ("name",)


class CaseSerializer(serializers.ModelSerializer[Case]):
    authority = serializers.SlugRelatedField(slug_field="code", read_only=True)
    unit = serializers.SlugRelatedField(slug_field="code", read_only=True)
    officer = OfficerSerializer(read_only=True)
    themes = ThemeSerializer(many=True, read_only=True)
    debtors = DebtorSerializer(many=True, read_only=True)

    class Meta:
        model = Case
        fields = (
            "public_id", "decision_number", "decision_date", "authority", "unit", "officer", "initiation",
            "field", "bucket", "due", "remaining", "last_act_on", "themes", "debtors",
        )  # fmt: skip


class CaseDetailSerializer(serializers.ModelSerializer[Case]):
    authority = serializers.SlugRelatedField(slug_field="code", read_only=True)
    unit = serializers.SlugRelatedField(slug_field="code", read_only=True)
    officer = OfficerSerializer(read_only=True)
    judgment = JudgmentSerializer(read_only=True)
    themes = ThemeSerializer(many=True, read_only=True)
    parties = PartySerializer(many=True, read_only=True)
    obligations = ObligationSerializer(many=True, read_only=True)
    assets = AssetSerializer(many=True, read_only=True)
    deadlines = DeadlineSerializer(many=True, read_only=True, source="open_deadlines")
    acts_count = serializers.IntegerField(source="acts.count", read_only=True)

    class Meta:
        model = Case
        fields = (
            "public_id", "decision_number", "decision_date", "authority", "unit", "officer", "initiation",
            "field", "bucket", "due", "remaining", "last_act_on", "version", "recorded_at", "judgment",
            "themes", "parties", "obligations", "assets", "deadlines", "acts_count",
        )  # fmt: skip


class ActLineSerializer(serializers.ModelSerializer[ActLine]):
    obligation = serializers.CharField(source="obligation.ref")

    class Meta:
        model = ActLine
        fields = ("obligation", "amount")


class ActSerializer(serializers.ModelSerializer[Act]):
    lines = ActLineSerializer(many=True)

    class Meta:
        model = Act
        fields = (
            "public_id", "seq", "ref", "type", "effective_on", "recorded_at", "recorded_by",
            "decision_number", "decision_date", "signer", "ground", "note", "lines",
        )  # fmt: skip
        read_only_fields = ("public_id", "seq", "recorded_at", "recorded_by")

    @transaction.atomic
    def create(self, validated_data: dict[str, Any]) -> Act:
        """The rows that the project writes for a collection."""
        case: Case = validated_data.pop("case")
        lines = validated_data.pop("lines")
        act = Act.objects.create(
            case=case, seq=case.version, recorded_at=timezone.now(), whole=False, **validated_data
        )
        act.refresh_from_db(fields=["public_id"])
        for position, line in enumerate(lines):
            obligation = Obligation.objects.get(case=case, ref=line["obligation"]["ref"])
            ActLine.objects.create(act=act, position=position, obligation=obligation, amount=line["amount"])
            obligation.remaining -= line["amount"]
            obligation.save()
            case.remaining -= line["amount"]
        case.version += 1
        case.last_act_on = max(case.last_act_on, act.effective_on)
        case.save()
        Outbox.objects.create(
            type="act.recorded",
            case_id=case.pk,
            case_public_id=case.public_id,
            sequence=case.version,
            recorded_at=act.recorded_at,
            recorded_by=act.recorded_by,
            unit_id=case.unit_id,
            officer_id=case.officer_id,
            from_unit_id=case.unit_id,
            from_officer_id=case.officer_id,
            data={
                "act": str(act.public_id),
                "seq": act.seq,
                "act_type": act.type,
                "effective_on": act.effective_on.isoformat(),
                "lines": [[line["obligation"]["ref"], str(line["amount"])] for line in lines],
                "bucket": case.bucket,
                "due": str(case.due),
                "remaining": str(case.remaining),
            },
        )
        for consumer in ("statistics", "deadlines"):
            Stale.objects.create(
                consumer=consumer, case_id=case.pk, units=[case.unit_id], officers=[case.officer_id]
            )
        return act
