"""Totals, movements and the pure fold give the same figures, whatever is asked (statistics.md §3: incremental equals full)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.querysets.lives import lives
from cases.rules.life import Life
from cases.rules.tables import tables
from officers.models import Officer, Unit
from reports import totals
from reports.counting.columns import carried_out, columns, of_stories
from reports.counting.movements import BOOKS
from reports.counting.regimes import regime_on
from reports.models import Movement
from reports.models.totals import CASES, MONEY
from reports.projector import count, hold, write_totals
from reports.readings import Question, Reading, from_movements, from_totals, standing, tallies
from tests.counting.strategies import raw_stories
from tests.registers import bring_in, numbered
from thads.common.periods import Period

SAMPLES = [
    s["story"]
    for s in json.loads((Path(__file__).parent.parent / "stories" / "samples.json").read_text())["samples"]
]
PERIODS = [
    Period(2022, 12),
    Period(2023, 6),
    Period(2023, 12),
    Period(2024, 5),
    Period(2024, 6),
    Period(2024, 12),
    Period(2025, 3),
]

pytestmark = pytest.mark.django_db


@pytest.fixture
def register() -> list[int]:
    return bring_in(numbered(SAMPLES))


def _unit_ids(*codes: str) -> frozenset[int]:
    found = frozenset(Unit.objects.filter(code__in=codes).values_list("id", flat=True))
    assert len(found) == len(codes)
    return found


def _everything() -> list[int]:
    return list(Unit.objects.values_list("id", flat=True))


def _columns(reading: Reading, sums: Any) -> dict[str, int]:
    values, broken = columns(regime_on(reading.period.ends_on), sums)
    assert not broken
    return values


def _scopes() -> Iterator[frozenset[int]]:
    yield frozenset(Unit.objects.values_list("id", flat=True))
    yield _unit_ids("DN.HC")
    yield _unit_ids("DN.TK")


def _compare(counted: list[Life], periods: list[Period]) -> None:
    for units in _scopes():
        for period in periods:
            for book in BOOKS:
                pure = of_stories(counted, units=set(units), period=period, book=book)
                for measure, expected in ((CASES, pure.cases), (MONEY, pure.money)):
                    reading = Reading(units, period, measure, book=book)
                    question = Question(reading)
                    assert _columns(reading, from_totals(question).get((), _empty())) == expected
                    assert _columns(reading, from_movements(question).get((), _empty())) == expected


def _empty() -> Any:
    from reports.counting.tally import Tally

    return Tally()


def test_totals_movements_and_fold_agree_on_the_samples(register: list[int]) -> None:
    _compare(list(lives(register, tables()).values()), PERIODS)


def test_an_officers_figures_come_from_the_movements_and_agree(register: list[int]) -> None:
    counted = list(lives(register, tables()).values())
    units = frozenset(Unit.objects.values_list("id", flat=True))
    for officer in Officer.objects.filter(code__in=["DN.HC.01", "DN.TK.02"]):
        for period in PERIODS:
            pure = of_stories(counted, units=set(units), officer=officer.pk, period=period)
            reading = Reading(units, period, MONEY, officer=officer.pk)
            assert _columns(reading, tallies(reading)[()]) == pure.money


@pytest.mark.parametrize("group", [("unit",), ("initiation", "field"), ("unit", "officer")])
def test_groups_agree_between_totals_and_movements(register: list[int], group: tuple[str, ...]) -> None:
    units = frozenset(Unit.objects.values_list("id", flat=True))
    boundary: Any = (
        {"unit": "unit", "initiation": "scope"}[group[0]]
        if len(group) == 1 or group[0] != "unit"
        else "holder"
    )
    for period in PERIODS:
        reading = Reading(units, period, MONEY)
        question = Question(reading, group, boundary)
        kept, cut = from_totals(question), from_movements(question)
        for key in kept.keys() | cut.keys():
            assert _columns(reading, kept.get(key, _empty())) == _columns(reading, cut.get(key, _empty())), (
                key
            )


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(raw_stories(), min_size=3, max_size=6))
def test_any_register_agrees(stories: list[dict[str, Any]]) -> None:
    save = transaction.savepoint()
    try:
        keys = bring_in(numbered(stories))
        _compare(
            list(lives(keys, tables()).values()),
            [Period(2022, 12), Period(2023, 7), Period(2024, 6), Period(2026, 12)],
        )
        assert _snapshot(totals.expected(_everything())) == _snapshot(totals.stored(_everything()))
    finally:
        transaction.savepoint_rollback(save)


def _snapshot(change: totals.Change) -> list[dict[Any, list[int]]]:
    return [{k: row for k, row in t.items() if any(row)} for t in change.rows]


def _recount(cases: list[int]) -> int:
    done = count(hold(cases))
    write_totals(done.totals)
    return done.changed


def test_counting_again_changes_nothing(register: list[int]) -> None:
    before = list(Movement.objects.order_by("id").values_list())
    assert _recount(register) == 0
    assert totals.repair(_everything()) == 0
    assert list(Movement.objects.order_by("id").values_list()) == before


def test_a_rebuild_mends_what_was_damaged(register: list[int]) -> None:
    should = _snapshot(totals.stored(_everything()))
    Movement.objects.filter(case_id=register[0]).delete()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reports_unittotal SET completed = completed + 1")
    assert _recount(register) > 0
    assert totals.repair(_everything()) > 0
    assert _snapshot(totals.stored(_everything())) == should == _snapshot(totals.expected(_everything()))


def test_what_stands_is_what_a_year_carries_out(register: list[int]) -> None:
    """The short way from the balances, used by the bridge, gives the column of the full way."""
    for units in _scopes():
        for year in (2022, 2023, 2024):
            reading = Reading(units, Period(year, 12), MONEY)
            full = _columns(reading, tallies(reading)[()])["carried_out"]
            assert carried_out(regime_on(reading.period.ends_on), standing(reading)) == full
