"""Whose cases an officer may not handle (L25 Đ16.2d)."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from officers.codes import RELATIONS
from officers.models.assignment import Assignment
from officers.models.officer import Officer
from thads.common import sealing
from thads.common.labels import choices
from thads.common.models import VersionedModel, VersionedQuerySet
from thads.common.scoping import Scope


class ConflictQuerySet(VersionedQuerySet["Conflict"]):
    def within(self, scope: Scope) -> Self:
        """Those of officers who work, or once worked, in a unit of the scope; who sees his own cases only
        sees his own.
        """
        here = Assignment.objects.filter(
            deleted_at=None, officer=models.OuterRef("officer"), unit__among=scope.unit_ids
        )
        rows = self.filter(models.Exists(here))
        return rows if scope.officer_id is None else rows.filter(officer=scope.officer_id)


class Conflict(VersionedModel):
    """A person close to ``officer``, or a case (``case``, its public id) he has an interest in. The identity
    number is sealed as those of parties are, so that equal ones are found.
    """

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="conflicts")
    name = models.CharField(max_length=200, blank=True)
    relation = models.CharField(max_length=20, blank=True, choices=choices(RELATIONS))
    id_number_sealed = models.BinaryField(null=True)
    case = models.UUIDField(null=True)
    note = models.TextField(blank=True)

    objects = ConflictQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "id_number_sealed"],
                condition=Q(deleted_at=None),
                name="officers_conflict_person_once",
            ),
            models.UniqueConstraint(
                fields=["officer", "case"], condition=Q(deleted_at=None), name="officers_conflict_case_once"
            ),
            models.CheckConstraint(
                name="officers_conflict_of_something",
                condition=Q(id_number_sealed=None, case__isnull=False)
                | (Q(id_number_sealed__isnull=False, case=None) & ~Q(name="") & ~Q(relation="")),
            ),
            models.CheckConstraint(
                name="officers_conflict_relation", condition=Q(relation__in=["", *RELATIONS])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer_id}: {self.relation or self.case}"

    @property
    def id_number(self) -> str | None:
        """The identity number in clear."""
        return None if self.id_number_sealed is None else sealing.unseal(bytes(self.id_number_sealed))
