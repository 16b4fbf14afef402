"""What must hold of any lawful register, whatever happened in it (statistics.md §3, §4)."""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.rules import buckets, fold
from reports.counting.columns import of_stories
from reports.counting.movements import BOOKS, KnownLeg, Leg, difference, known_legs, legs
from reports.counting.regimes import regimes
from reports.statistics import TRANSFERS
from tests.counting.strategies import OFFICERS, TABLES, UNITS, as_story, raw_stories, recorded
from tests.registers import made_story
from thads.common.periods import Period

registers = st.lists(raw_stories(), min_size=1, max_size=3)
periods = st.builds(Period, st.integers(2021, 2027), st.integers(1, 12))
some = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def lives(register: list[dict[str, Any]]) -> list[Any]:
    return [as_story(raw).life(TABLES) for raw in register]


@some
@given(registers, periods, st.sampled_from(BOOKS))
def test_identities_hold_in_every_scope(register: list[dict[str, Any]], period: Period, book: str) -> None:
    counted = lives(register)
    scopes: list[tuple[Any, Any]] = [
        (None, None),
        *(({unit}, None) for unit in UNITS),
        *((None, who) for who in OFFICERS),
    ]
    for units, officer in scopes:
        row = of_stories(counted, units=units, officer=officer, period=period, book=book)
        assert not row.broken, (units, officer, period, row.broken)


@some
@given(registers, periods)
def test_identities_hold_under_every_regime(register: list[dict[str, Any]], period: Period) -> None:
    counted = lives(register)
    for regime in regimes().values():
        assert not of_stories(counted, units=None, period=period, regime=regime).broken


@some
@given(registers, periods)
def test_the_whole_is_the_sum_of_its_units(register: list[dict[str, Any]], period: Period) -> None:
    counted = lives(register)
    whole = of_stories(counted, units=None, period=period)
    by_unit = [of_stories(counted, units={unit}, period=period) for unit in UNITS]
    for measure in ("cases", "money"):
        for column, value in getattr(whole, measure).items():
            if column not in TRANSFERS:
                assert sum(getattr(row, measure)[column] for row in by_unit) == value, column
        surplus = [sum(getattr(row, measure)[column] for row in by_unit) for column in TRANSFERS]
        assert surplus[0] == surplus[1]
        assert getattr(whole, measure)["transferred_in"] == getattr(whole, measure)["transferred_out"] == 0


@some
@given(registers, st.integers(2021, 2027))
def test_the_bridge_between_years(register: list[dict[str, Any]], year: int) -> None:
    counted = lives(register)
    for units in (None, *({unit} for unit in UNITS)):
        before = of_stories(counted, units=units, period=Period(year, 12))
        after = of_stories(counted, units=units, period=Period(year + 1, 1))
        for measure in ("cases", "money"):
            last, now = getattr(before, measure), getattr(after, measure)
            entered = last["ineligible"] - _balance_ineligible(counted, units, year, measure)
            assert now["carried_in"] == last["carried_out"] - entered


def _balance_ineligible(counted: list[Any], units: Any, year: int, measure: str) -> int:
    """The stock of INELIGIBLE at the end of the year, counted by hand from the legs."""
    total = 0
    for life in counted:
        for leg in legs(life):
            inside = units is None or leg.unit in units
            if not inside or leg.book != "ALL" or leg.effective_on > Period(year, 12).ends_on:
                continue
            amount = leg.cases if measure == "cases" else leg.money
            total += amount * (
                (leg.target == buckets.INELIGIBLE and leg.direction != -1)
                - (leg.source == buckets.INELIGIBLE and leg.direction != 1)
            )
    return total


