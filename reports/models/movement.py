"""Biến động: cases and money going from one bucket to another, as counting sees them."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models

from officers.models import Officer, Unit
from thads.common.scoping import Scope


class MovementQuerySet(models.QuerySet[Any]):
    def visible_to(self, scope: Scope) -> Self:
        """The movements held by the scope's units (and officer) at the time they happened."""
        found = self.filter(unit_id__in=scope.unit_ids)
        return found if scope.officer_id is None else found.filter(officer_id=scope.officer_id)


class Movement(models.Model):
    """One leg of a movement (``reports.counting.movements.Leg``), stored.

    A pure function of the acts of its case: the projector adds what is missing, and a rebuild gives the
    same rows. ``fiscal_year`` and ``month`` follow from ``effective_on``. ``cases`` in việc, ``money`` in
    đồng; negative where a later act took back what was known. ``seq`` is the place of the act behind it.
    """

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+", db_index=False)
    seq = models.PositiveIntegerField()
    book = models.CharField(max_length=16)
    effective_on = models.DateField()
    recorded_at = models.DateTimeField()
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    officer = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", db_index=False)
    initiation = models.CharField(max_length=16)
    field = models.CharField(max_length=16)
    source = models.CharField(max_length=20)
    target = models.CharField(max_length=20)
    vintage = models.PositiveSmallIntegerField()
    direction = models.SmallIntegerField()
    other_unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+", db_index=False)
    other_officer = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", db_index=False)
    cases = models.SmallIntegerField()
    money = models.BigIntegerField()

    objects: ClassVar = MovementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(direction__in=[-1, 0, 1]), name="movement_direction_known"
            ),
            models.CheckConstraint(
                condition=(models.Q(direction=0) & models.Q(other_unit__isnull=True))
                | (~models.Q(direction=0) & models.Q(other_unit__isnull=False)),
                name="movement_crossing_names_other",
            ),
        ]
        indexes = [
            models.Index(fields=["case"], name="movement_by_case"),
            models.Index(fields=["unit", "book", "effective_on"], name="movement_by_unit"),
            models.Index(fields=["officer", "book", "effective_on"], name="movement_by_officer"),
            models.Index(fields=["unit", "recorded_at", "effective_on"], name="movement_by_recording"),
        ]

    def __str__(self) -> str:
        return f"{self.effective_on}: {self.source} → {self.target}"


class CountedCase(models.Model):
    """How far a case has been counted, and the row its projection is locked by. ``themes`` are those its
    totals stand under.
    """

    case = models.OneToOneField("cases.Case", models.PROTECT, primary_key=True, related_name="+")
    themes = models.JSONField(default=list)

    objects: ClassVar = models.Manager()

    def __str__(self) -> str:
        return str(self.case_id)
