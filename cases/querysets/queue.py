"""What waits for an officer, or for a unit: open deadlines by urgency, and cases without an act for long.

Two statements, each by an index that begins with who asks; neither grows with the register.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from cases.rules import buckets
from cases.rules.docket import OWN
from thads.common.statements import rows_of

#: Sections of deadlines, the most urgent first.
BREACHED, DUE_TODAY, NEXT_STEP, DUE_SOON, WAITING = (
    "breached",
    "due_today",
    "next_step",
    "due_soon",
    "waiting",
)
#: Days without an act, and the sections of cases that have had none for as long.
IDLE: Final = {"idle_90": 90, "idle_60": 60, "idle_30": 30}
SECTIONS: Final = (BREACHED, DUE_TODAY, NEXT_STEP, DUE_SOON, WAITING, *IDLE)
#: Days ahead that count as soon.
SOON: Final = 7


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose queue: of these units (keys), or of one officer in them."""

    units: Collection[int]
    officer: int | None


@dataclass(frozen=True, slots=True)
class Section:
    """How many there are, and the keys of the first of them in their order."""

    count: int
    keys: list[int]


def deadlines(holder: Holder, today: dt.date, limit: int) -> dict[str, Section]:
    """Open deadlines by section, the earliest first; ``limit`` rows of each. Those that stand still, and
    those that end later than soon, wait for nobody yet.
    """
    whose, params = _whose(holder, "d")
    found = rows_of(
        f"""
        SELECT section, count(*), (array_agg(deadline ORDER BY due_on, deadline))[:%s::int]
        FROM (
            SELECT CASE
                    WHEN d.state = 'BREACHED' THEN 0 WHEN d.state = 'ENDED' THEN 2
                    WHEN d.actor <> ALL(%s::text[]) THEN 4 WHEN d.due_on <= %s::date THEN 1 ELSE 3
                END AS section, d.id AS deadline, d.due_on
            FROM cases_deadline d
            WHERE {whose} AND d.closed_on IS NULL AND d.due_on <= %s::date
        ) AS found
        GROUP BY section
        """,  # noqa: S608  # text of our own
        [limit, sorted(OWN), today, *params, today + dt.timedelta(days=SOON)],
    )
    return _sections(found)


def late(holder: Holder, today: dt.date) -> dict[str, int]:
    """How many open deadlines are late, due today, and over so that the next step is due."""
    whose, params = _whose(holder, "d")
    (row,) = rows_of(
        f"""
        SELECT count(*) FILTER (WHERE d.state = 'BREACHED'),
            count(*) FILTER (WHERE d.state = 'RUNNING' AND d.actor = ANY(%s::text[])),
            count(*) FILTER (WHERE d.state = 'ENDED')
        FROM cases_deadline d WHERE {whose} AND d.closed_on IS NULL AND d.due_on <= %s::date
        """,  # noqa: S608  # text of our own
        [sorted(OWN), *params, today],
    )
    return dict(zip((BREACHED, DUE_TODAY, NEXT_STEP), row, strict=True))


def idle_cases(holder: Holder, today: dt.date, limit: int) -> dict[str, Section]:
    """Open cases without an act for so many days, each in the section of the longest, the longest first."""
    whose, params = _whose(holder, "c")
    longest, longer, long = (today - dt.timedelta(days=days) for days in IDLE.values())
    found = rows_of(
        f"""
        SELECT section, count(*), (array_agg(id ORDER BY last_act_on, id))[:%s::int]
        FROM (
            SELECT CASE WHEN c.last_act_on <= %s::date THEN 5 WHEN c.last_act_on <= %s::date THEN 6 ELSE 7
                END AS section,
                c.id, c.last_act_on
            FROM cases_case c
            WHERE {whose} AND c.bucket = ANY(%s::text[]) AND c.last_act_on <= %s::date
        ) AS found
        GROUP BY section
        """,  # noqa: S608  # text of our own
        [limit, longest, longer, *params, list(buckets.STOCK), long],
    )
    return _sections(found)


def _whose(holder: Holder, table: str) -> tuple[str, list[Any]]:
    units = list(holder.units)
    if holder.officer is None:
        return f"{table}.unit_id = ANY(%s::bigint[])", [units]
    return f"{table}.officer_id = %s::bigint AND {table}.unit_id = ANY(%s::bigint[])", [holder.officer, units]


def _sections(found: list[tuple[Any, ...]]) -> dict[str, Section]:
    """The sections, which statements name by their place: numbers are sorted faster than words."""
    return {SECTIONS[place]: Section(count, keys) for place, count, keys in found}
