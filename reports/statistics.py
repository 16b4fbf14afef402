"""Forms: the rows of a statutory form for a scope and a period, compared, averaged, and checked against their
identities.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cases.rules.tables import tables
from officers.models import Officer, Unit
from officers.queries import count_enforcers
from reports.cells import Cell, average, figure, ratio_of
from reports.counting import movements, regimes
from reports.counting.columns import Broken, carried_out, columns
from reports.counting.regimes import Regime, regime_on
from reports.counting.tally import SEPARATE_THIS_YEAR, Tally
from reports.forms import CLASSES, Form
from reports.readings import Key, Reading, tallies, tallies_and_last_year
from reports.totals import NO_THEME
from thads.common.periods import Period

#: The columns that say what crossed a row's own boundary: the only ones that do not add up over rows.
TRANSFERS = ("transferred_in", "transferred_out")
#: As ``officer`` of a row: nobody yet.
NOBODY = "none"

#: The address of the cases of a row's cells, but for the name of the column, by what the row adds to what was
#: asked (parameters by name).
Links = Callable[[Mapping[str, str]], str]


@dataclass(frozen=True, slots=True)
class FormRow:
    """A row: its place in the form, its columns (việc or đồng), and the identities that fail in it.

    ``narrows`` is what it adds to what the form was asked for, as parameters; None for a row that no cases
    stand behind.
    """

    key: str
    kind: str
    label: str
    label_en: str
    depth: int
    values: Mapping[str, int]
    narrows: Mapping[str, str] | None
    broken: tuple[Broken, ...] = ()


@dataclass(frozen=True, slots=True)
class Counted:
    """A form counted for one period. ``sums`` names the identities between rows that fail."""

    form: Form
    reading: Reading
    regime: Regime
    rows: tuple[FormRow, ...]
    sums: tuple[str, ...]
    #: What stood at the end of the year before.
    last_year: Tally

    @property
    def total(self) -> FormRow:
        return self.rows[0]


def count(form: Form, reading: Reading) -> Counted:
    """Count a form."""
    regime = regime_on(reading.period.ends_on)
    if form.layout == CLASSES:
        themes = form.themes if reading.theme == NO_THEME else ()
        by = ("book", "theme", "initiation", "field") if themes else ("book", "initiation", "field")
        found, last_year = tallies_and_last_year(reading, by, themes=themes)
        rows = tuple(_class_rows(form, regime, found, themes))
    else:
        found, last_year = tallies_and_last_year(reading, ())
        rows = tuple(_holder_rows(reading, regime, found.get((), Tally())))
    return Counted(form, reading, regime, rows, tuple(_rows_that_do_not_add_up(form, rows)), last_year)


# Rows.


def _class_rows(
    form: Form, regime: Regime, by_class: Mapping[Key, Tally], themes: Sequence[str]
) -> Iterable[FormRow]:
    """The whole, initiation by initiation, field by field; then the thematic rows, which overlap.

    ``by_class``: by book, theme (with ``themes``), initiation and field.
    """
    parts: dict[tuple[str, str], dict[tuple[str, str], Tally]] = {}
    for (book, *theme, initiation, field), sums in by_class.items():
        of_book = parts.setdefault((book, theme[0] if theme else NO_THEME), {})
        of_book[initiation, field] = sums

    def whole(book: str, theme: str) -> Tally:
        return _merged(parts.get((book, theme), {}).values())

    found = parts.get((form.book, NO_THEME), {})
    yield _row(regime, "total", "total", "Tổng số", "Total", 0, whole(form.book, NO_THEME), {})
    for initiation in tables().initiations.values():
        own = {key: sums for key, sums in found.items() if key[0] == initiation.code}
        yield _row(
            regime,
            initiation.code,
            "initiation",
            initiation.label,
            initiation.label_en,
            1,
            _merged(own.values()),
            {"initiation": initiation.code},
        )
        for field in tables().case_fields.values():
            yield _row(
                regime,
                f"{initiation.code}/{field.code}",
                "field",
                field.label,
                field.label_en,
                2,
                own.get((initiation.code, field.code), Tally()),
                {"initiation": initiation.code, "field": field.code},
            )
    for code in themes:
        theme = tables().themes[code]
        yield _row(
            regime,
            f"theme/{code}",
            "theme",
            f"Trong đó: {theme.label}",
            f"Of which: {theme.label_en}",
            1,
            whole(form.book, code),
            {"theme": code},
        )
    yield _row(
        regime,
        "book/STATE_BUDGET",
        "book",
        "Trong đó: thu cho ngân sách nhà nước",
        "Of which: owed to the State budget",
        1,
        whole(movements.STATE_BUDGET, NO_THEME),
        {"book": movements.STATE_BUDGET},
    )


def _holder_rows(reading: Reading, regime: Regime, total: Tally) -> Iterable[FormRow]:
    """The whole, unit by unit (own holdings), officer by officer; what moved inside is a line of its own."""
    by_unit = tallies(reading, ("unit",), "unit")
    by_holder = tallies(reading, ("unit", "officer"), "holder")
    units = Unit.objects.filter(id__in=reading.units).order_by("code").values_list("id", "code", "name")
    people = {
        key: (code, name)
        for key, code, name in Officer.objects.filter(
            id__in={officer for _, officer in by_holder if officer}
        ).values_list("id", "code", "name")
    }
    whole = _row(regime, "total", "total", "Tổng số", "Total", 0, total, {})
    yield whole
    unit_rows = []
    for unit, code, name in units:
        own = {"unit": code, "own": "true"}
        row = _row(regime, code, "unit", name, name, 1, by_unit.get((unit,), Tally()), own)
        unit_rows.append(row)
        yield row
        holders = sorted(
            (
                (people.get(officer, ("", "")), sums)
                for (held_by, officer), sums in by_holder.items()
                if held_by == unit
            ),
            key=lambda item: (item[0][0] == "", item[0]),
        )
        officer_rows = []
        for (officer_code, officer_name), sums in holders:
            if officer_code:
                label = officer_name or officer_code
                # An officer may hold cases of several units: then the row says of which unit it speaks.
                at_home = officer_code.rpartition(".")[0] == code
                key = officer_code if at_home else f"{code}/{officer_code}"
                narrows = {**own, "officer": officer_code}
                row_of = _row(regime, key, "officer", label, label, 2, sums, narrows)
            else:
                row_of = _row(
                    regime,
                    f"{code}/unassigned",
                    "unassigned",
                    "Chưa phân công",
                    "Not yet assigned",
                    2,
                    sums,
                    {**own, "officer": NOBODY},
                )
            officer_rows.append(row_of)
            yield row_of
        inside = _internal(f"{code}/internal_transfers", row, officer_rows, 2)
        if any(inside.values.values()):
            yield inside
    yield _internal("internal_transfers", whole, unit_rows, 1)


def _internal(key: str, whole: FormRow, parts: Sequence[FormRow], depth: int) -> FormRow:
    """What crossed between the parts: the surplus of their transfers over those of the whole, the same in
    and out.
    """
    values = dict.fromkeys(whole.values, 0)
    for column in TRANSFERS:
        values[column] = sum(part.values[column] for part in parts) - whole.values[column]
    return FormRow(key, "internal_transfers", "Luân chuyển nội bộ", "Internal transfers", depth, values, None)


def _row(
    regime: Regime,
    key: str,
    kind: str,
    label: str,
    label_en: str,
    depth: int,
    sums: Tally,
    narrows: Mapping[str, str],
) -> FormRow:
    values, broken = columns(regime, sums)
    return FormRow(key, kind, label, label_en, depth, values, narrows, broken)


def _merged(parts: Iterable[Tally]) -> Tally:
    whole = Tally()
    for part in parts:
        whole.merge(part)
    return whole


def _rows_that_do_not_add_up(form: Form, rows: Sequence[FormRow]) -> Iterable[str]:
    """The columns, but for the transfers, in which the parts are not the whole; and internal transfers that
    are not the same in and out.
    """
    total = rows[0]
    layers = (
        (("initiation",), ("field",)) if form.layout == CLASSES else (("unit",), ("officer", "unassigned"))
    )
    for column, value in total.values.items():
        if form.layout != CLASSES and column in TRANSFERS:
            continue
        for kinds in layers:
            if sum(row.values[column] for row in rows if row.kind in kinds) != value:
                yield f"{column}: {'+'.join(kinds)}"
    for row in rows:
        if row.kind == "internal_transfers" and row.values[TRANSFERS[0]] != row.values[TRANSFERS[1]]:
            yield f"{row.key}: {TRANSFERS[0]} = {TRANSFERS[1]}"


# The answer.


def answer(
    counted: Counted, prior: Counted | None, chosen: Sequence[str], links: Links, lang: str
) -> dict[str, Any]:
    """The form as the API shows it: rows with cells, the identities checked, averages, a digest of the
    figures. Each cell of the present period says where its cases are.
    """
    earlier = {row.key: row.values for row in prior.rows} if prior else {}
    nothing = dict.fromkeys(counted.regime.column_names, 0) if prior else None
    rows = [
        {
            "key": row.key,
            "kind": row.kind,
            "label": row.label_en if lang == "en" else row.label,
            "depth": row.depth,
            "columns": _cells(
                counted.regime,
                row,
                earlier.get(row.key, nothing),
                chosen,
                None if row.narrows is None else links(row.narrows),
            ),
        }
        for row in counted.rows
    ]
    return {
        "rows": rows,
        "averages": _averages(counted),
        "identities": _identities(counted),
        "digest": _digest(counted),
    }


def column_names(regime: Regime) -> tuple[str, ...]:
    """Every column of a form under a regime, ratios included."""
    return (*regime.column_names, *(ratio.name for ratio in regime.ratios))


def rule_version() -> str:
    """Identifies the rules a figure was made by: the law's tables and the definitions of columns."""
    return f"{tables().version}-{regimes.version()}"


