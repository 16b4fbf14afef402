"""Reads of judgments in domain words."""

from __future__ import annotations

from typing import Any, Final, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.lookups import IsNull

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


#: A scope of so many cases at most is read from its cases. In a larger one the next judgment in any order is
#: soon one of its own, and each is looked at by itself.
FEW: Final = 20_000


class JudgmentQuerySet(VersionedQuerySet):
    """Judgments. Every read starts with ``visible_to``."""

    def within(self, scope: Scope) -> Self:
        return self.filter(readable(scope))

    def listed_for(self, scope: Scope) -> Self:
        """The same rows as ``within``, to be counted and walked in any order: the database is given the
        one of two ways that is short for a scope of this size (asked in a query of its own), because it
        cannot see that few rows are wanted.
        """
        cases = apps.get_model("cases", "Case").objects.visible_to(scope)
        received = scope.officer_id is None
        if cases[: FEW + 1].count() > FEW:
            # Not EXISTS, which would be made a table of all cases first.
            a_case = Subquery(cases.filter(judgment_id=OuterRef("pk")).values("pk")[:1])
            own = Q(IsNull(a_case, False))
            return self.filter(own | Q(unit__in=scope.unit_ids) if received else own)
        keys = cases.order_by().values("judgment_id")
        if received:
            keys = keys.union(self.model.objects.filter(unit__in=scope.unit_ids).values("pk"))
        return self.filter(pk__in=keys)


class OfJudgmentQuerySet(models.QuerySet[Any]):
    """Rows that belong to a judgment: visible when it is."""

    def visible_to(self, scope: Scope) -> Self:
        return self.filter(readable(scope, "judgment__"), judgment__deleted_at=None)
