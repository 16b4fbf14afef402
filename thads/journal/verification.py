"""Verification: does the log still say what was written into it, and if not, from where on.

The log is read once, a piece at a time and without a long transaction, so that it can be verified while it
grows. What a change gives away: the content of an entry gives its hash, the hash of each is in the one after
it, the positions have no gap, and the head knows the end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from thads.common.errors import Fault, Refused
from thads.journal.chain import GENESIS, TEXT, link

#: Entries per read.
_PIECE = 5000
#: Before any position, so that an entry forced in below the first is seen.
_BOTTOM = -(2**63)

_ROWS = f"""
    SELECT position, prev_hash, hash, {TEXT.format(format="format")}
    FROM journal_entry WHERE position > %s ORDER BY position LIMIT %s
"""  # noqa: S608
_ENDS = """
    SELECT coalesce((SELECT position FROM journal_head), 0), (SELECT hash FROM journal_head),
           coalesce((SELECT max(position) FROM journal_entry), 0)
"""


class Unsound(Refused):
    """The log is not as it was written; the fault names the first position that does not fit."""

    def __init__(self, code: str, position: int, **params: int) -> None:
        self.position = position
        super().__init__(Fault(code, params={"position": position, **params}))


@dataclass(frozen=True, slots=True)
class Sound:
    """How many entries were verified, and the last position with its hash."""

    count: int
    position: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class _Row:
    position: int
    before: bytes
    hash: bytes
    text: str

    def fits_at(self, position: int) -> bool:
        return link(self.before, position, self.text) == self.hash


def verify(start: int = 1) -> Sound:
    """Read the log from ``start`` to its end. Raises Unsound, naming the first position that does not fit,
    and Refused when the log ends before ``start``.

    What stands before ``start`` is taken as right.
    """
    last, before = start - 1, _hash_before(start)
    count = 0
    for row in _entries(_BOTTOM if start == 1 else last, before):
        _check(row, last + 1, before)
        last, before = row.position, row.hash
        count += 1
    return Sound(count, last, before)


def _check(row: _Row, expected: int, before: bytes) -> None:
    """Raises Unsound when ``row`` is not the entry of the ``expected`` position after the one with the hash
    ``before``.
    """
    if row.position > expected:
        raise Unsound("JOURNAL_MISSING", expected, next=row.position)
    if row.position < expected:
        raise Unsound("JOURNAL_EDITED", row.position)
    if not row.fits_at(expected):
        origin = _origin(row)
        if origin is not None:
            raise Unsound("JOURNAL_MOVED", expected, origin=origin)
        raise Unsound("JOURNAL_EDITED", expected)
    if row.before != before:
        # This entry is as it was written, so it is the one before it that is not.
        if expected == 1:
            raise Unsound("JOURNAL_EDITED", expected)
        raise Unsound("JOURNAL_REPLACED", expected - 1)


def _origin(row: _Row) -> int | None:
    """The position for which ``row`` was written, if the entry that it was written after still stands
    somewhere.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT position FROM journal_entry WHERE hash = %s", [row.before])
        stands = [position for (position,) in cursor.fetchall()]
    # Of two neighbours that changed places, the first to come was written after the other's old place.
    places = [place for position in stands for place in (position, position + 1)]
    if row.before == GENESIS:
        places.append(1)
    return next((place for place in places if row.fits_at(place)), None)


def _entries(after: int, last_hash: bytes) -> Iterator[_Row]:
    """The log after a position, and what is added while it is read. Raises Unsound when it does not end
    where, and with the hash that, its head says.
    """
    last = after
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_ROWS, [last, _PIECE])
            rows = [_Row(place, bytes(before), bytes(own), text) for place, before, own, text in cursor]
        yield from rows
        if rows:
            last, last_hash = rows[-1].position, rows[-1].hash
            continue
        end, end_hash, newest = _ends()
        if newest > max(last, 0):
            continue
        if end > newest:
            raise Unsound("JOURNAL_CUT_OFF", newest + 1, end=end)
        if end < newest:
            raise Unsound("JOURNAL_BEYOND_END", end + 1, end=end)
        if newest and last_hash != end_hash:
            raise Unsound("JOURNAL_REPLACED", newest)
        return


def _ends() -> tuple[int, bytes | None, int]:
    """The position and the hash that the head knows, and the last position that stands, at one moment."""
    with connection.cursor() as cursor:
        cursor.execute(_ENDS)
        end, end_hash, newest = cursor.fetchone()
    return end, None if end_hash is None else bytes(end_hash), newest


def _hash_before(start: int) -> bytes:
    if start == 1:
        return GENESIS
    with connection.cursor() as cursor:
        cursor.execute("SELECT hash FROM journal_entry WHERE position = %s", [start - 1])
        row = cursor.fetchone()
    if row is not None:
        return bytes(row[0])
    end, _, newest = _ends()
    if start - 1 > max(end, newest):
        raise Refused(Fault("JOURNAL_STARTS_BEYOND", params={"position": start, "end": max(end, newest)}))
    raise Unsound("JOURNAL_MISSING", start - 1, next=start)
