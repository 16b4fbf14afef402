"""Reads of overrides of rules in domain words."""

from __future__ import annotations

from typing import Self

from officers.models import Unit
from thads.common.models import VersionedQuerySet
from thads.common.scoping import Scope


class RuleOverrideQuerySet(VersionedQuerySet):
    """Overrides: those of the units that are seen, and of the units above them, whose rules hold here."""

    def within(self, scope: Scope) -> Self:
        return self.filter(unit_id__in=scope.unit_ids | _above(scope.unit_ids))

    def in_force(self) -> Self:
        """Those approved, in the order of approval."""
        return self.standing().filter(state="APPROVED").order_by("decided_at", "id")


def _above(unit_ids: frozenset[int]) -> frozenset[int]:
    """The units above these."""
    parents = dict(Unit.objects.values_list("id", "parent_id"))
    found: set[int] = set()
    for unit in unit_ids:
        parent = parents.get(unit)
        while parent is not None and parent not in found:
            found.add(parent)
            parent = parents.get(parent)
    return frozenset(found)
