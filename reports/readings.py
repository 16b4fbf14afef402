"""Reading tallies: from the month totals where they are kept by what is asked, else from the movements of the
scope.

Both give the same sums (``tests`` prove it); the first costs months × keys, the second the movements in the
scope.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from django.db import connection

from reports.counting import movements, tally
from reports.counting.tally import Tally
from reports.models.totals import CASES, MONEY, OPENING_MONTH
from reports.totals import NO_THEME
from thads.common.periods import Period

#: Whose boundary a transfer crosses: the whole scope's, each unit's, or each holder's (unit and officer).
Boundary = Literal["scope", "unit", "holder"]
Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What is asked: a scope (units, and an officer where only that officer's holdings count), a period, a
    book, and narrowings.
    """

    units: frozenset[int]
    period: Period
    measure: str
    officer: int | None = None
    book: str = movements.ALL
    initiation: str | None = None
    field: str | None = None
    theme: str = NO_THEME

    def at(self, period: Period) -> Reading:
        return replace(self, period=period)


def tallies(reading: Reading, group: Sequence[str] = (), boundary: Boundary = "scope") -> dict[Key, Tally]:
    """Tallies by ``group`` (of unit, officer, initiation, field), transfers as seen from ``boundary``.

    Without a group the answer has the one key ``()``, even when nothing was counted.
    """
    found = (_from_totals if _kept(reading, group, boundary) else _from_movements)(reading, group, boundary)
    if not group:
        found.setdefault((), Tally())
    return found


def _kept(reading: Reading, group: Sequence[str], boundary: Boundary) -> bool:
    """Whether the totals are kept by what is asked."""
    if reading.officer is not None:
        return False
    if boundary == "holder" or "officer" in group:
        whole = reading.theme == NO_THEME and reading.initiation is None and reading.field is None
        return whole and set(group) == {"unit", "officer"} and boundary == "holder"
    return boundary == "scope" or "unit" in group


def standing(reading: Reading) -> Tally:
    """The tally of what stood at the end of the period alone: balances and the separate book, no flows."""
    if not _kept(reading, (), "scope"):
        return tallies(reading)[()]
    found = Tally()
    for _, opening, sums in _sums("reports_unittotal", _STANDING, reading, (), classified=True):
        into = found.opening if opening else found.atoms
        for atom, amount in sums.items():
            if atom in into:
                into[atom] += amount
    return found


_STANDING = (*tally.BALANCES, tally.SEPARATE_THIS_YEAR, tally.SEPARATE_EARLIER)


# From the month totals.


def _from_totals(reading: Reading, group: Sequence[str], boundary: Boundary) -> dict[Key, Tally]:
    found: dict[Key, Tally] = {}
    holder = boundary == "holder"
    table = "reports_officertotal" if holder else "reports_unittotal"
    atoms = (*tally.ATOMS, tally.MOVED_IN, tally.MOVED_OUT) if holder else tally.ATOMS
    for key, opening, sums in _sums(table, atoms, reading, group, classified=not holder):
        into = found.setdefault(key, Tally())
        if opening:
            for atom in tally.OPENINGS:
                into.opening[atom] += sums[atom]
        else:
            for atom, amount in sums.items():
                into.atoms[atom] += amount
    if not holder:
        _add_transfers(found, reading, group, boundary)
    return found


