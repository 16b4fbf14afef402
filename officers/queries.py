"""Questions that other layers ask about the organisation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Count

from officers.models import Assignment


def count_enforcers(unit_ids: Iterable[int], day: dt.date) -> int:
    """How many enforcement officers work in these units on ``day``; one with two assignments counts once."""
    return (
        Assignment.objects.filter(unit__in=set(unit_ids))
        .enforcing_on(day)
        .aggregate(people=Count("officer", distinct=True))["people"]
    )
