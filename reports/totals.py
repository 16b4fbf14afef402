"""Month totals: how a leg changes them, how a change is written, and what they should be."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from django.db import connection, models, transaction

from reports.counting import tally
from reports.counting.movements import Leg
from reports.models import OfficerTotal, TransferTotal, UnitTotal
from reports.models.totals import CASES, EVER, MONEY, OPENING_MONTH
from thads.common.periods import fiscal_year_of, month_of
from thads.common.snapshot import consistent_read

#: Every case, whatever its themes.
NO_THEME = ""

_UNIT_KEY = ("unit_id", "book", "measure", "theme", "fiscal_year", "month", "initiation", "field")
_OFFICER_KEY = ("unit_id", "book", "measure", "fiscal_year", "month", "officer_id")
_TRANSFER_KEY = (
    "unit_id",
    "book",
    "measure",
    "theme",
    "fiscal_year",
    "month",
    "other_unit_id",
    "initiation",
    "field",
)
_MOVED = (tally.MOVED_IN, tally.MOVED_OUT)

#: Each table with its key and its sums.
TABLES: tuple[tuple[type[models.Model], tuple[str, ...], tuple[str, ...]], ...] = (
    (UnitTotal, _UNIT_KEY, tally.ATOMS),
    (OfficerTotal, _OFFICER_KEY, (*tally.ATOMS, *_MOVED)),
    (TransferTotal, _TRANSFER_KEY, _MOVED),
)

Key = tuple[Any, ...]
#: The sums of one row, in the order of its table.
Sums = list[int]
Rows = dict[Key, Sums]

_WIDTH = len(tally.ATOMS)
_PLACE = {atom: place for place, atom in enumerate((*tally.ATOMS, *_MOVED))}
_TRANSFER_PLACE = {name: place for place, name in enumerate(_MOVED)}

_Places = tuple[tuple[int, int], ...]


@cache
def _places(source: str, target: str, prior: bool, direction: int) -> tuple[_Places, _Places, str | None]:
    """What a leg adds to, by place and sign: in the row of its month, in the row that opens the next year,
    and the transfer it is when its other side is another unit.
    """
    return (
        tuple((_PLACE[atom], sign) for atom, sign in tally.atoms_of(source, target, prior, direction)),
        tuple((_PLACE[atom], sign) for atom, sign in tally.carried(source, target, direction)),
        tally.crossing(prior, direction),
    )


class Change:
    """What has to be added to the totals, gathered from legs and written at once."""

    def __init__(self) -> None:
        self.unit: Rows = {}
        self.officer: Rows = {}
        self.transfer: Rows = {}

    @property
    def rows(self) -> tuple[Rows, Rows, Rows]:
        """The rows of each of ``TABLES``."""
        return self.unit, self.officer, self.transfer

    def add_all(self, legs: Iterable[Leg], themes: Sequence[str], sign: int) -> None:
        """Add legs (``sign`` 1) of a case under its themes, or take them back (−1)."""
        under = (NO_THEME, *themes)
        for leg in legs:
            if leg.cases:
                self._add(leg, CASES, under, sign * leg.cases)
            if leg.money:
                self._add(leg, MONEY, under, sign * leg.money)

    def add_sum(self, leg: Leg, measure: str, theme: str, amount: int) -> None:
        """Add a sum of legs that share everything the totals are kept by, under one theme."""
        self._add(leg, measure, (theme,), amount)

    def add_change(self, other: Change) -> None:
        """Add another change."""
        for mine, theirs in zip(self.rows, other.rows, strict=True):
            for key, sums in theirs.items():
                known = mine.get(key)
                mine[key] = sums if known is None else [a + b for a, b in zip(known, sums, strict=True)]

    def _add(self, leg: Leg, measure: str, themes: Sequence[str], amount: int) -> None:
        day, unit, book, initiation, field = leg.effective_on, leg.unit, leg.book, leg.initiation, leg.field
        year, month = fiscal_year_of(day), month_of(day)
        prior = bool(leg.vintage) and leg.vintage < year
        atoms, left, moved = _places(leg.source, leg.target, prior, leg.direction)
        for theme in themes:
            _sum(
                self.unit, (unit, book, measure, theme, year, month, initiation, field), atoms, amount, _WIDTH
            )
            if left:
                for opened in (year + 1, EVER):
                    opening: Key = (unit, book, measure, theme, opened, OPENING_MONTH, initiation, field)
                    _sum(self.unit, opening, left, amount, _WIDTH)
            if moved and leg.other_unit != unit:
                crossing = (unit, book, measure, theme, year, month, leg.other_unit, initiation, field)
                _sum(self.transfer, crossing, ((_TRANSFER_PLACE[moved], 1),), amount, len(_MOVED))
        if NO_THEME in themes:
            if moved:
                atoms = (*atoms, (_PLACE[moved], 1))
            width = _WIDTH + len(_MOVED)
            _sum(self.officer, (unit, book, measure, year, month, leg.officer), atoms, amount, width)
            if left:
                for opened in (year + 1, EVER):
                    opening = (unit, book, measure, opened, OPENING_MONTH, leg.officer)
                    _sum(self.officer, opening, left, amount, width)

    def write(self) -> None:
        """Add the change to the tables. Needs a transaction, and is best its last step: the rows are locked
        until it ends, and they are the ones everybody wants.

        Everybody takes them in the order of the tables and of their keys, and the stamps of the units last,
        so two writers never wait for each other in a ring.
        """
        units: set[int] = set()
        for (model, key, _), rows in zip(TABLES, self.rows, strict=True):
            touched = {k: sums for k, sums in rows.items() if any(sums)}
            if touched:
                _upsert(model, key, touched)
                units.update(k[0] for k in touched)
        if units:
            with connection.cursor() as cursor:
                cursor.execute(_STAMP, [list(units)])


_STAMP = """
    INSERT INTO reports_unitstamp (unit_id, stamp)
    SELECT unit, gen_random_uuid() FROM unnest(%s::int[]) AS unit ORDER BY unit
    ON CONFLICT (unit_id) DO UPDATE SET stamp = excluded.stamp
