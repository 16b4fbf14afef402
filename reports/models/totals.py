"""Số tổng hợp: sums of movements per month, so that a form costs months × keys and never cases."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models

from officers.models import Officer, Unit

CASES, MONEY = "CASES", "MONEY"
MEASURES = (CASES, MONEY)
#: The month of the rows that carry what a year leaves to all later ones.
OPENING_MONTH = 0
#: The year of the rows that carry what all years together leave.
EVER = 0


def _sum() -> models.DecimalField[Any, Any]:
    """A sum without bounds: what single acts may move fits 64 bits, what a register moves need not."""
    return models.DecimalField(max_digits=38, decimal_places=0, default=0)


class Atoms(models.Model):
    """The atoms of ``reports.counting.tally``, a column each, in the unit of ``measure`` (việc, or đồng)."""

    book = models.CharField(max_length=16)
    measure = models.CharField(max_length=8)
    fiscal_year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField()
    opened = _sum()
    reentered = _sum()
    completed = _sum()
    terminated = _sum()
    reduced = _sum()
    closed_other = _sum()
    entrusted = _sum()
    revoked = _sum()
    returned = _sum()
    eligible = _sum()
    deferred_consent = _sum()
    ineligible = _sum()
    deferred = _sum()
    stayed = _sum()
    other_pending = _sum()
    separate_this_year = _sum()
    separate_earlier = _sum()

    class Meta:
        abstract = True


class UnitTotal(Atoms):
    """Sums by unit, initiation, case field and theme (theme "" is every case; themes overlap and are never
    added up).

    Month 1 to 12 holds what moved in that month. Month 0 of year N holds what year N−1 left standing: the
    opening of a year is the sum of all its months 0 up to it, so no row depends on the day it was computed.
    Month 0 of year 0 (``EVER``) is the sum of them all: less those of later years it is an opening, too.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    initiation = models.CharField(max_length=16)
    field = models.CharField(max_length=16)
    theme = models.CharField(max_length=32)

    objects: ClassVar = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "book", "measure", "theme", "fiscal_year", "month", "initiation", "field"],
                name="unit_total_key",
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.fiscal_year}/{self.month} {self.measure}"


class OfficerTotal(Atoms):
    """Sums by unit and officer (None: not yet assigned), with everything that crossed the holder's own
    boundary.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    officer = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", db_index=False)
    moved_in = _sum()
    moved_out = _sum()

    objects: ClassVar = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "book", "measure", "fiscal_year", "month", "officer"],
                name="officer_total_key",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.fiscal_year}/{self.month} {self.measure}"


class TransferTotal(models.Model):
    """What crossed between two units, seen from ``unit``: a scope counts a row when ``other_unit`` lies
    outside it.
    """

    book = models.CharField(max_length=16)
    measure = models.CharField(max_length=8)
    fiscal_year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField()
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    other_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    initiation = models.CharField(max_length=16)
    field = models.CharField(max_length=16)
    theme = models.CharField(max_length=32)
    moved_in = _sum()
    moved_out = _sum()

    objects: ClassVar = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "unit", "book", "measure", "theme", "fiscal_year", "month",
                    "other_unit", "initiation", "field",
                ],
                name="transfer_total_key",
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.unit_id} ↔ {self.other_unit_id} {self.fiscal_year}/{self.month}"


class UnitStamp(models.Model):
    """Which totals a unit has: another stamp each time they are written, so that what was summed from them
    can be kept as long as the stamp stands.
    """

    unit = models.OneToOneField(Unit, models.PROTECT, primary_key=True, related_name="+")
    stamp = models.UUIDField()

    objects: ClassVar = models.Manager()

    def __str__(self) -> str:
        return f"{self.unit_id} {self.stamp}"
