"""How many people a unit may have and has."""

from __future__ import annotations

from typing import Self

from django.db import models

from officers.models.unit import Unit
from thads.common.models import VersionedModel, VersionedQuerySet
from thads.common.scoping import Scope


class StaffCountQuerySet(VersionedQuerySet["StaffCount"]):
    def within(self, scope: Scope) -> Self:
        return self.filter(unit__among=scope.unit_ids)


class StaffCount(VersionedModel):
    """Posts given to a unit (biên chế được giao) and staff in post (có mặt) in a statistical year."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="staff_counts")
    fiscal_year = models.PositiveSmallIntegerField()
    establishment = models.PositiveIntegerField()
    in_post = models.PositiveIntegerField()

    objects = StaffCountQuerySet.as_manager()

    class Meta:
        ordering = ["unit_id", "fiscal_year"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "fiscal_year"],
                condition=models.Q(deleted_at=None),
                name="officers_staff_count_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id}/{self.fiscal_year}: {self.in_post} of {self.establishment}"
