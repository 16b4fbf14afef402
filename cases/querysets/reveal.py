"""Reads of the log of looks behind the masks."""

from __future__ import annotations

from typing import Any, Self

from django.db import models

from thads.common.scoping import Scope


class RevealQuerySet(models.QuerySet[Any]):
    """Looks behind the masks: seen by those above the unit that held the case then."""

    def visible_to(self, scope: Scope) -> Self:
        if scope.officer_id is not None:
            return self.none()
        return self.filter(unit_id__in=scope.unit_ids)
