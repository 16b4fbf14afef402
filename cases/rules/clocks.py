"""Which clock is meant: its row in the law of its trigger. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from cases.rules.clock_words import FACTS, UNITS
from cases.rules.tables import Clock, Tables
from cases.rules.values import shown
from thads.common.errors import Fault, Refused
from thads.common.labels import Label


def find_clock(code: str, variant: str | None, on: dt.date, tables: Tables) -> Clock:
    """The row of the clock in the law that governs what is triggered on this day (L25 Đ115.1, 116.3).

    Without ``variant`` the general case. A retroactive row of the later law stands in where the law of the
    day has none. Raises Refused for an unknown clock or variant, a day before any of the laws, and where
    that law has no such term.
    """
    rows = rows_of(code, tables)
    if not rows:
        raise Refused(Fault("CLOCK_UNKNOWN", "/clock", {"clock": shown(code)}))
    if variant and not any(_is_meant(row, variant) for row in rows):
        known = ", ".join(dict.fromkeys(row.variant for row in rows if row.variant)) or "–"
        params = {"clock": rows[0].code, "variant": shown(variant), "known": known}
        raise Refused(Fault("CLOCK_VARIANT_UNKNOWN", "/variant", params))
    begin = min(law.valid_from for law in tables.regimes.values() if law.valid_from is not None)
    if on < begin:
        raise Refused(Fault("TRIGGER_BEFORE_LAW", "/trigger_on", {"day": _day(on), "begin": _day(begin)}))
    meant = [row for row in rows if _is_meant(row, variant)]
    for row in meant:
        if _governs(row, on, tables):
            return row
    raise _without_term(meant[0], tables.regime_on(on), rows)


def check_term(clock: Clock, tables: Tables) -> None:
    """Raises Refused for a row from which no date follows: the law states no term, or forbids a time."""
    if clock.direction == "WINDOW":
        raise Refused(Fault("CLOCK_IS_WINDOW", "/clock", {"clock": clock.code}, clock.basis))
    if not clock.has_term:
        raise _without_term(clock, clock.regime, rows_of(clock.code, tables))


def rows_of(code: str, tables: Tables) -> tuple[Clock, ...]:
    """The rows of a clock in the order of the file; small letters are taken too. Empty when unknown."""
    return tuple(row for row in tables.clocks.values() if row.code == code.upper())


def started_by(event: str, on: dt.date, tables: Tables) -> tuple[Clock, ...]:
    """The rows that an act or fact of this code starts under the law of the day, and from which a date
    follows.
    """
    return tuple(row for row in tables.started.get(event, ()) if row.has_term and _governs(row, on, tables))


def met_by(event: str, tables: Tables) -> tuple[Clock, ...]:
    """The rows that an act or fact of this code meets."""
    return tuple(row for row in tables.clocks.values() if event in row.met_by)


def term_of(clock: Clock) -> Label:
    """Length and unit in words: “10 ngày”, “3 working days”; what stands in their place where there is no
    length.
    """
    if clock.length is None or clock.unit is None:
        return Label(clock.remark or "–", clock.remark_en or "–")
    if clock.unit == "AT_ONCE":
        return UNITS["AT_ONCE"]
    words = UNITS[clock.unit]
    english = words.en if clock.length > 1 else words.en.removesuffix("s")
    return Label(f"{clock.length} {words.vi}", f"{clock.length} {english}")


def event_names(codes: Iterable[str], tables: Tables) -> tuple[Label, ...]:
    """What the acts and facts are called that start a clock or meet it."""
    return tuple(
        FACTS[code] if code in FACTS else Label(tables.act_types[code].label, tables.act_types[code].label_en)
        for code in codes
    )


def _is_meant(row: Clock, variant: str | None) -> bool:
    return row.variant == variant.upper() if variant else row.is_general


def _governs(row: Clock, on: dt.date, tables: Tables) -> bool:
    """Whether the row holds for what is triggered on this day: it is of the law of the day, or it reaches
    back and that law has no row for its variant.
    """
    if not row.valid_on(on):
        return False
    regime = tables.regime_on(on)
    if row.regime == regime:
        return True
    later = list(tables.regimes).index(row.regime) > list(tables.regimes).index(regime)
    return row.retroactive and later and (row.code, row.variant, regime) not in tables.stretches


def _without_term(clock: Clock, regime: str, rows: Iterable[Clock]) -> Refused:
    """The refusal for a law without a term; it names the law that has one."""
    known = ", ".join(
        dict.fromkeys(row.regime for row in rows if row.variant == clock.variant and row.has_term)
    )
    named = f"{clock.code} {clock.variant}".strip()
    params = {"clock": named, "regime": regime, "known": known or "–"}
    return Refused(Fault("CLOCK_NO_TERM", "/clock", params, clock.basis))


def _day(day: dt.date) -> str:
    return f"{day:%d/%m/%Y}"
