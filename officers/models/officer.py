"""People who work in the units."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models

from officers.codes import RANKS
from thads.common.labels import choices
from thads.common.models import VersionedModel, VersionedQuerySet
from thads.common.scoping import Scope


class OfficerQuerySet(VersionedQuerySet["Officer"]):
    def within(self, scope: Scope) -> Self:
        """Officers who work, or once worked, in a unit of the scope; of removed ones, who were removed
        there.
        """
        return self.filter(
            self._assigned(
                models.Q(deleted_at=None) | ~models.Q(officer__deleted_at=None), unit__among=scope.unit_ids
            )
        )

    def visible_to(self, scope: Scope) -> Self:
        """Officers who work, or once worked, in a unit of the scope."""
        return self.filter(self._assigned(deleted_at=None, unit__among=scope.unit_ids), deleted_at=None)

    def enforcing_on(self, day: dt.date) -> Self:
        """Those who enforce cases on ``day``: an assignment as OFFICER that is valid then (the divisor of
        averages).
        """
        from officers.models.assignment import enforcing_on

        return self.filter(self._assigned(enforcing_on(day)))

    @staticmethod
    def _assigned(*conditions: models.Q, **lookups: object) -> models.Exists:
        from officers.models.assignment import Assignment

        return models.Exists(Assignment.objects.filter(*conditions, officer=models.OuterRef("pk"), **lookups))


class Officer(VersionedModel):
    """A member of staff (chấp hành viên, cán bộ). The code is known before the name is: an import may bring
    the code alone.
    """

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200, blank=True, help_text="Để trống khi chưa biết tên.")
    rank = models.CharField(
        max_length=20, blank=True, choices=choices(RANKS), help_text="Để trống khi chưa biết ngạch."
    )

    objects = OfficerQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(name="officers_officer_rank", condition=models.Q(rank__in=["", *RANKS])),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}".rstrip()
