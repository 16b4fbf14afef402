"""Cuts: the figures of the forms, grouped freely by unit, officer, initiation, field, theme and month."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from django.db import connection

from cases.rules.tables import tables
from officers.models import Officer, Unit
from reports.counting.columns import columns
from reports.counting.regimes import Regime, regime_on
from reports.counting.tally import Tally
from reports.readings import Boundary, Key, Reading, tallies
from reports.totals import NO_THEME
from thads.common.labels import Label
from thads.common.periods import Period

UNIT, OFFICER, INITIATION, FIELD, THEME, MONTH = "unit", "officer", "initiation", "field", "theme", "month"
#: What figures can be grouped by.
KEYS: Final = (UNIT, OFFICER, INITIATION, FIELD, THEME, MONTH)
#: The columns of a cut that names none.
MAIN_COLUMNS: Final = (
    "total_handled",
    "carried_in",
    "newly_accepted",
    "total_to_enforce",
    "eligible",
    "done",
    "done_ratio",
    "in_progress",
    "ineligible",
    "carried_out",
)
#: What one answer may hold at most: rows, and cells in them.
MOST_ROWS, MOST_CELLS = 20_000, 100_000

_TRANSFERS = frozenset({"transferred_in", "transferred_out"})
_UNASSIGNED = Label("Chưa phân công", "Not yet assigned")


@dataclass(frozen=True, slots=True)
class Cut:
    """What is asked: a reading, what its figures are grouped by (in this order), and which columns are wanted
    (ratios among them).
    """

    reading: Reading
    keys: tuple[str, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CutRow:
    """One row: ``key`` in public codes (officer None: nobody yet; month 1 to 12), ``labels`` beside them.

    ``values`` are what the row shows in việc or đồng, ``stands`` the columns of the whole period up to the
    row's month, which its ratios are made of. They differ in a row of a month alone: its flows are the
    month's own, everything else stands as at the end of the month. ``regime`` is that of ``period``.
    """

    key: Mapping[str, str | int | None]
    labels: Mapping[str, str]
    period: Period
    regime: Regime
    values: Mapping[str, int]
    stands: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Counted:
    """A cut counted: the whole, and the rows in which anything was counted."""

    cut: Cut
    total: CutRow
    rows: Sequence[CutRow]


def count(cut: Cut, lang: str) -> Counted:
    """Count a cut. Every row shows the transfers over its own boundary; the total those of the scope."""
    period = cut.reading.period
    regime = regime_on(period.ends_on)
    values = columns(regime, tallies(cut.reading)[()])[0]
    total = CutRow({}, {}, period, regime, values, values)
    return Counted(cut, total, list(_rows(cut, lang)) if cut.keys else [])


def _rows(cut: Cut, lang: str) -> Iterator[CutRow]:
    found = _found(cut)
    shown = list(_counted(found, cut))
    names = {
        name: _names(name, {key[place] for key in shown}, cut.reading.period, lang)
        for place, name in enumerate(cut.keys)
    }

    def order(key: Key) -> list[int]:
        return [names[name][part].place for name, part in zip(cut.keys, key, strict=True)]

    for key in sorted(shown, key=order):
        called = {name: names[name][part] for name, part in zip(cut.keys, key, strict=True)}
        period, before = cut.reading.period, None
        if MONTH in cut.keys:
            place = cut.keys.index(MONTH)
            period = replace(period, months=key[place])
            before = found.get((*key[:place], key[place] - 1, *key[place + 1 :]))
        regime = regime_on(period.ends_on)
        stands = columns(regime, found[key])[0]
        yield CutRow(
            {name: one.code for name, one in called.items()},
            {name: one.label for name, one in called.items()},
            period,
            regime,
            stands if before is None else _in_the_month(regime, stands, before),
            stands,
        )


def _counted(found: Mapping[Key, Tally], cut: Cut) -> Iterator[Key]:
    """The keys under which anything was counted; of each all months, so that a series has no gaps."""
    place = cut.keys.index(MONTH) if MONTH in cut.keys else None

    def series(key: Key) -> Key:
        return key if place is None else (*key[:place], *key[place + 1 :])

    counted = {series(key) for key, sums in found.items() if not _is_nothing(sums)}
    return (key for key in found if series(key) in counted)


def _is_nothing(sums: Tally) -> bool:
    return not any(sums.atoms.values()) and not any(sums.opening.values())


def _in_the_month(regime: Regime, stands: Mapping[str, int], before: Tally) -> dict[str, int]:
    """What a row of a month shows: a flow is what the month adds to the period before it."""
    earlier = columns(regime, before)[0]
    return {name: value - earlier[name] if name in regime.flows else value for name, value in stands.items()}


def _found(cut: Cut) -> dict[Key, Tally]:
    """The tallies by the keys of the cut."""
    reading, keys = cut.reading, cut.keys
    themes: tuple[str, ...] = ()
    if THEME in keys:
        themes = (reading.theme,) if reading.theme != NO_THEME else tuple(tables().themes)
        reading = replace(reading, theme=NO_THEME)
    if UNIT in keys or OFFICER not in keys:
        found = tallies(reading, keys, _boundary(keys), themes=themes)
    elif _TRANSFERS.isdisjoint(cut.columns):
        found = _without_unit(reading, keys, themes)
    else:
        found = tallies(reading, keys, "officer", themes=themes)
    if THEME in keys:
        place = keys.index(THEME)
        return {key: sums for key, sums in found.items() if key[place] != NO_THEME}
    return found


def _boundary(keys: Sequence[str]) -> Boundary:
    if UNIT not in keys:
        return "scope"
    return "holder" if OFFICER in keys else "unit"


def _without_unit(reading: Reading, keys: tuple[str, ...], themes: tuple[str, ...]) -> dict[Key, Tally]:
    """By officer, added up over what he holds in each unit, as the totals keep it. All columns but the two
    transfers come out right: what goes from one of his units to another counts in both.
    """
    found: dict[Key, Tally] = {}
    for key, sums in tallies(reading, (UNIT, *keys), "holder", themes=themes).items():
        found.setdefault(key[1:], Tally()).merge(sums)
    return found


# What rows are called, and in which order they stand.


class _Name(NamedTuple):
    place: int
    code: str | int | None
    label: str


def _names(key: str, parts: set[Any], period: Period, lang: str) -> dict[Any, _Name]:
    """What each of these units, officers, … is called, and where it stands among them."""
    if key == MONTH:
        return {month: _Name(month, month, _month(replace(period, months=month), lang)) for month in parts}
    if key == UNIT:
        units = Unit.objects.filter(id__in=parts).order_by("code").values_list("id", "code", "name")
        return {pk: _Name(place, code, name) for place, (pk, code, name) in enumerate(units)}
    if key == OFFICER:
        people = Officer.objects.filter(id__in=parts - {None}).order_by("code")
        rows = enumerate(people.values_list("id", "code", "name"))
        names = {pk: _Name(place, code, name or code) for place, (pk, code, name) in rows}
        return {**names, None: _Name(len(names), None, _UNASSIGNED.text(lang))}
    codes: Any = {
        INITIATION: tables().initiations,
        FIELD: tables().case_fields,
        THEME: tables().themes,
    }[key]
    return {code: _Name(place, code, row.name(lang)) for place, (code, row) in enumerate(codes.items())}


def _month(period: Period, lang: str) -> str:
    last = period.ends_on
    return f"{last:%m/%Y}" if lang == "en" else f"Tháng {last:%m/%Y}"


# Bounds.


def most_rows(cut: Cut) -> int:
    """How many rows a cut can have at most: who holds anything in the scope, times the codes of the other
    keys.
    """
    reading, keys = cut.reading, set(cut.keys)
    rows = 1
    if OFFICER in keys:
        rows *= 1 if reading.officer is not None and UNIT not in keys else _holders(reading, UNIT in keys)
    elif UNIT in keys:
        rows *= len(reading.units)
    for key, narrowed, codes in (
        (INITIATION, reading.initiation, tables().initiations),
        (FIELD, reading.field, tables().case_fields),
        (THEME, reading.theme or None, tables().themes),
    ):
        if key in keys and narrowed is None:
            rows *= len(codes)
    return rows * (reading.period.months if MONTH in keys else 1)


def _holders(reading: Reading, by_unit: bool) -> int:
    """How many officers (in how many units) ever held anything in the scope."""
    what = "DISTINCT unit_id, officer_id" if by_unit else "DISTINCT officer_id"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM (SELECT {what} FROM reports_officertotal WHERE unit_id = ANY(%s)) AS held",  # noqa: S608
            [list(reading.units)],
        )
        return int(cursor.fetchone()[0])


def digest(counted: Counted) -> str:
    """SHA-256 over what was asked and every figure shown: tells two answers apart at a glance."""
    cut, total = counted.cut, counted.total
    content = {
        "measure": cut.reading.measure,
        "period": [cut.reading.period.fiscal_year, cut.reading.period.months],
        "regime": total.regime.code,
        "rows": [
            [dict(row.key), {name: row.values[name] for name in cut.columns if name in row.values}]
            for row in (total, *counted.rows)
        ],
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
