"""Moments: the one at which something is recorded, and the one up to which a reading knows everything.

Who records announces the units he touches before he takes the moment of recording, and holds the announcement
until his transaction ends. Who reads asks for the moment first, then who is announced in his units: nothing
that is still open can have been recorded before the moment he gets, so what is known at it never changes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

#: Names the announcements among the advisory locks; any number that nobody else uses.
_WRITES = 1_852_403_567
#: The announcements are looked at for the moment that has been taken, so after it.
_SETTLED = """
    WITH now AS MATERIALIZED (SELECT clock_timestamp() AS at)
    SELECT least(now.at, (
        SELECT min(a.xact_start)
        FROM pg_locks l CROSS JOIN LATERAL pg_stat_get_activity(l.pid) a
        WHERE now.at IS NOT NULL AND l.locktype = 'advisory' AND l.classid = %s AND l.objsubid = 2
          AND l.pid <> pg_backend_pid() {units}
          AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    )) FROM now
"""

#: Whoever has begun to write has a transaction id. Asked after a moment was taken, for what was open then.
_OLDEST_WRITER = """
    SELECT min(xact_start) FROM pg_stat_activity
    WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid() AND datname = current_database()
"""

#: Parallel workers are not worth their start: what is read in here takes a few milliseconds, and many read at
#: the same time.
_SNAPSHOT = (
    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY; "
    "SET LOCAL max_parallel_workers_per_gather = 0"
)


def moment() -> dt.datetime:
    """Now, by the one clock every process shares: the database's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        value: dt.datetime = cursor.fetchone()[0]
        return value


def announce_write(unit_ids: Collection[int]) -> None:
    """Say that this transaction records something that counts for these units. Call it before ``moment``;
    it holds until the transaction ends and keeps nobody waiting.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock_shared(%s, unit) FROM unnest(%s::int[]) AS unit ORDER BY unit",
            [_WRITES, sorted(set(unit_ids))],
        )


def settled(unit_ids: Collection[int] | None = None) -> dt.datetime:
    """A moment up to which everything recorded for these units (for all, with None) has been committed, or
    has been refused: now, or the start of the oldest of their writes that is still open.
    """
    params: list[Any] = [_WRITES]
    if unit_ids is not None:
        params.append(list(unit_ids))
    sql = _SETTLED.format(units="" if unit_ids is None else "AND l.objid::bigint = ANY(%s)")
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        value: dt.datetime = cursor.fetchone()[0]
        return value


def complete_until() -> dt.datetime:
    """A moment up to which everything that was written, announced or not, has been committed or has been
    refused: what is read after this call misses nothing of it. Rather too early than too late.
    """
    known = settled()
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST_WRITER)
        oldest: dt.datetime | None = cursor.fetchone()[0]
    return known if oldest is None else min(known, oldest)


@contextmanager
def consistent_read(unit_ids: Collection[int] | None = None) -> Iterator[dt.datetime]:
    """One snapshot (``one_snapshot``), and the moment up to which everything recorded for these units is in
    it (``settled``). The snapshot may hold more: what was recorded after it.
    """
    # Asked before the snapshot is taken: a write that ends in between is in the snapshot, and that does no
    # harm.
    known_at = settled(unit_ids)
    with one_snapshot():
        yield known_at


@contextmanager
def one_snapshot() -> Iterator[None]:
    """One read-only snapshot of the database for everything inside, so that what is read apart belongs
    together. Inside a transaction that has begun already, that transaction's own view has to do.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_SNAPSHOT)
        yield
