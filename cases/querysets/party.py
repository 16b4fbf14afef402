"""Reads of parties in domain words."""

from __future__ import annotations

from typing import Self

from thads.common.models import VersionedQuerySet
from thads.common.scoping import Scope


class PartyQuerySet(VersionedQuerySet):
    """Parties: visible when their case is."""

    def within(self, scope: Scope) -> Self:
        found = self.filter(case__unit_id__in=scope.unit_ids)
        return found if scope.officer_id is None else found.filter(case__officer_id=scope.officer_id)
