"""Hành vi, quyết định: what happened in law. Written once, never edited."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q

from cases.querysets.case import OfCaseQuerySet
from officers.models import Officer, Unit
from thads.common.models import AppendOnlyModel


class Act(AppendOnlyModel):
    """An act of a case, with two clocks: ``effective_on`` (law) and ``recorded_at`` (system).

    ``seq`` is its place in the story; the opening is 0. Unit, officer, field and initiation are what the
    opening, a reassignment or a reclassification gives. ``whole`` says that the story left its lines out:
    every open line the act may touch.
    """

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="acts", db_index=False)
    seq = models.PositiveIntegerField()
    ref = models.CharField(max_length=200, null=True)
    type = models.CharField(max_length=40)
    effective_on = models.DateField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=200)
    decision_number = models.CharField(max_length=200, null=True)
    decision_date = models.DateField(null=True)
    signer = models.TextField(null=True)
    ground = models.CharField(max_length=200, null=True)
    note = models.TextField(null=True)
    whole = models.BooleanField()
    asset = models.ForeignKey("cases.Asset", models.PROTECT, null=True, related_name="acts", db_index=False)
    data = models.JSONField(null=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    officer = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", db_index=False)
    to_authority = models.CharField(max_length=200, null=True)
    annuls = models.ForeignKey("self", models.PROTECT, null=True, related_name="annulled_by", db_index=False)
    voids = models.ForeignKey("self", models.PROTECT, null=True, related_name="voided_by", db_index=False)
    field = models.CharField(max_length=16, null=True)
    initiation = models.CharField(max_length=16, null=True)

    objects: ClassVar = OfCaseQuerySet.as_manager()

    class Meta(AppendOnlyModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["case", "seq"], name="act_place"),
            models.CheckConstraint(
                condition=Q(annuls__isnull=True) | Q(voids__isnull=True), name="act_annuls_or_voids"
            ),
            models.CheckConstraint(
                condition=(Q(type="ANNUL_ACT") & Q(annuls__isnull=False))
                | (~Q(type="ANNUL_ACT") & Q(annuls__isnull=True)),
                name="act_annulment_names_act",
            ),
            models.CheckConstraint(
                condition=(Q(type="CORRECTION") & Q(voids__isnull=False))
                | (~Q(type="CORRECTION") & Q(voids__isnull=True)),
                name="act_correction_names_act",
            ),
            models.UniqueConstraint(
                fields=["voids"], name="act_voided_once", condition=Q(voids__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.effective_on}"


class ActLine(AppendOnlyModel):
    """A line an act names. ``amount`` in đồng, signed for an amendment; None is all that remains."""

    act = models.ForeignKey(Act, models.PROTECT, related_name="lines", db_index=False)
    position = models.PositiveIntegerField()
    obligation = models.ForeignKey("cases.Obligation", models.PROTECT, related_name="+", db_index=False)
    amount = models.BigIntegerField(null=True)

    objects: ClassVar = models.Manager()

    class Meta(AppendOnlyModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["act", "position"], name="act_line_place"),
            models.UniqueConstraint(fields=["act", "obligation"], name="act_line_once"),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | ~Q(amount=0), name="act_line_amount_not_zero"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.act_id}/{self.position}"
