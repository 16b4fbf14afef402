"""Reads of documents in domain words."""

from __future__ import annotations

from typing import Self

from django.apps import apps
from django.db.models import Q

from thads.common.models import VersionedQuerySet
from thads.common.scoping import Scope


class DocumentQuerySet(VersionedQuerySet):
    """Documents: visible when what they belong to is."""

    def within(self, scope: Scope) -> Self:
        cases = apps.get_model("cases", "Case").objects.visible_to(scope)
        judgments = apps.get_model("cases", "Judgment").objects.visible_to(scope)
        return self.filter(Q(case__in=cases.values("pk")) | Q(judgment__in=judgments.values("pk")))
