"""Reads of judgments in domain words."""

from __future__ import annotations

from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from thads.common.models import VersionedQuerySet
from thads.common.scoping import Scope


def readable(scope: Scope, prefix: str = "") -> Q:
    """The condition for a judgment somebody may read: one on which a case rests that he may see, or one that
    a unit of his has received. Who sees own cases only sees what these rest on, and no more.

    ``prefix`` leads to the judgment from another model.
    """
    cases = apps.get_model("cases", "Case").objects.visible_to(scope)
    rested_on = Q(Exists(cases.filter(judgment_id=OuterRef(f"{prefix}pk"))))
    if scope.officer_id is not None:
        return rested_on
    return rested_on | Q(**{f"{prefix}unit__in": scope.unit_ids})


class JudgmentQuerySet(VersionedQuerySet):
    """Judgments. Every read starts with ``visible_to``."""

    def within(self, scope: Scope) -> Self:
        return self.filter(readable(scope))


class OfJudgmentQuerySet(models.QuerySet[Any]):
    """Rows that belong to a judgment: visible when it is."""

    def visible_to(self, scope: Scope) -> Self:
        return self.filter(readable(scope, "judgment__"), judgment__deleted_at=None)
