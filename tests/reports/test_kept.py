"""What was summed from the totals is kept, and is never older than they are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from officers.models import Unit
from reports import kept
from reports.models import UnitStamp
from reports.readings import Reading, tallies
from tests.registers import bring_in, made_story, numbered
from tests.reports.histories import record
from thads.common.periods import Period
from thads.journal import consumers

PERIOD = Period(2024, 6)


def _done(unit: str) -> dict[str, int]:
    """What the totals of a unit hold of this period."""
    units = frozenset(Unit.objects.filter(code=unit).values_list("id", flat=True))
    return dict(tallies(Reading(units, PERIOD, "MONEY"))[()].atoms)


def _asked(ask: Callable[[], Any]) -> list[str]:
    with CaptureQueriesContext(connection) as asked:
        ask()
    return [query["sql"] for query in asked.captured_queries]


def _reads_totals(statements: list[str]) -> bool:
    return any("reports_unittotal" in statement for statement in statements)


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    kept.forget()


@pytest.mark.django_db
def test_the_same_question_is_summed_once() -> None:
    bring_in(numbered([made_story()] * 2))
    first = _asked(lambda: _done("DN.HC"))
    assert _reads_totals(first)
    again = _asked(lambda: _done("DN.HC"))
    assert not _reads_totals(again)
    assert len(again) == 2, "the units of the test, and their stamps"


@pytest.mark.django_db
def test_an_act_that_is_counted_is_in_the_next_answer() -> None:
    (case, _) = bring_in(numbered([made_story()] * 2))
    before = _done("DN.HC")
    lines = [{"obligation": "o1", "amount": "2000000"}]
    assert record(case, {"type": "COLLECTION", "effective_on": "2024-02-01", "lines": lines})
    consumers.catch_up()
    assert _done("DN.HC")["completed"] == before["completed"] + 2_000_000


@pytest.mark.django_db
def test_writing_for_one_unit_leaves_what_is_kept_of_another() -> None:
    bring_in(numbered([made_story()]))
    _done("DN.TK")
    _done("DN.HC")
    bring_in(numbered([made_story()] * 3)[1:])
    assert not _reads_totals(_asked(lambda: _done("DN.TK")))
    assert _reads_totals(_asked(lambda: _done("DN.HC")))


@pytest.mark.django_db
def test_what_was_rolled_back_is_not_kept() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        bring_in(numbered([made_story()]))
        assert _done("DN.HC")["opened"] == 5_000_000
        raise ZeroDivisionError
    assert _done("DN.HC")["opened"] == 0
    assert not UnitStamp.objects.exists()
    bring_in(numbered([made_story()] * 2))
    assert _done("DN.HC")["opened"] == 10_000_000


def test_only_so_many_are_kept(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setattr(kept, "MOST", 2)
    units = list(Unit.objects.values_list("id", flat=True)[:1])
    for number in (1, 2, 3):
        assert kept.rows_of(units, "SELECT %s::int", [number]) == ((number,),)
    assert len(_asked(lambda: kept.rows_of(units, "SELECT %s::int", [3]))) == 1, "the stamps"
    assert len(_asked(lambda: kept.rows_of(units, "SELECT %s::int", [1]))) == 3
