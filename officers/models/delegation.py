"""Who may act for whom, by which document (ủy quyền)."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from officers.models.officer import Officer
from officers.models.unit import Unit
from officers.roles import ROLE_NAMES
from thads.common.labels import choices
from thads.common.models import VersionedModel, VersionedQuerySet
from thads.common.scoping import Scope


class DelegationQuerySet(VersionedQuerySet["Delegation"]):
    def within(self, scope: Scope) -> Self:
        """Those over a unit of the scope; who sees his own cases only sees those he gave or was given."""
        rows = self.filter(unit__among=scope.unit_ids)
        if scope.officer_id is None:
            return rows
        return rows.filter(Q(from_officer=scope.officer_id) | Q(to_officer=scope.officer_id))

    def valid_on(self, day: dt.date) -> Self:
        """Those that are in force on ``day``; from the day of its revocation on, one is not."""
        return self.standing().filter(
            Q(revoked_on=None) | Q(revoked_on__gt=day), valid_from__lte=day, valid_to__gte=day
        )


class Delegation(VersionedModel):
    """``from_officer`` lets ``to_officer`` act as ``role`` over ``unit`` for a time, by a document.

    ``permissions`` are all that is delegated; when there are none, everything the role may do. It holds while
    ``from_officer`` has the role there, and cannot be passed on.
    """

    from_officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="delegations_given")
    to_officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="delegations_held")
    role = models.CharField(max_length=20, choices=choices(ROLE_NAMES))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="delegations")
    permissions = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(help_text="Ngày cuối cùng còn hiệu lực.")
    revoked_on = models.DateField(null=True, blank=True, help_text="Từ ngày này không còn hiệu lực.")
    document_number = models.CharField(max_length=60)
    document_date = models.DateField()

    objects = DelegationQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="officers_delegation_validity", condition=Q(valid_to__gte=F("valid_from"))
            ),
            models.CheckConstraint(
                name="officers_delegation_not_to_oneself", condition=~Q(from_officer=F("to_officer"))
            ),
            models.CheckConstraint(name="officers_delegation_role", condition=Q(role__in=list(ROLE_NAMES))),
        ]

    def __str__(self) -> str:
        return f"{self.from_officer_id} → {self.to_officer_id} {self.role} @ {self.unit_id}"
