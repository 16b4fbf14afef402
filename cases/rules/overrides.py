"""Changing the law as the service reads it, at run time: doubtful rows, days off, wages, salaries and rates.

An override says of one row of one table which field has which value, and from which day. What a lawyer may
change so is listed in ``OPEN``; everything else is a new release. Where rows hold for days (clocks, rates)
the row is cut in two, so that what was triggered before keeps its length; elsewhere the value replaces the
one shipped from that day on. Of two overrides of one field the one approved later governs, from its day on.

Pure: ``merged`` gives the tables with the overrides in them, checked by the same schema as the files.
"""

from __future__ import annotations

import datetime as dt
import typing
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cases.rules.tables import (
    RuleFileError,
    Tables,
    build_tables,
    row_type_of,
)
from cases.rules.values import shown
from thads.common.errors import Fault, Refused

_DAY: Final = dt.timedelta(days=1)
#: What may stand otherwise in a doubtful row of any table.
_WORDS: Final = ("basis", "basis_l2008", "basis_l2025", "note", "doubtful")
#: The fields that may be changed, by table; in every other table those of ``_WORDS``.
OPEN: Final[Mapping[str, tuple[str, ...]]] = {
    "clocks": ("length", "unit", *_WORDS),
    "transitions": ("years_l2008", "years_l2025", "verifications_l2008", "verifications_l2025", *_WORDS),
    "signers": ("roles", "delegable", *_WORDS),
    "obligation_kinds": ("tier_l2008", "tier_l2025", "fee", *_WORDS),
    "fees": ("rate", "fixed"),
    "minimum_wages": ("amount",),
    "base_salaries": ("amount",),
    "holidays": ("kind",),
}
#: Tables whose rows may be changed though nothing in them is doubtful: they are announced year by year.
FREE: Final = ("holidays", "fees", "minimum_wages", "base_salaries")
#: Tables whose rows hold for days.
DATED: Final = ("clocks", "fees", "minimum_wages", "base_salaries")
#: What names a row, in the order of its code; where not told otherwise it is ``code``.
_NAMED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "clocks": ("code", "variant", "regime"),
    "grounds": ("catalogue", "letter", "regime"),
    "waterfall": ("code", "regime"),
    "transitions": ("number",),
    "holidays": ("day",),
}
_HOLIDAY_NAMES: Final = {
    "OFF": ("Ngày nghỉ theo văn bản của cơ quan có thẩm quyền", "Day off by order of the competent body"),
    "WORKED": ("Ngày làm bù theo văn bản của cơ quan có thẩm quyền", "Worked by order of the competent body"),
}  # fmt: skip
_SEPARATOR: Final = "/"

