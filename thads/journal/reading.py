"""Reading on in the log: what somebody may see of it, by position."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from thads.common.errors import Fault, Gone
from thads.common.scoping import Scope
from thads.journal.models import Entry, Head

CASE = "case"
LEFT, ENTERED = "case.left_scope", "case.entered_scope"

#: What of ``data`` is told to somebody who saw the case only before it was handed over, or sees it only
#: since: of the other side nothing.
TOLD: Mapping[str, frozenset[str]] = {
    LEFT: frozenset({"act_type", "effective_on"}),
    ENTERED: frozenset(
        {
            "act",
            "seq",
            "act_type",
            "effective_on",
            "decision_number",
            "decision_date",
            "ground",
            "content",
            "bucket",
            "due",
            "remaining",
        }
    ),
}

#: A scope of more units than these finds what it may see soon, wherever it begins to read.
_MANY = 50
#: How many entries are looked through for each that is wanted, before the indexes are asked.
_WINDOW = 4

# The places of each unit are read from an index in their order, no more of them than are wanted, and only
# then put together: the cost does not depend on how long the log is.
_OF_UNITS = """
    SELECT found.position
    FROM unnest(%(units)s::bigint[]) AS unit(id) CROSS JOIN LATERAL (
        (SELECT position FROM journal_entry
         WHERE unit_id = unit.id AND position > %(after)s AND position <= %(until)s
         ORDER BY position LIMIT %(limit)s)
        UNION ALL
        (SELECT position FROM journal_entry
         WHERE from_unit_id = unit.id AND handed_over AND position > %(after)s AND position <= %(until)s
         ORDER BY position LIMIT %(limit)s)
    ) AS found
    GROUP BY found.position ORDER BY found.position LIMIT %(limit)s
"""
_OF_OFFICER = """
    SELECT position FROM (
        (SELECT position FROM journal_entry
         WHERE officer_id = %(officer)s AND unit_id = ANY(%(units)s)
             AND position > %(after)s AND position <= %(until)s
         ORDER BY position LIMIT %(limit)s)
        UNION
        (SELECT position FROM journal_entry
         WHERE from_officer_id = %(officer)s AND handed_over AND from_unit_id = ANY(%(units)s)
             AND position > %(after)s AND position <= %(until)s
         ORDER BY position LIMIT %(limit)s)
    ) AS found
    ORDER BY position LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Ends:
    """The first position that is kept and the last one given; 1 and 0 in a log without entries."""

    oldest: int
    latest: int


@dataclass(frozen=True, slots=True)
class Event:
    """An entry as one viewer sees it; unit and officer (keys) are his side of a handover.

    ``kind`` and ``subject`` say what was written; ``case`` is the same id when that is a case.
    """

    position: int
    id: uuid.UUID
    type: str
    kind: str
    case: uuid.UUID | None
    subject: uuid.UUID
    sequence: int
    recorded_at: dt.datetime
    recorded_by: str | None
    unit_id: int
    officer_id: int | None
    data: Mapping[str, Any]


def ends() -> Ends:
    """Where the log begins and ends now. Everything up to ``latest`` can be read from now on."""
    latest = Head.objects.values_list("position", flat=True).first() or 0
    oldest = Entry.objects.order_by("position").values_list("position", flat=True).first()
    return Ends(latest + 1 if oldest is None else oldest, latest)


def check_kept(after: int, known: Ends) -> None:
    """Raises Gone when something after ``after`` is no longer kept: whoever reads on would miss it."""
    if after < known.oldest - 1:
        resume = known.oldest - 1
        params = {"after": after, "oldest": known.oldest, "resume": resume}
        raise Gone(Fault("EVENTS_GONE", "?after", params))


def events(scope: Scope, *, after: int, until: int, limit: int) -> list[Event]:
    """Up to ``limit`` entries that ``scope`` may see, of the positions after ``after`` up to ``until``."""
    visible = Entry.objects.visible_to(scope).order_by("position")
    # Positions have no gaps, so so many of them are so many rows: all that is left, for who has kept up.
    window = min(until, after + _WINDOW * limit)
    if window == until or len(scope.unit_ids) > _MANY:
        rows = visible.filter(position__gt=after, position__lte=window)[:limit]
        if window == until or len(rows) == limit:
            return [seen(row, scope) for row in rows]
    places = _places(scope, after, until, limit)
    return [seen(row, scope) for row in visible.filter(position__in=places)]


def _places(scope: Scope, after: int, until: int, limit: int) -> list[int]:
    """The first ``limit`` positions in reach that the scope may see."""
    asked = {
        "units": sorted(scope.unit_ids),
        "officer": scope.officer_id,
        "after": after,
        "until": until,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_OF_UNITS if scope.officer_id is None else _OF_OFFICER, asked)
        return [position for (position,) in cursor.fetchall()]


def seen(entry: Entry, scope: Scope) -> Event:
    """``entry``, which the scope may see, as it sees it."""
    before = _held(scope, entry.from_unit_id, entry.from_officer_id)
    now = _held(scope, entry.unit_id, entry.officer_id)
    if before and now:
        return _event(entry, None, entry.unit_id, entry.officer_id)
    if now:
        return _event(entry, ENTERED, entry.unit_id, entry.officer_id)
    return _event(entry, LEFT, entry.from_unit_id, entry.from_officer_id)


def _held(scope: Scope, unit: int, officer: int | None) -> bool:
    return unit in scope.unit_ids and scope.officer_id in (None, officer)


def _event(entry: Entry, one_sided: str | None, unit: int, officer: int | None) -> Event:
    data = entry.data
    if one_sided:
        data = {name: value for name, value in data.items() if name in TOLD[one_sided]}
    kind = entry.type.partition(".")[0] if entry.case_id is None else CASE
    return Event(
        position=entry.position,
        id=entry.public_id,
        type=_type(entry, one_sided),
        kind=kind,
        case=entry.case_public_id if kind == CASE else None,
        subject=entry.case_public_id,
        sequence=entry.sequence,
        recorded_at=entry.recorded_at,
        recorded_by=None if one_sided == LEFT else entry.recorded_by,
        unit_id=unit,
        officer_id=officer,
        data=data,
    )


def _type(entry: Entry, one_sided: str | None) -> str:
    """The type as the viewer is told it: of a noun that moved from one unit to another, ``noun.left_scope``
    or ``noun.entered_scope`` as for a case.
    """
    if one_sided is None:
        return entry.type
    if entry.case_id is not None:
        return one_sided
    return f"{entry.type.partition('.')[0]}.{one_sided.partition('.')[2]}"
