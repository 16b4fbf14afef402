"""Cases that somebody saw and sees no longer: handed to another unit, or to another officer."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import NamedTuple

from django.db import connection

from thads.common.scoping import Scope


class Departure(NamedTuple):
    """A case (``pk`` and public id) that left a scope, for the last time at ``modified_at``."""

    pk: int
    public_id: uuid.UUID
    modified_at: dt.datetime


#: Of the new holder nothing is told: the moment is that of the handover, whatever has been done to the case
#: since. An event stands in the outbox until it has its place in the log.
_LEFT = """
    SELECT left_at.case_id, left_at.case_public_id, left_at.moment FROM (
        SELECT e.case_id, e.case_public_id, max(e.recorded_at) AS moment
        FROM (
            SELECT case_id, case_public_id, recorded_at, unit_id, officer_id, from_unit_id, from_officer_id
            FROM journal_entry WHERE handed_over AND from_unit_id = ANY(%(units)s)
            UNION ALL
            SELECT case_id, case_public_id, recorded_at, unit_id, officer_id, from_unit_id, from_officer_id
            FROM journal_outbox WHERE from_unit_id = ANY(%(units)s)
        ) AS e
        WHERE e.case_id IS NOT NULL AND e.recorded_at >= %(since)s
            AND (%(officer)s::bigint IS NULL OR e.from_officer_id = %(officer)s)
            AND NOT (e.unit_id = ANY(%(units)s)
                AND (%(officer)s::bigint IS NULL OR e.officer_id IS NOT DISTINCT FROM %(officer)s))
        GROUP BY e.case_id, e.case_public_id
    ) AS left_at
    WHERE NOT EXISTS (
        SELECT FROM cases_case c WHERE c.id = left_at.case_id AND c.unit_id = ANY(%(units)s)
            AND (%(officer)s::bigint IS NULL OR c.officer_id = %(officer)s)
    )
"""


def departures(
    scope: Scope, since: dt.datetime, *, beyond: tuple[dt.datetime, int] | None, falling: bool, limit: int
) -> list[Departure]:
    """Up to ``limit`` cases that have left ``scope`` at ``since`` or later and are not in it now, by the
    moment of leaving and key, ``falling`` or rising, those ``beyond`` a moment and key.
    """
    order = "DESC" if falling else "ASC"
    sign = "<" if falling else ">"
    place = "" if beyond is None else f" AND (left_at.moment, left_at.case_id) {sign} (%(moment)s, %(key)s)"
    asked = {**_asked(scope, since), "limit": limit}
    if beyond is not None:
        asked |= {"moment": beyond[0], "key": beyond[1]}
    sql = f"{_LEFT}{place} ORDER BY left_at.moment {order}, left_at.case_id {order} LIMIT %(limit)s"
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        return [Departure(*row) for row in cursor.fetchall()]


def count_departures(scope: Scope, since: dt.datetime, limit: int | None) -> int:
    """How many they are, counted no further than ``limit``."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM ({_LEFT} LIMIT %(limit)s) AS counted",  # noqa: S608  # our own text
            {**_asked(scope, since), "limit": limit},
        )
        return int(cursor.fetchone()[0])


def _asked(scope: Scope, since: dt.datetime) -> dict[str, object]:
    return {"units": sorted(scope.unit_ids), "officer": scope.officer_id, "since": since}