def _cells(
    regime: Regime,
    row: FormRow,
    earlier: Mapping[str, int] | None,
    chosen: Sequence[str],
    link: str | None,
) -> dict[str, Cell]:
    cells: dict[str, Cell] = {}
    for name in chosen:
        if name in row.values:
            cell = cells[name] = figure(name, row.values[name], None if earlier is None else earlier[name])
            if link is not None:
                cell["cases"] = link + name
    if link is not None:
        for ratio in regime.ratios:
            if ratio.name in chosen:
                cell = cells[ratio.name] = ratio_of(ratio, row.values, earlier)
                cell["cases"] = link + ratio.numerator
    return cells


def _averages(counted: Counted) -> list[dict[str, Any]]:
    """Per enforcement officer working in the scope on the last day of the period; none for one officer's
    own form.
    """
    reading = counted.reading
    if reading.officer is not None or not counted.form.averages:
        return []
    on = reading.period.ends_on
    officers = count_enforcers(reading.units, on)
    return [
        {
            "of": column,
            "per": "officer",
            **average(counted.total.values[column], officers, reading.measure),
            "fiscal_year": reading.period.fiscal_year,
            "months": reading.period.months,
            "officers_on": on.isoformat(),
        }
        for column in counted.form.averages
    ]


def _identities(counted: Counted) -> list[dict[str, Any]]:
    checked = []
    for identity in counted.regime.identities:
        failing = [
            row.key for row in counted.rows if any(b.identity.code == identity.code for b in row.broken)
        ]
        checked.append(
            {
                "code": identity.code,
                "says": identity.says,
                "rows": len(counted.rows),
                "holds": not failing,
                "failing": failing,
            }
        )
    checked.append(
        {
            "code": "ROWS_ADD_UP",
            "says": "total = Σ rows, for every column but the two transfers",
            "rows": len(counted.rows),
            "holds": not counted.sums,
            "failing": list(counted.sums),
        }
    )
    return checked


def bridge(counted: Counted) -> dict[str, Any]:
    """What the last year carried out against what this year carries in: they differ by what moved to the
    separate book.
    """
    last = Period(counted.reading.period.fiscal_year - 1, 12)
    sums = counted.last_year
    left = carried_out(regime_on(last.ends_on), sums)
    carried_in = counted.total.values["carried_in"]
    entered = sums.atoms[SEPARATE_THIS_YEAR]
    return {
        "carried_out_last_year": str(left),
        "entered_separate_last_year": str(entered),
        "carried_in": str(carried_in),
        "difference": str(carried_in - (left - entered)),
        "holds": carried_in == left - entered,
    }


def _digest(counted: Counted) -> str:
    """SHA-256 over what was asked and every figure, so that two answers can be told apart at a glance."""
    reading = counted.reading
    content = {
        "form": counted.form.number,
        "period": [reading.period.fiscal_year, reading.period.months],
        "regime": counted.regime.code,
        "rows": [[row.key, dict(row.values)] for row in counted.rows],
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
