"""People who sign in."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, Self

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property

from officers.acting import Capacity, capacities
from officers.models.assignment import Assignment
from officers.models.officer import Officer
from thads.common.errors import Fault, Forbidden
from thads.common.models import VersionedModel, VersionedQuerySet
from thads.common.principal import Principal
from thads.common.scoping import Scope


class UserQuerySet(VersionedQuerySet["User"]):
    def within(self, scope: Scope) -> Self:
        """The accounts of those who work, or once worked, in a unit of the scope."""
        here = Assignment.objects.filter(officer=models.OuterRef("officer"), unit__among=scope.unit_ids)
        return self.filter(models.Exists(here))


class Accounts(UserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    use_in_migrations = False


class User(AbstractUser, VersionedModel):
    """An account. What it may do is what its officer may do on the day (``officers.acting``); without an
    officer it sees nothing. ``password_once``: the password was given by somebody else, and is good for
    nothing but choosing another.
    """

    officer = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.SET_NULL, related_name="users"
    )
    password_once = models.BooleanField(default=False, db_default=False, editable=False)

    objects: ClassVar[Any] = Accounts()

    @cached_property
    def capacities(self) -> tuple[Capacity, ...]:
        """As what this person may act today, his own before what was delegated to him."""
        return () if self.officer_id is None else capacities(self.officer_id, timezone.localdate())

    @cached_property
    def principal(self) -> Principal:
        """As whom this person acts today unless he says otherwise: in the first of his capacities."""
        return self._as(self.capacities[0] if self.capacities else None)

    def acting_as(self, capacity: str) -> Principal:
        """As whom this person acts by the assignment or the delegation with this id. Raises Forbidden when
        it is none of his today.
        """
        for one in self.capacities:
            if str(one.id) == _written(capacity):
                return self._as(one)
        raise Forbidden(Fault("ACT_AS_NOT_HELD", params={"id": capacity[:60]}))

    def _as(self, capacity: Capacity | None) -> Principal:
        name = self.get_full_name() or self.get_username()
        if capacity is None or self.password_once:
            return Principal("USER", self.pk, name, "", None, self.officer_id)
        return Principal(
            "USER",
            self.pk,
            name,
            capacity.role,
            capacity.unit_id,
            capacity.officer_id,
            capacity.permissions,
            capacity.behalf,
        )


def _written(given: str) -> str:
    """A UUID as it is usually written."""
    try:
        return str(uuid.UUID(given))
    except ValueError:
        return ""
