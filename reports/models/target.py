"""Targets (chỉ tiêu): what a unit is to reach in a statistical year."""

from __future__ import annotations

from decimal import Decimal
from typing import Self

from django.db import models

from officers.models import Unit
from reports.models.totals import MEASURES
from thads.common.models import VersionedModel, VersionedQuerySet
from thads.common.scoping import Scope


class TargetQuerySet(VersionedQuerySet["Target"]):
    def within(self, scope: Scope) -> Self:
        return self.filter(unit__among=scope.unit_ids)


class Target(VersionedModel):
    """The percentage that the first ratio of a measure is to reach: in CASES what is done of what is
    eligible, in MONEY the same in đồng. Given by a document, once for a unit, a year and a measure.
    """

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    fiscal_year = models.PositiveSmallIntegerField()
    measure = models.CharField(max_length=5, choices=[(one, one) for one in MEASURES])
    percent = models.DecimalField(max_digits=5, decimal_places=2)
    document_number = models.CharField(max_length=60)
    document_date = models.DateField()

    objects = TargetQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "fiscal_year", "measure"],
                condition=models.Q(deleted_at=None),
                name="reports_target_once",
            ),
            models.CheckConstraint(
                name="reports_target_percent",
                condition=models.Q(percent__gte=Decimal(0), percent__lte=Decimal(100)),
            ),
            models.CheckConstraint(
                name="reports_target_measure", condition=models.Q(measure__in=list(MEASURES))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}/{self.fiscal_year} {self.measure}: {self.percent}%"
