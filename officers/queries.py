"""Questions that other layers ask about the organisation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import connection


def count_enforcers(unit_ids: Iterable[int], day: dt.date) -> int:
    """How many enforcement officers work in these units on ``day``; one with two assignments counts once."""
    with connection.cursor() as cursor:
        cursor.execute(_ENFORCERS, {"units": list(unit_ids), "day": day})
        return int(cursor.fetchone()[0])


#: What ``enforcing_on`` says of assignments, written out: every form asks it.
_ENFORCERS = """
    SELECT count(DISTINCT officer_id) FROM officers_assignment
    WHERE unit_id = ANY(%(units)s) AND role = 'OFFICER' AND deleted_at IS NULL
      AND (valid_from IS NULL OR valid_from <= %(day)s) AND (valid_to IS NULL OR valid_to >= %(day)s)
"""
