"""Registers with a history: acts recorded one by one at moments of their own, and the figures counted from them by
brute force.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cases.actions.record import record_act
from cases.actions.register import Register
from cases.models import Act, Case, CaseTheme
from cases.querysets.lives import lives
from cases.rules.life import Life
from cases.rules.tables import tables
from reports.counting import movements, tally
from reports.counting.columns import columns
from reports.counting.regimes import regime_on
from reports.counting.tally import Tally
from reports.readings import UNASSIGNED
from tests.live import opening, proposal
from tests.registers import TODAY, bring_in
from thads.common.errors import Refused
from thads.common.periods import Period
from thads.journal import consumers


def record(case: int, act: dict[str, Any]) -> bool:
    """Record an act on a case as the API does. Whether it was accepted."""
    try:
        record_act(
            cases=Case.objects.filter(pk=case), raw=act, organisation=Register.load, by="TEST", today=TODAY
        )
    except Refused:
        return False
    return True


def live_history(chance: random.Random, *, cases: int, acts: int, counted: bool = True) -> list[int]:
    """Cases opened and acts recorded on them in any order, and counted; returns the keys of the cases."""
    opened: list[tuple[int, str]] = []
    references: dict[int, list[str]] = {}
    for number in range(1, cases + 1):
        body = opening(number, chance)
        (key,) = bring_in([{**body, "acts": []}], counted=False)
        opened.append((key, body["case"]["decision_date"]))
        references[key] = []
    for _ in range(acts):
        key, day = chance.choice(opened)
        act = {**proposal(chance, day, references[key]), "ref": f"a{len(references[key]) + 1}"}
        if record(key, act):
            references[key].append(act["ref"])
        if counted and chance.random() < 0.05:
            consumers.catch_up()
    if counted:
        consumers.catch_up()
    return [key for key, _ in opened]


def moments(cases: Iterable[int]) -> list[dt.datetime]:
    """Every moment at which something was recorded on these cases, in order."""
    recorded = Act.objects.filter(case_id__in=list(cases)).order_by("recorded_at")
    return list(recorded.values_list("recorded_at", flat=True).distinct())


@dataclass(frozen=True)
class Figure:
    """One figure: a column of a scope, a period, a book, narrowings, and a moment of knowledge (None: all)."""

    units: frozenset[int]
    period: Period
    measure: str
    column: str
    officer: int | None = None
    book: str = movements.ALL
    initiation: str | None = None
    field: str | None = None
    theme: str | None = None
    known_at: dt.datetime | None = None


@dataclass(frozen=True)
class Told:
    """All that is known of some cases, read once: their lives, and their themes with the moment of each."""

    lives: Mapping[int, Life]
    themes: Mapping[int, Mapping[str, dt.datetime]]

    @classmethod
    def of(cls, cases: Iterable[int]) -> Told:
        keys = list(cases)
        themes: dict[int, dict[str, dt.datetime]] = {key: {} for key in keys}
        for case, theme, at in CaseTheme.objects.filter(case_id__in=keys).values_list(
            "case_id", "theme", "recorded_at"
        ):
            themes[case][theme] = at
        return cls(lives(keys, tables()), themes)

    def by_case(self, figure: Figure) -> dict[int, int]:
        """What each case adds to a figure, folded from its life as it was known; cases that add nothing left
        out.
        """
        found = {case: self._share(case, figure) for case in self.lives if self._counts(case, figure)}
        return {case: share for case, share in found.items() if share}

    def _counts(self, case: int, figure: Figure) -> bool:
        known_at, opened_at = figure.known_at, self.lives[case].recorded_at
        assert opened_at is not None
        themed_at = opened_at if figure.theme is None else self.themes[case].get(figure.theme)
        return themed_at is not None and (known_at is None or max(opened_at, themed_at) <= known_at)

    def _share(self, case: int, figure: Figure) -> int:
        life = self.lives[case]
        if figure.known_at is not None:
            life = life.known_at(figure.known_at)

        def inside(unit: Any, officer: Any) -> bool:
            held = figure.officer is None or (officer or UNASSIGNED) == figure.officer
            return unit in figure.units and held

        cases, money = Tally(), Tally()
        for leg in movements.legs(life):
            if (
                leg.book == figure.book
                and leg.effective_on <= figure.period.ends_on
                and inside(leg.unit, leg.officer)
                and figure.initiation in (None, leg.initiation)
                and figure.field in (None, leg.field)
            ):
                crosses = leg.direction != movements.INSIDE and not inside(leg.other_unit, leg.other_officer)
                tally.add_leg(cases, money, figure.period.fiscal_year, leg, crosses)
        sums = cases if figure.measure == "CASES" else money
        return columns(regime_on(figure.period.ends_on), sums)[0][figure.column]
