"""The pure steps every story test takes: a raw story read and folded, and a row of its figures."""

from __future__ import annotations

from typing import Any

from cases.rules.lawful import lawful_story
from cases.rules.life import Life
from cases.rules.story import Reference
from cases.rules.tables import tables
from reports.counting.columns import Row, of_stories
from tests.stories.builder import COLUMNS, OFFICERS, TODAY, UNITS, Json
from thads.common.errors import Fault
from thads.common.periods import Period

REFERENCE = Reference(units=UNITS, officers=OFFICERS, tables=tables())


def life_of(raw: Any) -> Life:
    """What a raw story folds from; raises ``Refused`` when a rule of the format or of counting refuses it."""
    return lawful_story(raw, REFERENCE, TODAY).story.life(REFERENCE.tables)


def warnings_of(raw: Any) -> tuple[Fault, ...]:
    return lawful_story(raw, REFERENCE, TODAY).warnings


def subtree(unit: str) -> set[str]:
    """The unit and everything below it."""
    return {code for code in UNITS if code == unit or code.startswith(f"{unit}.")}


def row_of(life: Life, units: set[str], period: Period, book: str = "ALL", officer: str | None = None) -> Row:
    """The figures of one life held by these units, or by this officer."""
    return of_stories([life], units=set(units), officer=officer, period=period, book=book)


def differences(life: Life, expected: Json) -> list[str]:
    """Where the figures of a life differ from an expected row; a column the row does not name is 0."""
    period = Period(expected["fiscal_year"], expected["months"])
    book, officer = expected.get("book", "ALL"), expected.get("officer")
    counted = row_of(life, subtree(expected["unit"]), period, book, officer)
    scope = f"{officer or expected['unit']} {book} {period.fiscal_year}/{period.months}"
    found = [f"{scope}: {broken}" for broken in counted.broken]
    for side in ("cases", "money"):
        figures = getattr(counted, side)
        found += [
            f"{scope} {side}.{column}: counted {figures.get(column, 0)}, expected {expected[side].get(column, 0)}"
            for column in COLUMNS
            if figures.get(column, 0) != expected[side].get(column, 0)
        ]
    return found
