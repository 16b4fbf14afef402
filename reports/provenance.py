"""Where a figure comes from: the cases that make one cell, and the movements and acts behind each share.

A column is a sum of movements, each taken so many times (``columns.weighted_kinds``). The database adds them
up by case with these weights, so that the shares of all cases are the cell by definition.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection

from reports.counting.columns import columns, weighted_kinds
from reports.counting.regimes import Regime, regime_on
from reports.readings import Reading, amount_of, kind_columns, tallies, where_of
from thads.common.periods import Period


@dataclass(frozen=True, slots=True)
class Cell:
    """One column of one reading; ``single_month``: of its last month alone, for a column of flows."""

    reading: Reading
    column: str
    single_month: bool = False

    @property
    def regime(self) -> Regime:
        return regime_on(self.reading.period.ends_on)

    @property
    def starts_on(self) -> dt.date:
        """The first day whose movements count, where nothing from before the year does."""
        period = self.reading.period
        return period.ends_on.replace(day=1) if self.single_month else period.starts_on


class Share(NamedTuple):
    """What a case adds to a cell, in việc or đồng; never 0."""

    case: int
    amount: int


@dataclass(frozen=True, slots=True)
class Shares:
    """A page of the cases of a cell, in the order of their keys; ``count`` is how many there are on all
    pages, ``more`` whether there are others beyond this page in the direction in which it was read.
    """

    rows: Sequence[Share]
    count: int
    more: bool


class ActBehind(NamedTuple):
    """An act as a movement names it."""

    id: uuid.UUID
    seq: int
    type: str
    effective_on: dt.date
    decision_number: str | None
    recorded_at: dt.datetime


@dataclass(frozen=True, slots=True)
class MovementBehind:
    """A movement that counts in a cell.

    ``cases`` and ``money`` are its own amounts, ``counts`` what it adds to the cell. ``direction`` is −1
    where it left the holder, 1 where it came to it, and then ``other_unit`` is the other side. ``act`` moved
    it; ``through`` is the act by which it became known, where that is another: a correction, or whatever else
    made the story come out differently.
    """

    case: int
    effective_on: dt.date
    recorded_at: dt.datetime
    source: str
    target: str
    unit: str
    officer: str | None
    direction: int
    other_unit: str | None
    cases: int
    money: int
    counts: int
    act: ActBehind
    through: ActBehind | None


def total(cell: Cell) -> int:
    """The figure in the cell."""
    period = cell.reading.period
    found = columns(cell.regime, tallies(cell.reading)[()])[0][cell.column]
    if cell.single_month and period.months > 1:
        before = cell.reading.at(Period(period.fiscal_year, period.months - 1))
        found -= columns(cell.regime, tallies(before)[()])[0][cell.column]
    return found


def shares(cell: Cell, *, after: int | None, size: int, backwards: bool = False) -> Shares:
    """Up to ``size`` cases of the cell beyond the case ``after``, the nearest first when read forwards; the
    page is in the order of keys either way.
    """
    movements, params = _weighted(cell, f"m.case_id, w.weight * m.{amount_of(cell.reading)} AS amount")
    beyond = ""
    if after is not None:
        beyond = f"WHERE case_id {'<' if backwards else '>'} %s"
        params.append(after)
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH share AS MATERIALIZED (SELECT case_id, sum(amount) AS share FROM ({movements}) AS m "
            f"GROUP BY case_id HAVING sum(amount) <> 0) "
            f"SELECT found.count, page.* FROM (SELECT count(*) FROM share) AS found LEFT JOIN ("
            f"SELECT * FROM share {beyond} ORDER BY case_id {'DESC' if backwards else ''} LIMIT %s"
            f") AS page ON true ORDER BY page.case_id",
            [*params, size + 1],
        )
        rows = cursor.fetchall()
    page = [Share(case, int(share)) for _, case, share in rows if case is not None]
    more = len(page) > size
    if more:
        page = page[1:] if backwards else page[:size]
    return Shares(page, rows[0][0], more)


def behind(cell: Cell, cases: Sequence[int]) -> list[MovementBehind]:
    """The movements of these cases that count in the cell, with their acts, in the order of effect."""
    movements, params = _weighted(cell, f"m.*, w.weight * m.{amount_of(cell.reading)} AS amount", cases)
    with connection.cursor() as cursor:
        cursor.execute(_BEHIND.format(movements=movements), params)
        return [_movement(row) for row in cursor.fetchall()]


def _movement(row: Sequence[Any]) -> MovementBehind:
    act, through = row[12:18], row[18:]
    return MovementBehind(
        *row[:12],
        act=ActBehind(*act),
        through=None if through[0] is None else ActBehind(*through),
    )


_ACT = "public_id, {0}.seq, {0}.type, {0}.effective_on, {0}.decision_number, {0}.recorded_at"
_BEHIND = f"""
    SELECT m.case_id, m.effective_on, m.recorded_at, m.source, m.target, unit.code, officer.code, m.direction,
           other.code, m.cases, m.money, m.amount,
           act.{_ACT.format("act")}, through.{_ACT.format("through")}
    FROM ({{movements}}) AS m
    JOIN officers_unit unit ON unit.id = m.unit_id
    LEFT JOIN officers_officer officer ON officer.id = m.officer_id
    LEFT JOIN officers_unit other ON other.id = m.other_unit_id
    JOIN cases_act act ON act.case_id = m.case_id AND act.seq = m.seq
    LEFT JOIN LATERAL (
        SELECT * FROM cases_act a
        WHERE a.case_id = m.case_id AND a.recorded_at = m.recorded_at AND act.recorded_at <> m.recorded_at
        ORDER BY a.seq DESC LIMIT 1
    ) AS through ON true
    ORDER BY m.case_id, m.effective_on, m.seq, m.recorded_at, m.id
"""


def _weighted(cell: Cell, wanted: str, cases: Sequence[int] | None = None) -> tuple[str, list[Any]]:
    """The movements that count in a cell with their weights, as SQL."""
    reading = cell.reading
    kinds = weighted_kinds(cell.regime, cell.column)
    columns_of_kind, kind_params = kind_columns(reading)
    where, params = where_of(reading)
    if not any(kind.past for kind, _ in kinds):
        where += " AND m.effective_on >= %s"
        params.append(cell.starts_on)
    if cases is not None:
        where += " AND m.case_id = ANY(%s)"
        params.append(list(cases))
    fields = list(zip(*((*kind, weight) for kind, weight in kinds), strict=True)) or [()] * 7
    return (
        f"SELECT {wanted} FROM reports_movement m "
        f"JOIN unnest(%s::bool[], %s::text[], %s::text[], %s::bool[], %s::int[], %s::bool[], %s::int[]) "
        f"AS w (past, source, target, prior, direction, crosses, weight) "
        f"ON (w.past, w.source, w.target, w.prior, w.direction, w.crosses) = ({columns_of_kind}) "
        f"WHERE {where}"
    ), [*map(list, fields), *kind_params, *params]
