"""Who works where, as what, from when to when."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models

from officers.codes import TEMPORARY_REASONS
from officers.models.officer import Officer
from officers.models.unit import Unit
from officers.roles import ROLE_NAMES
from thads.common.labels import choices
from thads.common.models import VersionedModel, VersionedQuerySet
from thads.common.scoping import Scope


def valid_on(day: dt.date) -> models.Q:
    """Assignments that hold on ``day``; both their ends are days on which they hold."""
    started = models.Q(deleted_at=None) & (models.Q(valid_from=None) | models.Q(valid_from__lte=day))
    return started & (models.Q(valid_to=None) | models.Q(valid_to__gte=day))


def enforcing_on(day: dt.date) -> models.Q:
    """Assignments as enforcement officer that hold on ``day``."""
    return models.Q(role="OFFICER") & valid_on(day)


class AssignmentQuerySet(VersionedQuerySet["Assignment"]):
    def within(self, scope: Scope) -> Self:
        return self.filter(unit__among=scope.unit_ids)

    def valid_on(self, day: dt.date) -> Self:
        return self.filter(valid_on(day))

    def enforcing_on(self, day: dt.date) -> Self:
        return self.filter(enforcing_on(day))


class Assignment(VersionedModel):
    """An officer in a unit, in a role (phân công). One officer may hold several at a time.

    A temporary one (``temporary``: biệt phái …) has an end, and beside it the officer keeps his own.
    """

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="assignments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=20, choices=choices(ROLE_NAMES))
    valid_from = models.DateField(null=True, blank=True, help_text="Để trống: từ trước khi có dữ liệu.")
    valid_to = models.DateField(null=True, blank=True, help_text="Ngày cuối cùng còn hiệu lực.")
    temporary = models.CharField(
        max_length=20, blank=True, default="", db_default="", choices=choices(TEMPORARY_REASONS)
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["unit", "role"], name="officers_assignment_unit_role")]
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "unit", "role", "valid_from"],
                nulls_distinct=False,
                condition=models.Q(deleted_at=None),
                name="officers_assignment_once",
            ),
            models.CheckConstraint(
                name="officers_assignment_validity",
                condition=models.Q(valid_to=None)
                | models.Q(valid_from=None)
                | models.Q(valid_to__gte=models.F("valid_from")),
            ),
            models.CheckConstraint(
                name="officers_assignment_role", condition=models.Q(role__in=list(ROLE_NAMES))
            ),
            models.CheckConstraint(
                name="officers_assignment_temporary",
                condition=models.Q(temporary="")
                | models.Q(temporary__in=list(TEMPORARY_REASONS), valid_to__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} @ {self.unit_id} {self.role}"
