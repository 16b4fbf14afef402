"""Reading deadlines."""

from __future__ import annotations

from typing import Any, Self

from django.db import models

from thads.common.scoping import Scope


class DeadlineQuerySet(models.QuerySet[Any]):
    def visible_to(self, scope: Scope) -> Self:
        """Those of the cases that the caller may see."""
        rows = self.filter(unit__among=scope.unit_ids)
        return rows if scope.officer_id is None else rows.filter(officer=scope.officer_id)

    def open(self) -> Self:
        """Those about which somebody still has to do something."""
        return self.filter(closed_on=None)
