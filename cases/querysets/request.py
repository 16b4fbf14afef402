"""Reading requests for enforcement."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.apps import apps
from django.db.models import Q

from cases.rules.intake import OPEN, RECEIVED
from thads.common.models import VersionedQuerySet
from thads.common.scoping import Scope


class RequestQuerySet(VersionedQuerySet):
    """Requests for enforcement. Every read starts with ``visible_to``."""

    def within(self, scope: Scope) -> Self:
        """Those that a unit of the scope has received; who sees his own cases only sees those on which one
        of these was opened.
        """
        if scope.officer_id is None:
            return self.filter(unit__among=scope.unit_ids)
        cases = apps.get_model("cases", "Case").objects.visible_to(scope)
        return self.filter(case__in=cases.values("pk"))

    def late(self, today: dt.date) -> Self:
        """Those that still wait for a decision, or for the notice that something is missing, though its last
        day was before ``today``.
        """
        undecided = Q(status__in=OPEN, decide_by__lt=today)
        return self.filter(undecided | Q(status=RECEIVED, notify_by__lt=today))
