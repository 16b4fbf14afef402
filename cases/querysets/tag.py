"""Reads of tags in domain words."""

from __future__ import annotations

from typing import Self

from thads.common.models import VersionedQuerySet
from thads.common.scoping import Scope


class TagQuerySet(VersionedQuerySet):
    """Tags: of the units that are seen."""

    def within(self, scope: Scope) -> Self:
        return self.filter(unit_id__in=scope.unit_ids)