Rows = Mapping[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """One change: in ``table`` the row named ``code`` has ``value`` in ``field`` from ``valid_from`` on, by
    ``basis``. No ``value``: what was shipped holds again. ``id`` names it where it is told.
    """

    id: str
    table: str
    code: str
    field: str
    value: Any
    valid_from: dt.date
    basis: str


def code_of(table: str, row: Mapping[str, Any] | Any) -> str:
    """What an override names a row by: its code, or its parts with a slash between them (``K17//L2025``)."""
    parts = _NAMED_BY.get(table, ("code",))
    get = row.get if isinstance(row, Mapping) else lambda name, default: getattr(row, name, default)
    return _SEPARATOR.join(str(get(part, "")) for part in parts)


def check_override(change: Override, shipped: Rows, others: Sequence[Override]) -> None:
    """Raises Refused for an override of what is not there, may not be changed or does not fit the schema.
    ``others`` are those approved so far.
    """
    if change.table not in shipped:
        raise Refused(Fault("OVERRIDE_TABLE_UNKNOWN", "/table", {"table": shown(change.table)}))
    allowed = OPEN.get(change.table, _WORDS)
    if change.field not in allowed:
        params = {"field": shown(change.field), "table": change.table, "known": ", ".join(allowed)}
        raise Refused(Fault("OVERRIDE_FIELD_CLOSED", "/field", params))
    rows = [row for row in shipped[change.table] if code_of(change.table, row) == change.code]
    if change.table == "holidays":
        _check_day(change)
    elif not rows:
        params = {"code": shown(change.code), "table": change.table}
        raise Refused(Fault("OVERRIDE_ROW_UNKNOWN", "/code", params))
    elif change.table not in FREE and not any(row.get("doubtful") for row in rows):
        raise Refused(Fault("OVERRIDE_ROW_CERTAIN", "/code", {"code": change.code, "table": change.table}))
    try:
        merged(shipped, [*others, change], change.valid_from)
    except RuleFileError as error:
        raise Refused(Fault("OVERRIDE_DOES_NOT_FIT", "/value", {"problem": error.problem})) from None


def merged(shipped: Rows, overrides: Sequence[Override], today: dt.date) -> Tables:
    """The tables shipped with ``overrides`` in the order of their approval. Raises RuleFileError."""
    raw: dict[str, list[dict[str, Any]]] = dict(shipped)
    marks: dict[tuple[str, int], str] = {}
    by_table: defaultdict[str, list[Override]] = defaultdict(list)
    for one in overrides:
        by_table[one.table].append(one)
    for table, changes in by_table.items():
        rows = [_Line(dict(row)) for row in shipped[table]]
        for change in changes:
            if table == "holidays":
                rows = _with_day(rows, change, shipped[table])
            elif table in DATED:
                rows = list(_cut(rows, change))
            elif change.valid_from <= today:
                _replace([row for row in rows if code_of(table, row.values) == change.code], change)
        raw[table] = [row.values for row in rows]
        marks |= {(table, place): row.override for place, row in enumerate(rows) if row.override}
    return build_tables(raw, marks)


class _Line:
    """A row on its way: its values, what was shipped in its place, and what changed it, by field."""

    __slots__ = ("changed", "override", "shipped", "values")

    def __init__(self, values: dict[str, Any]) -> None:
        self.values, self.shipped = values, dict(values)
        self.changed: set[str] = set()
        self.override: str | None = None

    def part(self, first: dt.date | None, last: dt.date | None) -> _Line:
        """The same row for these days only."""
        line = _Line(dict(self.values))
        line.shipped, line.changed, line.override = self.shipped, set(self.changed), self.override
        for name, day in (("valid_from", first), ("valid_to", last)):
            line.values.pop(name, None)
            if day is not None:
                line.values[name] = day
        return line


def _replace(rows: Iterable[_Line], change: Override) -> None:
    for row in rows:
        value = change.value
        if value is None:
            value = row.shipped.get(change.field)
        if value is None:
            row.values.pop(change.field, None)
        else:
            row.values[change.field] = _read(change, value)
        if change.field not in _WORDS and "basis" in row.values:
            row.values["basis"] = row.shipped["basis"] if change.value is None else change.basis
        row.changed.add(change.field)
        row.override = change.id


def _cut(rows: Sequence[_Line], change: Override) -> Iterator[_Line]:
    """The rows with the one that holds on the day of the change cut there. Rows of later days keep what was
    shipped in them, and lose what an earlier override put there.
    """
    mine = [row for row in rows if code_of(change.table, row.values) == change.code]
    last = max(mine, key=lambda row: row.values.get("valid_to") or dt.date.max, default=None)
    for row in rows:
        first, end = row.values.get("valid_from"), row.values.get("valid_to")
        if row not in mine or (end is not None and end < change.valid_from):
            yield row
            if row is last:
                # The rates shipped end before that day: it begins the next.
                yield from _changed(row.part(change.valid_from, None), change)
                if end is not None:
                    row.values["valid_to"] = change.valid_from - _DAY
        elif first is not None and first >= change.valid_from:
            if change.field in row.changed or first == change.valid_from:
                _replace([row], change)
            yield row
        else:
            yield row.part(first, change.valid_from - _DAY)
            yield from _changed(row.part(change.valid_from, end), change)


def _changed(row: _Line, change: Override) -> Iterator[_Line]:
    _replace([row], change)
    yield row


def _with_day(rows: Sequence[_Line], change: Override, shipped: Sequence[dict[str, Any]]) -> list[_Line]:
    kept = [row for row in rows if code_of("holidays", row.values) != change.code]
    if change.value is None:
        return [*kept, *(_Line(dict(row)) for row in shipped if code_of("holidays", row) == change.code)]
    label, english = _HOLIDAY_NAMES.get(change.value, _HOLIDAY_NAMES["OFF"])
    line = _Line(
        {
            "day": dt.date.fromisoformat(change.code),
            "kind": change.value,
            "label": label,
            "label_en": english,
            "basis": change.basis,
        }
    )
    line.override = change.id
    return [*kept, line]


def _check_day(change: Override) -> None:
    try:
        day = dt.date.fromisoformat(change.code)
    except ValueError:
        raise Refused(Fault("OVERRIDE_DAY_UNREADABLE", "/code", {"code": shown(change.code)})) from None
    if day != change.valid_from:
        raise Refused(Fault("OVERRIDE_DAY_IS_ITS_OWN", "/valid_from", {"day": change.code}))


def _read(change: Override, value: Any) -> Any:
    """Amounts come as strings of digits, as money does everywhere."""
    hint = typing.get_type_hints(row_type_of(change.table))[change.field]
    whole = hint is int or int in typing.get_args(hint)
    return int(value) if whole and isinstance(value, str) and value.isdecimal() else value
