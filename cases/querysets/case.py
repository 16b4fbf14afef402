"""Reads of cases in domain words."""

from __future__ import annotations

from typing import Any, Self

from django.db import models

from thads.common.scoping import Scope


class CaseQuerySet(models.QuerySet[Any]):
    """Cases. Every read starts with ``visible_to``."""

    def visible_to(self, scope: Scope) -> Self:
        """The cases of the scope's units; for an officer who sees own cases only, that officer's."""
        found = self.filter(unit_id__in=scope.unit_ids)
        return found if scope.officer_id is None else found.filter(officer_id=scope.officer_id)

    def of_units(self, unit_ids: frozenset[int]) -> Self:
        return self.filter(unit_id__in=unit_ids)


class OfCaseQuerySet(models.QuerySet[Any]):
    """Rows that belong to a case: visible when their case is."""

    def visible_to(self, scope: Scope) -> Self:
        found = self.filter(case__unit_id__in=scope.unit_ids)
        return found if scope.officer_id is None else found.filter(case__officer_id=scope.officer_id)
