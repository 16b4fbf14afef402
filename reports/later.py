"""What was recorded after a moment: what has to be taken from the totals to have them as they were known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from functools import cached_property
from typing import Final, NamedTuple

from django.db import connection

#: Up to so many movements are fetched and taken from every tally of an answer; more are summed by the
#: database, for each tally anew.
FEW: Final = 500
#: Up to so many themes new since the moment are looked at one by one.
FEW_THEMES: Final = 500


class LaterLeg(NamedTuple):
    """A movement recorded after the moment, with the themes of its case."""

    book: str
    unit: int
    officer: int | None
    initiation: str
    field: str
    effective_on: dt.date
    source: str
    target: str
    vintage: int
    direction: int
    other_unit: int | None
    cases: int
    money: int
    themes: list[str]


class Later:
    """What was recorded in some units after ``known_at`` and took effect up to ``until`` (None: whenever):
    nothing, as a rule, when that is now. Read when it is first asked for, once.
    """

    def __init__(self, units: Collection[int], known_at: dt.datetime, until: dt.date | None = None) -> None:
        self._units = list(units)
        self._known_at = known_at
        self._until = until or dt.date.max

    def covers(self, day: dt.date) -> bool:
        """Whether it has everything that took effect up to ``day``."""
        return day <= self._until

    @cached_property
    def few(self) -> tuple[LaterLeg, ...] | None:
        """The movements themselves, when they are few; None when they are not."""
        with connection.cursor() as cursor:
            cursor.execute(_LATER, [self._units, self._known_at, self._until, FEW + 1])
            rows = cursor.fetchall()
        return tuple(LaterLeg(*leg) for leg in rows) if len(rows) <= FEW else None

    @cached_property
    def themes_changed(self) -> bool:
        """Whether cases that were here already have a theme since, so that earlier movements stand under it
        too; True also when so many themes are new that it would be dear to find out.
        """
        with connection.cursor() as cursor:
            cursor.execute(_NEW_THEMES, [self._known_at, FEW_THEMES + 1])
            new = cursor.fetchone()[0]
            if not new or new > FEW_THEMES:
                return bool(new)
            cursor.execute(_THEMES_HERE, [self._known_at, self._units])
            return bool(cursor.fetchone()[0])

    @cached_property
    def is_most(self) -> bool:
        """Whether more was recorded after the moment than up to it, by what the planner of the database
        expects.
        """
        return self._expected(">") > self._expected("<=")

    def _expected(self, comparison: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute(
                "EXPLAIN (FORMAT json) SELECT FROM reports_movement "
                f"WHERE unit_id = ANY(%s) AND recorded_at {comparison} %s AND effective_on <= %s",
                [self._units, self._known_at, self._until],
            )
            (plan,) = cursor.fetchone()
        return int(plan[0]["Plan"]["Plan Rows"])


_LATER = """
    SELECT m.book, m.unit_id, m.officer_id, m.initiation, m.field, m.effective_on, m.source, m.target,
           m.vintage, m.direction, m.other_unit_id, m.cases, m.money,
           ARRAY(SELECT t.theme::text FROM cases_casetheme t WHERE t.case_id = m.case_id)
    FROM reports_movement m
    WHERE m.unit_id = ANY(%s) AND m.recorded_at > %s AND m.effective_on <= %s LIMIT %s
"""
_NEW_THEMES = """
    SELECT count(*) FROM (SELECT FROM cases_casetheme WHERE recorded_at > %s LIMIT %s) AS new
"""
_THEMES_HERE = """
    SELECT EXISTS (
        SELECT FROM cases_casetheme t WHERE t.recorded_at > %s AND EXISTS (
            SELECT FROM reports_movement m
            WHERE m.case_id = t.case_id AND m.recorded_at < t.recorded_at AND m.unit_id = ANY(%s)
        )
    )
"""
