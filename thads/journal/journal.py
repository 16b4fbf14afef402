"""What the rest of the service asks of the journal."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.conf import settings
from django.db import connection
from django.db.models import Max, QuerySet
from django.db.models.functions import Now

from thads.common.bulk import copy_rows
from thads.journal.models import Outbox, Stale
from thads.journal.models.event import EVENT_COLUMNS

#: Who recorded, and on whose behalf, without the names that follow.
_WHO = re.compile(r"[A-Z_]+(:\w+)?( FOR OFFICER:\d+)?(?=\s|$)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Change:
    """What one write did to one case.

    ``type`` is the type of the event (``case.opened``, ``act.recorded``), ``sequence`` the version of the
    case after it. ``unit_id`` and ``officer_id`` hold the case now; ``from_unit_id`` and ``from_officer_id``
    held it before (the same, unless it was handed over). ``units`` and ``officers`` are everybody who ever
    held it: whose figures it may change. ``recorded_by`` begins with the kind and the key of who did it; only
    these go into the journal. ``data`` holds ids, codes, dates and amounts, and nothing that identifies a
    person.
    """

    case_id: int
    case: uuid.UUID
    type: str
    sequence: int
    recorded_at: dt.datetime
    recorded_by: str
    unit_id: int
    officer_id: int | None
    from_unit_id: int
    from_officer_id: int | None
    units: tuple[int, ...]
    officers: tuple[int, ...]
    data: Mapping[str, Any]


def append(changes: Sequence[Change]) -> None:
    """Say, in the caller's transaction and under the locks of the cases, that these cases changed: to each
    state consumer by a mark, and to whoever reads the log by an event.
    """
    copy_rows(
        Outbox,
        EVENT_COLUMNS,
        (
            (
                change.type,
                change.case_id,
                change.case,
                change.sequence,
                change.recorded_at,
                _who(change.recorded_by),
                change.unit_id,
                change.officer_id,
                change.from_unit_id,
                change.from_officer_id,
                orjson.dumps(change.data).decode(),
            )
            for change in changes
        ),
    )
    copy_rows(
        Stale,
        ("consumer", "case_id", "units", "officers"),
        (
            (consumer, change.case_id, list(change.units), list(change.officers))
            for consumer in settings.STATE_CONSUMERS
            for change in changes
        ),
    )


@dataclass(frozen=True, slots=True)
class Note:
    """What one write did to something that is no case: a unit, an officer, a judgment …

    ``type`` is ``noun.verb`` (``officer.changed``), ``subject`` the public id, ``sequence`` its version after
    the write. Those see it who see the unit; who sees his own cases only, when ``officer_id`` is his.
    ``from_unit_id`` is the unit before, where it has changed. ``data`` holds ids, codes, dates and amounts,
    and nothing that identifies a person.
    """

    type: str
    subject: uuid.UUID
    sequence: int
    recorded_at: dt.datetime
    recorded_by: str
    unit_id: int
    data: Mapping[str, Any]
    officer_id: int | None = None
    from_unit_id: int | None = None


def note(notes: Sequence[Note]) -> None:
    """Say in the log, in the caller's transaction and under the locks of the rows, what was written. Figures
    come from cases alone, so nobody has to catch up with it.
    """
    copy_rows(
        Outbox,
        EVENT_COLUMNS,
        (
            (
                one.type,
                None,
                one.subject,
                one.sequence,
                one.recorded_at,
                _who(one.recorded_by),
                one.unit_id,
                one.officer_id,
                one.unit_id if one.from_unit_id is None else one.from_unit_id,
                one.officer_id,
                orjson.dumps(one.data).decode(),
            )
            for one in notes
        ),
    )


def _who(recorded_by: str) -> str:
    found = _WHO.match(recorded_by)
    if found is None:
        raise ValueError(f"not KIND:id, so perhaps a name: {recorded_by!r}")
    return found[0]


@dataclass(frozen=True, slots=True)
class Pending:
    """What a consumer has not caught up with: how many cases, and since when (None: nothing, or only what
    was set aside).
    """

    cases: int
    since: dt.datetime | None


def pending(consumer: str, unit_ids: Collection[int], officer_id: int | None = None) -> Pending:
    """What is waiting for ``consumer`` among the cases that these units (and this officer) hold or held.

    ``since`` is earlier than the recording of anything that waits; what was set aside does not count for it.
    """
    sql, params = _PENDING, [consumer, list(unit_ids)]
    if officer_id is not None:
        sql += " AND officers @> %s::bigint[]"
        params.append([officer_id])
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return Pending(*cursor.fetchone())


_PENDING = """
    SELECT count(DISTINCT case_id), min(marked_at) FILTER (WHERE set_aside_at IS NULL)
    FROM journal_stale WHERE consumer = %s AND units && %s::bigint[]
"""


def mark(consumer: str, cases: Sequence[tuple[int, int, int | None]]) -> None:
    """Let ``consumer`` look at cases again though nothing was written: (case, unit, officer), keys."""
    copy_rows(
        Stale,
        ("consumer", "case_id", "units", "officers"),
        ((consumer, case, [unit], [] if officer is None else [officer]) for case, unit, officer in cases),
    )


def stale(consumer: str) -> QuerySet[Stale]:
    """What ``consumer`` has not caught up with, what it set aside included."""
    return Stale.objects.filter(consumer=consumer)


def to_do(consumer: str) -> QuerySet[Stale]:
    """What ``consumer`` can go on with."""
    return stale(consumer).filter(set_aside_at=None)


def latest() -> int:
    """The key of the newest mark: what was marked before now has a key up to it."""
    return Stale.objects.aggregate(latest=Max("id"))["latest"] or 0


def take_stale(
    consumer: str, limit: int | None = None, *, among: Collection[int] | None = None
) -> list[tuple[int, int]]:
    """Up to ``limit`` (row, case) pairs nobody else is working on, locked until the transaction ends; with
    ``among`` of these cases only.
    """
    rows = to_do(consumer) if among is None else to_do(consumer).filter(case_id__among=among)
    rows = rows.order_by("id").select_for_update(skip_locked=True)
    return list(rows[:limit].values_list("id", "case_id"))


def caught_up(rows: Collection[int]) -> None:
    """Remove stale rows, in the transaction that caught up with them."""
    Stale.objects.filter(id__among=rows).delete()


def set_aside(rows: Collection[int]) -> None:
    """Keep the marks of a case that could not be done out of the way of the others."""
    Stale.objects.filter(id__among=rows).update(set_aside_at=Now())


def forget(consumer: str, case_ids: Collection[int]) -> None:
    """Remove what was set aside of cases that have been done after all."""
    stale(consumer).filter(case_id__among=case_ids, set_aside_at__isnull=False).delete()