@some
@given(raw_stories())
def test_nothing_appears_or_vanishes(raw: dict[str, Any]) -> None:
    """At any time a case is in exactly one bucket, and the money in all buckets is what was ever due."""
    life = as_story(raw).life(TABLES)
    state = fold.fold(life)
    standing: Counter[str] = Counter()
    money: Counter[str] = Counter()
    for leg in legs(life):
        if leg.book == "ALL":
            if leg.direction != 1:
                standing[leg.source] -= leg.cases
                money[leg.source] -= leg.money
            if leg.direction != -1:
                standing[leg.target] += leg.cases
                money[leg.target] += leg.money
    assert {bucket for bucket, count in standing.items() if count} == {state.bucket, buckets.OUTSIDE}
    assert standing[state.bucket] == 1
    assert -money[buckets.OUTSIDE] == sum(line.due for line in state.lines)
    assert sum(money[bucket] for bucket in buckets.OPEN) == sum(line.remaining for line in state.lines)


@some
@given(raw_stories())
def test_what_was_known_at_any_moment_can_be_had_again(raw: dict[str, Any]) -> None:
    """The stored movements recorded up to t sum to the fold of the acts known at t, and all of them to the whole fold."""
    life = recorded(raw)
    known = known_legs(life)
    for moment in sorted({k.recorded_at for k in known}):
        assert _sums(k.leg for k in known if k.recorded_at <= moment) == _sums(legs(life.known_at(moment)))


@some
@given(raw_stories())
def test_an_act_in_order_only_adds(raw: dict[str, Any]) -> None:
    """Recording an act dated after all others, that undoes none, takes nothing back that was known."""
    life = recorded(raw)
    *acts, last = life.acts or (None,)
    if last is None or last.type.effect in ("CORRECT", "RECLASSIFY"):
        return
    if any(a.effective_on > last.effective_on for a in acts):
        return
    before = legs(
        life.known_at(last.recorded_at.replace(second=0) - (last.recorded_at - life.recorded_at) / 10**6)
    )
    added = difference(legs(life), before)
    assert all(leg.seq == last.seq for leg in added)


@settings(some, max_examples=200)
@given(raw_stories(), st.lists(st.booleans(), min_size=20, max_size=20))
def test_counting_on_is_counting_anew(raw: dict[str, Any], together: list[bool]) -> None:
    """Whatever is recorded at once and whatever one by one, in order, late or as a correction: the movements
    recorded at a moment are the fold of what is known then less the fold of what was known before.
    """
    life = recorded(raw)
    moment, acts = life.recorded_at, []
    for act, joins in zip(life.acts, together, strict=False):
        moment = moment if joins else act.recorded_at
        acts.append(dataclasses.replace(act, recorded_at=moment))
    life = dataclasses.replace(life, acts=tuple(acts))
    anew: list[KnownLeg] = []
    before: list[Leg] = []
    for moment in sorted({life.recorded_at, *(act.recorded_at for act in acts)}):
        now = legs(life.known_at(moment))
        anew += [KnownLeg(moment, leg) for leg in difference(now, before)]
        before = now
    assert known_legs(life) == anew


def test_acts_in_order_are_counted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A case of many acts, each recorded by itself, costs as many steps as it has acts."""
    story = made_story(
        acts=[
            {
                "type": "COLLECTION",
                "effective_on": "2024-01-02",
                "lines": [{"obligation": "o1", "amount": "9"}],
            }
        ]
        * 300
    )
    life = recorded(story)
    steps = 0
    apply = fold.State.apply

    def counted(state: fold.State, act: Any) -> fold.Step:
        nonlocal steps
        steps += 1
        return apply(state, act)

    monkeypatch.setattr(fold.State, "apply", counted)
    assert len({known.recorded_at for known in known_legs(life)}) == 301
    assert steps == 300


def _sums(found: Any) -> dict[tuple[Any, ...], tuple[int, int]]:
    sums: dict[tuple[Any, ...], tuple[int, int]] = {}
    for leg in found:
        assert isinstance(leg, Leg)
        cases, money = sums.get(leg[:-2], (0, 0))
        sums[leg[:-2]] = (cases + leg.cases, money + leg.money)
    return {key: value for key, value in sums.items() if value != (0, 0)}