"""


def _sum(into: Rows, key: Key, places: _Places, amount: int, width: int) -> None:
    sums = into.get(key)
    if sums is None:
        sums = into[key] = [0] * width
    for place, sign in places:
        sums[place] += sign * amount


def _upsert(model: type[models.Model], key: tuple[str, ...], rows: Rows) -> None:
    """Add rows in one statement. A key whose sums have all come back to nothing leaves no row, so that a
    rebuild finds the same rows.
    """
    table = model._meta.db_table
    atoms = next(sums for known, _, sums in TABLES if known is model)
    columns = list(zip(*rows.values(), strict=True))
    # What nobody adds to needs not be sent: most changes are of a few sums.
    added = {atom: column for atom, column in zip(atoms, columns, strict=True) if any(column)}
    sent = ", ".join((*key, *added))
    types = [*(_column_type(model, name) for name in key), *("numeric" for _ in added)]
    arrays = [_array(column) for column in (*zip(*rows, strict=True), *added.values())]
    empty = " AND ".join(f"{table}.{atom} = 0" for atom in atoms)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join((*key, *atoms))}) "
            f"SELECT {', '.join((*key, *(atom if atom in added else '0' for atom in atoms)))} "
            f"FROM unnest({', '.join(f'%s::{kind}[]' for kind in types)}) AS change ({sent}) "
            f"ORDER BY {', '.join(key)} ON CONFLICT ({', '.join(key)}) DO UPDATE SET "
            f"{', '.join(f'{atom} = {table}.{atom} + excluded.{atom}' for atom in added)} "
            f"RETURNING CASE WHEN {empty} THEN id END",
            arrays,
        )
        gone = [row for (row,) in cursor.fetchall() if row is not None]
        if gone:
            cursor.execute(f"DELETE FROM {table} WHERE id = ANY(%s)", [gone])


@cache
def _column_type(model: type[models.Model], column: str) -> str:
    kind = model._meta.get_field(column).db_type(connection)
    assert kind is not None
    return kind


def _array(column: Sequence[Any]) -> str:
    """An array as PostgreSQL reads it, which costs less than letting the driver write it."""
    words = {value: _word(value) for value in set(column)}
    return f"{{{','.join(map(words.__getitem__, column))}}}"


def _word(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def expected(units: Collection[int]) -> Change:
    """What the totals of these units should be, from the movements as they stand."""
    change = Change()
    # Read a few at a time: a large unit has many.
    with connection.chunked_cursor() as cursor:
        cursor.itersize = 2000
        cursor.execute(
            """
            SELECT max(m.effective_on), 0, m.book, m.unit_id, m.officer_id, m.initiation, m.field,
                   m.source, m.target, m.vintage, m.direction, m.other_unit_id, m.other_officer_id,
                   sum(m.cases), sum(m.money), t.theme
            FROM reports_movement m
            JOIN reports_countedcase c ON c.case_id = m.case_id
            CROSS JOIN LATERAL (
                SELECT '' AS theme UNION ALL SELECT jsonb_array_elements_text(c.themes)
            ) t
            WHERE m.unit_id = ANY(%s)
            GROUP BY date_trunc('month', m.effective_on), m.book, m.unit_id, m.officer_id, m.initiation,
                     m.field, m.source, m.target, m.vintage, m.direction, m.other_unit_id,
                     m.other_officer_id, t.theme
            """,
            [list(units)],
        )
        for *leg, theme in cursor:
            summed = Leg(*leg)
            for measure, amount in ((CASES, summed.cases), (MONEY, summed.money)):
                if amount:
                    change.add_sum(summed, measure, theme, int(amount))
    return change


def stored(units: Collection[int]) -> Change:
    """What the totals of these units are."""
    change = Change()
    for into, rows in zip(change.rows, _stored(units), strict=True):
        into.update(rows)
    return change


def _stored(units: Collection[int]) -> Iterator[Iterator[tuple[Key, Sums]]]:
    """The rows of each of ``TABLES``, a few at a time."""
    for model, key, sums in TABLES:
        found: Any = model._default_manager.filter(unit_id__in=units).values_list(*key, *sums)
        width = len(key)
        yield (
            (row[:width], [int(value) for value in row[width:]]) for row in found.iterator(chunk_size=2000)
        )


def repair(units: Collection[int]) -> int:
    """Make the totals of these units what the movements say. Returns how many rows differed.

    Nobody is kept from counting meanwhile: movements and totals change together, so in one snapshot they
    differ by what is wrong and by nothing else, and that is still what is wrong when it is added afterwards.
    Two repairs at a time would add it twice, so there is only one.
    """
    with _alone():
        with consistent_read(units):
            wrong, count = _difference(expected(units), units)
        with transaction.atomic():
            count += _drop_empty(units)
            wrong.write()
    return count


def _drop_empty(units: Collection[int]) -> int:
    """Remove rows that say nothing. There are none, unless somebody else wrote them."""
    dropped = 0
    for model, _, atoms in TABLES:
        empty = model._default_manager.filter(unit_id__in=units, **dict.fromkeys(atoms, 0))
        dropped += empty.delete()[0]
    return dropped


#: Names the repair among the advisory locks; any number that nobody else uses.
_REPAIR = 1_919_250_025


@contextmanager
def _alone() -> Iterator[None]:
    """No other repair in this database meanwhile. The lock goes with the session, so a killed worker holds
    nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_REPAIR])
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_REPAIR])


def _difference(should: Change, units: Collection[int]) -> tuple[Change, int]:
    """What has to be added to the totals of these units to make them ``should``, and in how many rows. What
    is right is let go of at once: a large unit has many rows.
    """
    difference = Change()
    count = 0
    for wanted, rows, into, (_, _, atoms) in zip(
        should.rows, _stored(units), difference.rows, TABLES, strict=True
    ):
        nothing = [0] * len(atoms)
        for key, stands in rows:
            sums = wanted.pop(key, nothing)
            if sums != stands:
                into[key] = [a - b for a, b in zip(sums, stands, strict=True)]
        into.update((key, sums) for key, sums in wanted.items() if sums != nothing)
        count += len(into)
    return difference, count
