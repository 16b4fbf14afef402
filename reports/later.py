"""What was recorded after a moment: what has to be taken from the totals to have them as they were known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from functools import cached_property
from typing import Any, Final, NamedTuple

from django.db import connection

#: Up to so many movements are fetched and taken from every tally of an answer; more are summed by the
#: database, for each tally anew. Up to so many new themes are looked at one by one.
FEW: Final = 500


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
        legs = [LaterLeg(*leg) for _, *leg in self._found if leg[0] is not None]
        return tuple(legs) if len(legs) <= FEW else None

    @cached_property
    def themes_changed(self) -> bool:
        """Whether cases that were here already have a theme since, so that earlier movements stand under it
        too; True also when so many themes are new that it would be dear to find out.
        """
        new = self._found[0][0]
        if not new or new > FEW:
            return bool(new)
        with connection.cursor() as cursor:
            cursor.execute(_THEMES_HERE, [self._known_at, self._units])
            return bool(cursor.fetchone()[0])

    @cached_property
    def _found(self) -> Sequence[Any]:
        """How many themes were added later to cases that stood, up to one more than few, and with it each
        movement, up to one more than few; or nothing beside it.
        """
        with connection.cursor() as cursor:
            cursor.execute(
                _LATER,
                {"units": self._units, "known_at": self._known_at, "until": self._until, "most": FEW + 1},
            )
            return cursor.fetchall()

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
    SELECT new.themes, late.* FROM (
        SELECT count(*) AS themes FROM (
            SELECT FROM cases_casetheme WHERE recorded_at > %(known_at)s AND NOT from_opening LIMIT %(most)s
        ) AS t
    ) AS new LEFT JOIN (
        SELECT m.book, m.unit_id, m.officer_id, m.initiation, m.field, m.effective_on, m.source, m.target,
               m.vintage, m.direction, m.other_unit_id, m.cases, m.money,
               ARRAY(SELECT t.theme::text FROM cases_casetheme t WHERE t.case_id = m.case_id)
        FROM reports_movement m
        WHERE m.unit_id = ANY(%(units)s) AND m.recorded_at > %(known_at)s AND m.effective_on <= %(until)s
        LIMIT %(most)s
    ) AS late ON true
"""
_THEMES_HERE = """
    SELECT EXISTS (
        SELECT FROM cases_casetheme t WHERE t.recorded_at > %s AND NOT t.from_opening AND EXISTS (
            SELECT FROM reports_movement m
            WHERE m.case_id = t.case_id AND m.recorded_at < t.recorded_at AND m.unit_id = ANY(%s)
        )
    )
"""
