"""Moments: reading several things as of one, and the one at which something is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

#: What was written by then has been committed, unless it began after: the start of the oldest transaction
#: that is
#: still open, or now. Sessions of other roles do not write here.
_SETTLED = """
    SELECT least(clock_timestamp(), min(xact_start)) FROM pg_stat_activity
    WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()
"""


def moment() -> dt.datetime:
    """Now, by the one clock every process shares: the database's."""
    return _value("SELECT clock_timestamp()")


@contextmanager
def consistent_read() -> Iterator[dt.datetime]:
    """One read-only snapshot of the database for everything inside, so that sums read apart belong together.

    Gives the moment up to which everything recorded is in the snapshot: never later than the recording moment
    of the oldest write still open. Inside a transaction that has begun already, that transaction's own view
    has
    to do.
    """
    # Asked before the snapshot is taken: a write that ends in between is in the snapshot, and that does no
    # harm.
    settled = _value(_SETTLED)
    if connection.in_atomic_block:
        yield settled
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield settled


def _value(sql: str) -> dt.datetime:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        value: dt.datetime = cursor.fetchone()[0]
        return value