def _sums(
    table: str, atoms: Sequence[str], reading: Reading, group: Sequence[str], *, classified: bool
) -> Iterable[tuple[Key, bool, dict[str, int]]]:
    columns = [_COLUMNS[name] for name in group]
    where, params = _where(reading, classified=classified)
    year, months = reading.period.fiscal_year, reading.period.months
    sql = (
        f"SELECT {''.join(f'{column}, ' for column in columns)}month = {OPENING_MONTH}, "
        f"{', '.join(f'sum({atom})' for atom in atoms)} FROM {table} WHERE {where} "
        f"AND ((fiscal_year = %s AND month BETWEEN 1 AND %s) "
        f"OR (month = {OPENING_MONTH} AND fiscal_year <= %s)) "
        f"GROUP BY {''.join(f'{column}, ' for column in columns)}month = {OPENING_MONTH}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, year, months, year])
        for row in cursor:
            sums = dict(zip(atoms, map(int, row[len(columns) + 1 :]), strict=True))
            yield row[: len(columns)], row[len(columns)], sums


def _add_transfers(
    found: dict[Key, Tally], reading: Reading, group: Sequence[str], boundary: Boundary
) -> None:
    columns = [_COLUMNS[name] for name in group]
    where, params = _where(reading, classified=True)
    outside = "" if boundary == "unit" else " AND other_unit_id <> ALL(%s)"
    if outside:
        params.append(list(reading.units))
    names = "".join(f"{column}, " for column in columns)
    sql = (
        f"SELECT {names}sum(moved_in), sum(moved_out) FROM reports_transfertotal WHERE {where}{outside} "
        f"AND fiscal_year = %s AND month BETWEEN 1 AND %s"
    )
    if columns:
        sql += f" GROUP BY {', '.join(columns)}"
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, reading.period.fiscal_year, reading.period.months])
        for row in cursor:
            into = found.setdefault(row[: len(columns)], Tally())
            into.atoms[tally.MOVED_IN] += int(row[-2] or 0)
            into.atoms[tally.MOVED_OUT] += int(row[-1] or 0)


def _where(reading: Reading, *, classified: bool) -> tuple[str, list[Any]]:
    where = "unit_id = ANY(%s) AND book = %s AND measure = %s"
    params: list[Any] = [list(reading.units), reading.book, reading.measure]
    if classified:
        where += " AND theme = %s"
        params.append(reading.theme)
        for name in ("initiation", "field"):
            value = getattr(reading, name)
            if value is not None:
                where += f" AND {name} = %s"
                params.append(value)
    return where, params


# From the movements.

_COLUMNS = {"unit": "unit_id", "officer": "officer_id", "initiation": "initiation", "field": "field"}

#: The statistical year of a day, in SQL: 01/10 begins the next.
_YEAR = "extract(year FROM m.effective_on + interval '3 months')::int"


def _from_movements(reading: Reading, group: Sequence[str], boundary: Boundary) -> dict[Key, Tally]:
    columns = [f"m.{_COLUMNS[name]}" for name in group]
    amount = {CASES: "cases", MONEY: "money"}[reading.measure]
    crosses, crosses_params = _crosses(reading, boundary)
    where = ["m.unit_id = ANY(%s)", "m.book = %s", "m.effective_on <= %s", f"m.{amount} <> 0"]
    params: list[Any] = [list(reading.units), reading.book, reading.period.ends_on]
    for name in ("officer", "initiation", "field"):
        value = getattr(reading, name)
        if value is not None:
            where.append(f"m.{_COLUMNS[name]} = %s")
            params.append(value)
    if reading.theme != NO_THEME:
        where.append("EXISTS (SELECT FROM cases_casetheme t WHERE t.case_id = m.case_id AND t.theme = %s)")
        params.append(reading.theme)
    names = "".join(f"{column}, " for column in columns)
    sql = (
        f"SELECT {names}{_YEAR}, m.source, m.target, m.vintage, m.direction, {crosses}, sum(m.{amount}) "
        f"FROM reports_movement m WHERE {' AND '.join(where)} "
        f"GROUP BY {', '.join(str(place + 1) for place in range(len(columns) + 6))}"
    )
    found: dict[Key, Tally] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, [*crosses_params, *params])
        for row in cursor:
            year, source, target, vintage, direction, crossing, value = row[len(columns) :]
            into = found.setdefault(row[: len(columns)], Tally())
            into.add(
                reading.period.fiscal_year, year, source, target, vintage, direction, crossing, int(value)
            )
    return found


def _crosses(reading: Reading, boundary: Boundary) -> tuple[str, list[Any]]:
    """The condition under which a leg crosses the boundary, as SQL."""
    if boundary == "holder":
        return "m.direction <> 0", []
    if boundary == "unit" and reading.officer is None:
        return "m.direction <> 0 AND m.other_unit_id <> m.unit_id", []
    inside = "m.other_unit_id = m.unit_id" if boundary == "unit" else "m.other_unit_id = ANY(%s)"
    params: list[Any] = [] if boundary == "unit" else [list(reading.units)]
    if reading.officer is not None:
        inside += " AND m.other_officer_id IS NOT DISTINCT FROM %s"
        params.append(reading.officer)
    return f"m.direction <> 0 AND NOT ({inside})", params
