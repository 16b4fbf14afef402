"""Bản án, quyết định: the enforceable instrument a case rests on."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q

from cases.querysets.judgment import JudgmentQuerySet, OfJudgmentQuerySet
from officers.models import Unit
from thads.common import sealing
from thads.common.models import AppendOnlyModel, VersionedModel


class Judgment(VersionedModel):
    """An instrument as it was given. Several cases may rest on one; two that differ in any word are two.

    ``unit`` has received it, on ``received_on``; both are None where it came in with a case.
    """

    number = models.CharField(max_length=200)
    issued_on = models.DateField()
    effective_on = models.DateField(null=True)
    issuer = models.CharField(max_length=200)
    instrument_type = models.CharField(max_length=40, null=True)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    received_on = models.DateField(null=True)

    objects: ClassVar = JudgmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["number", "issued_on", "issuer", "effective_on", "instrument_type"],
                name="judgment_once",
                nulls_distinct=False,
                condition=Q(deleted_at__isnull=True),
            )
        ]
        indexes = [
            models.Index(fields=["unit", "-id"], name="judgment_by_unit", condition=Q(unit__isnull=False)),
            models.Index(fields=["issued_on", "id"], name="judgment_by_day"),
            models.Index(fields=["modified_at", "id"], name="judgment_by_modified"),
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.issuer})"


class JudgmentCorrection(AppendOnlyModel):
    """What was wrong in the words of a judgment on which cases rest, put right: why, and what stood before.

    ``before`` and ``after`` hold the fields that changed; ``version`` is that of the judgment with it.
    """

    judgment = models.ForeignKey(Judgment, models.PROTECT, related_name="corrections")
    version = models.PositiveIntegerField()
    reason = models.TextField()
    before = models.JSONField()
    after = models.JSONField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=200)

    objects: ClassVar = models.Manager()

    def __str__(self) -> str:
        return f"{self.judgment_id}/{self.version}"


class ProposedParty(models.Model):
    """A party as the court named it with its judgment: what a case opened on it starts from."""

    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    judgment = models.ForeignKey(Judgment, models.PROTECT, related_name="parties", db_index=False)
    position = models.PositiveIntegerField()
    ref = models.CharField(max_length=200)
    role = models.CharField(max_length=16)
    kind = models.CharField(max_length=16)
    name = models.TextField()
    id_number_sealed = models.BinaryField(null=True)
    address = models.TextField(null=True)

    objects: ClassVar = OfJudgmentQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["judgment", "position"], name="proposed_party_place")]

    def __str__(self) -> str:
        return self.name

    @property
    def id_number(self) -> str | None:
        """The identity number in clear."""
        sealed = self.id_number_sealed
        return None if sealed is None else sealing.unseal(bytes(sealed))


class ProposedObligation(models.Model):
    """A line of duty as the court read it out of its judgment; ``amount`` in đồng, None without money."""

    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    judgment = models.ForeignKey(Judgment, models.PROTECT, related_name="obligations", db_index=False)
    position = models.PositiveIntegerField()
    ref = models.CharField(max_length=200)
    kind = models.CharField(max_length=32)
    debtor = models.ForeignKey(ProposedParty, models.PROTECT, null=True, related_name="+", db_index=False)
    creditor = models.ForeignKey(ProposedParty, models.PROTECT, null=True, related_name="+", db_index=False)
    amount = models.BigIntegerField(null=True)
    description = models.TextField(null=True)

    objects: ClassVar = OfJudgmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["judgment", "position"], name="proposed_obligation_place"),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gt=0), name="proposed_amount_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"
