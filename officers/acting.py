"""As what somebody may act on a day: by his own assignments, and by what was delegated to him."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from officers.models.assignment import Assignment
from officers.models.delegation import Delegation
from officers.models.unit import Unit
from officers.roles import precedence


@dataclass(frozen=True, slots=True)
class Capacity:
    """A role over a unit (key) and what is below it. ``id`` is that of the assignment or the delegation.

    ``officer_id`` is whose cases an OFFICER sees: the delegator's, in a delegation. ``permissions`` limits
    the role, where it is not None; ``behalf`` is the delegator, key and name.
    """

    id: uuid.UUID
    role: str
    unit_id: int
    officer_id: int
    valid_to: dt.date | None
    permissions: frozenset[str] | None = None
    behalf: tuple[int, str] | None = None


def capacities(officer_id: int, day: dt.date) -> tuple[Capacity, ...]:
    """All (role, unit) under which this officer may act on ``day``: his own before what was delegated to him,
    so that nobody acts on behalf of another without choosing to; then by the order of the roles, the older
    before the newer.
    """
    assigned = Assignment.objects.filter(officer=officer_id).valid_on(day).order_by("pk")
    found = [Capacity(one.public_id, one.role, one.unit_id, officer_id, one.valid_to) for one in assigned]
    found += [_delegated(one) for one in _delegations(officer_id, day)]
    return tuple(sorted(found, key=lambda one: (one.behalf is not None, precedence(one.role))))


def _delegations(officer_id: int, day: dt.date) -> list[Delegation]:
    """What is in force for this officer, as far as the delegators still have what they delegated."""
    rows = Delegation.objects.filter(to_officer=officer_id).valid_on(day).select_related("from_officer")
    return [one for one in rows.order_by("pk") if holds(one.from_officer_id, one.role, one.unit_id, day)]


def holds(officer_id: int, role: str, unit_id: int, day: dt.date) -> bool:
    """Whether this officer is himself assigned as ``role`` to the unit, or to one above it, on ``day``."""
    own = (
        Assignment.objects.filter(officer=officer_id, role=role)
        .valid_on(day)
        .values_list("unit_id", flat=True)
    )
    return any(unit == unit_id or Unit.objects.subtree(unit).filter(pk=unit_id).exists() for unit in own)


def _delegated(one: Delegation) -> Capacity:
    giver = one.from_officer
    end = one.valid_to if one.revoked_on is None else min(one.valid_to, one.revoked_on - dt.timedelta(days=1))
    return Capacity(
        one.public_id,
        one.role,
        one.unit_id,
        giver.pk,
        end,
        frozenset(one.permissions) if one.permissions else None,
        (giver.pk, giver.name or giver.code),
    )
