"""Sums of the totals, kept in memory as long as the totals of their units are the same.

A supervisor asks for the same form again, and so do his colleagues. What a statement found in the totals is
true until one of the units it asked about has another stamp (``UnitStamp``), which comes with every write of
its totals and in the same transaction: so what is given from here is what the statement would find.
"""

from __future__ import annotations

import uuid
from collections import OrderedDict
from collections.abc import Collection, Sequence
from threading import Lock
from typing import Any, Final

from django.db import connection

#: Statements kept by one process; each takes some ten kilobytes.
MOST: Final = 1000

Rows = Sequence[tuple[Any, ...]]
_Stamps = tuple[tuple[int, uuid.UUID], ...]

_kept: OrderedDict[str, tuple[_Stamps, Rows]] = OrderedDict()
_lock = Lock()


def rows_of(units: Collection[int], sql: str, params: Sequence[Any]) -> Rows:
    """What ``sql`` finds, which reads the totals of ``units`` and nothing else."""
    stamps = _stamps(units)
    key = f"{sql}\n{params!r}"
    with _lock:
        known = _kept.get(key)
        if known is not None:
            _kept.move_to_end(key)
    if known is not None and known[0] == stamps:
        return known[1]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = tuple(cursor.fetchall())
    # Outside a snapshot somebody may have written between the two statements.
    if _stamps(units) == stamps:
        with _lock:
            _kept[key] = stamps, rows
            while len(_kept) > MOST:
                _kept.popitem(last=False)
    return rows


def forget() -> None:
    """Keep nothing of what was read until now."""
    with _lock:
        _kept.clear()


def _stamps(units: Collection[int]) -> _Stamps:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT unit_id, stamp FROM reports_unitstamp WHERE unit_id = ANY(%s) ORDER BY unit_id",
            [list(units)],
        )
        return tuple(cursor.fetchall())
