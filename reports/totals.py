"""Month totals: how a leg changes them, how a change is written, and what they should be."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from typing import Any

from django.db import connection, models

from reports.counting import tally
from reports.counting.movements import Leg
from reports.models import OfficerTotal, TransferTotal, UnitTotal
from reports.models.totals import CASES, MONEY, OPENING_MONTH
from thads.common.periods import fiscal_year_of, month_of

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

Key = tuple[Hashable, ...]
Sums = dict[str, int]


class Change:
    """What has to be added to the totals, gathered from legs and written at once."""

    def __init__(self) -> None:
        self.unit: dict[Key, Sums] = {}
        self.officer: dict[Key, Sums] = {}
        self.transfer: dict[Key, Sums] = {}

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

    def _add(self, leg: Leg, measure: str, themes: Sequence[str], amount: int) -> None:
        day = leg.effective_on
        year, month = fiscal_year_of(day), month_of(day)
        prior = bool(leg.vintage) and leg.vintage < year
        atoms = tally.atoms_of(leg.source, leg.target, prior, leg.direction)
        left = tally.carried(leg.source, leg.target, leg.direction)
        moved = tally.crossing(prior, leg.direction)
        for theme in themes:
            key = (leg.unit, leg.book, measure, theme, year, month, leg.initiation, leg.field)
            _sum(self.unit, key, atoms, amount)
            if left:
                opening = (
                    leg.unit,
                    leg.book,
                    measure,
                    theme,
                    year + 1,
                    OPENING_MONTH,
                    leg.initiation,
                    leg.field,
                )
                _sum(self.unit, opening, left, amount)
            if moved and leg.other_unit != leg.unit:
                crossing = (
                    leg.unit,
                    leg.book,
                    measure,
                    theme,
                    year,
                    month,
                    leg.other_unit,
                    leg.initiation,
                    leg.field,
                )
                _sum(self.transfer, crossing, ((moved, 1),), amount)
        if NO_THEME in themes:
            holder = (leg.unit, leg.book, measure, year, month, leg.officer)
            _sum(self.officer, holder, (*atoms, (moved, 1)) if moved else atoms, amount)
            if left:
                _sum(
                    self.officer,
                    (leg.unit, leg.book, measure, year + 1, OPENING_MONTH, leg.officer),
                    left,
                    amount,
                )

    def write(self) -> None:
        """Add the change to the tables, in the order of their keys so that two writers never wait for each
        other in a ring.
        """
        for (model, key, sums), change in zip(TABLES, (self.unit, self.officer, self.transfer), strict=True):
            _upsert(model, key, sums, change)


def _sum(into: dict[Key, Sums], key: Key, atoms: Iterable[tuple[str, int]], amount: int) -> None:
    sums = into.get(key)
    if sums is None:
        sums = into[key] = {}
    for atom, sign in atoms:
        sums[atom] = sums.get(atom, 0) + sign * amount


def _upsert(
    model: type[models.Model], key: tuple[str, ...], sums: tuple[str, ...], change: dict[Key, Sums]
) -> None:
    rows = {k: s for k, s in change.items() if any(s.values())}
    if not rows:
        return
    table = model._meta.db_table
    staging = f"{table}_change"
    names = ", ".join((*key, *sums))
    added = ", ".join(f"{atom} = {table}.{atom} + excluded.{atom}" for atom in sums)
    empty = " AND ".join(f"t.{atom} = 0" for atom in sums)
    same = " AND ".join(f"t.{column} IS NOT DISTINCT FROM c.{column}" for column in key)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE IF NOT EXISTS {staging} ON COMMIT DROP "
            f"AS SELECT {names} FROM {table} LIMIT 0"
        )
        with connection.wrap_database_errors, cursor.copy(f"COPY {staging} ({names}) FROM STDIN") as copy:
            for row_key, row_sums in rows.items():
                copy.write_row((*row_key, *(row_sums.get(atom, 0) for atom in sums)))
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {names} FROM {staging} ORDER BY {', '.join(key)} "
            f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {added}"
        )
        # A key whose sums have all come back to nothing leaves no row, so that a rebuild finds the same rows.
        cursor.execute(f"DELETE FROM {table} t USING {staging} c WHERE {same} AND {empty}")
        cursor.execute(f"DROP TABLE {staging}")


def expected(units: Collection[int]) -> Change:
    """What the totals of these units should be, from the movements as they stand."""
    change = Change()
    with connection.cursor() as cursor:
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
    for (model, key, sums), into in zip(TABLES, (change.unit, change.officer, change.transfer), strict=True):
        rows: Any = model._default_manager.filter(unit_id__in=units).values_list(*key, *sums)
        for row in rows.iterator(chunk_size=5000):
            into[row[: len(key)]] = dict(zip(sums, row[len(key) :], strict=True))
    return change


def repair(units: Collection[int]) -> int:
    """Make the totals of these units what the movements say, while nobody else changes them. Needs a
    transaction. Returns how many rows differed.
    """
    with connection.cursor() as cursor:
        for model, _, _ in TABLES:
            cursor.execute(f"LOCK TABLE {model._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
    should, are = expected(units), stored(units)
    difference = Change()
    count = 0
    for name in ("unit", "officer", "transfer"):
        wanted, found = getattr(should, name), getattr(are, name)
        for key in wanted.keys() | found.keys():
            row = _minus(wanted.get(key, {}), found.get(key, {}))
            if row:
                getattr(difference, name)[key] = row
                count += 1
    difference.write()
    return count


def _minus(wanted: Sums, found: Sums) -> Sums:
    atoms = wanted.keys() | found.keys()
    row = {atom: wanted.get(atom, 0) - found.get(atom, 0) for atom in atoms}
    return {atom: value for atom, value in row.items() if value}
