"""What was known at a moment: read in any way it is what the acts known then say, and it never changes afterwards."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cases.models import Case, CaseTheme
from officers.models import Officer, Unit
from reports import later, readings
from reports.counting.columns import columns
from reports.counting.movements import BOOKS
from reports.counting.regimes import regime_on
from reports.counting.tally import Tally
from reports.models.totals import MEASURES
from reports.projector import CONSUMER
from reports.readings import Question, Reading, from_movements, standing, tallies, tallies_and_last_year
from tests.api.clients import caller
from tests.counting.strategies import OFFICERS, raw_stories
from tests.databases import TestDatabase
from tests.registers import bring_in, made_story, numbered
from tests.reports.histories import Figure, Told, live_history, moments, record
from thads.common import snapshot
from thads.common.periods import Period
from thads.common.snapshot import announce_write
from thads.journal import consumers, journal
from thads.journal.journal import Change

FORM = "/api/v1/statistics/forms/{}/"
PERIODS = (Period(2022, 12), Period(2023, 7), Period(2024, 6), Period(2025, 12), Period(2026, 12))


@pytest.fixture(params=["few", "most", "many"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """How what was recorded since is reckoned with: movement by movement, by the movements before it, or summed by
    the database.
    """
    if request.param != "few":
        monkeypatch.setattr(later, "FEW", 0)
        monkeypatch.setattr(later.Later, "is_most", request.param == "most")
    return str(request.param)


def scopes() -> Iterator[frozenset[int]]:
    yield frozenset(Unit.objects.values_list("id", flat=True))
    for code in ("DN.HC", "DN.TK"):
        yield frozenset([Unit.objects.get(code=code).pk])


def figures(sums: Tally, period: Period) -> dict[str, int]:
    values, broken = columns(regime_on(period.ends_on), sums)
    assert not broken
    return values


# --- Equal to the acts known then ---------------------------------------------------------------------------


@pytest.mark.django_db
def test_any_moment_read_in_any_way_is_the_fold_of_what_was_known(way: str) -> None:
    chance = random.Random(20260702)
    cases = live_history(chance, cases=14, acts=150)
    told, known = Told.of(cases), moments(cases)
    assert len(known) > 60
    before = known[0] - dt.timedelta(microseconds=1)
    for known_at in (before, *chance.sample(known, 4), known[-2], known[-1]):
        for units in scopes():
            for period in chance.sample(PERIODS, 2):
                for theme in ("", "CREDIT_INSTITUTION"):
                    for book in BOOKS:
                        for measure in MEASURES:
                            reading = Reading(
                                units, period, measure, book=book, theme=theme, known_at=known_at
                            )
                            found = figures(tallies(reading)[()], period)
                            for column in ("total_to_enforce", "done", "eligible", "transferred_in"):
                                figure = Figure(
                                    units, period, measure, column, book=book, theme=theme or None,
                                    known_at=known_at,
                                )  # fmt: skip
                                assert found[column] == sum(told.by_case(figure).values()), (reading, column)


@pytest.mark.django_db
def test_every_group_agrees_with_the_movements(way: str) -> None:
    chance = random.Random(20260703)
    cases = live_history(chance, cases=12, acts=120)
    units = frozenset(Unit.objects.values_list("id", flat=True))
    groups: list[tuple[tuple[str, ...], Any]] = [
        (("unit",), "unit"),
        (("unit", "officer"), "holder"),
        (("unit", "officer", "month"), "holder"),
        (("book", "theme", "initiation", "field"), "scope"),
        (("month",), "scope"),
        (("unit", "theme", "month"), "unit"),
        (("officer",), "officer"),
    ]
    for known_at in (None, *chance.sample(moments(cases), 5)):
        for group, boundary in groups:
            reading = Reading(units, Period(2025, 9), "MONEY", known_at=known_at)
            themes = ("CREDIT_INSTITUTION", "CORRUPTION_ECONOMIC") if "theme" in group else ()
            found = tallies(reading, group, boundary, themes=themes)
            if "month" in group:
                found = _last_months(found, group.index("month"), 9)
                group = tuple(name for name in group if name != "month")
            should = from_movements(Question(reading, group, boundary, themes))
            for key in found.keys() | should.keys():
                mine, theirs = found.get(key, Tally()), should.get(key, Tally())
                assert (mine.atoms, mine.opening) == (theirs.atoms, theirs.opening), (known_at, group, key)


def _last_months(found: dict[Any, Tally], place: int, last: int) -> dict[Any, Tally]:
    return {(*key[:place], *key[place + 1 :]): sums for key, sums in found.items() if key[place] == last}


@pytest.mark.django_db
def test_months_stand_one_on_the_other() -> None:
    live_history(random.Random(5), cases=8, acts=60)
    units = frozenset(Unit.objects.values_list("id", flat=True))
    reading = Reading(units, Period(2024, 12), "MONEY")
    by_month = tallies(reading, ("month",))
    for month in range(1, 13):
        period = Period(2024, month)
        assert figures(by_month[(month,)], period) == figures(tallies(reading.at(period))[()], period)


@pytest.mark.django_db
def test_an_opening_is_the_same_from_either_end_of_the_register(monkeypatch: pytest.MonkeyPatch) -> None:
    live_history(random.Random(6), cases=10, acts=80)
    for units in scopes():
        for period in PERIODS:
            for group in ((), ("initiation", "field"), ("unit",)):
                reading = Reading(units, period, "MONEY")
                found = []
                for recent in (True, False):
                    monkeypatch.setattr(readings, "_is_recent", lambda year, recent=recent: recent)
                    sums, last = tallies_and_last_year(reading, group)
                    found.append(
                        ({key: (one.opening, one.atoms) for key, one in sums.items() if any(one.opening.values())},
                         last.opening, last.atoms["separate_this_year"])
                    )  # fmt: skip
                assert found[0] == found[1]
                whole = standing(reading.at(Period(period.fiscal_year - 1, 12)))
                assert found[0][1:] == (whole.opening, whole.atoms["separate_this_year"])


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
)
@given(st.lists(raw_stories(), min_size=2, max_size=4), st.randoms(use_true_random=False))
@pytest.mark.django_db
def test_any_register_recorded_live(stories: list[dict[str, Any]], chance: random.Random) -> None:
    save = transaction.savepoint()
    try:
        cases = _recorded_live(numbered(stories), chance)
        told, known = Told.of(cases), moments(cases)
        for known_at in chance.sample(known, min(4, len(known))):
            for units in scopes():
                period = chance.choice(PERIODS)
                reading = Reading(units, period, "MONEY", known_at=known_at)
                found = figures(tallies(reading)[()], period)
                for column in found:
                    figure = Figure(units, period, "MONEY", column, known_at=known_at)
                    assert found[column] == sum(told.by_case(figure).values()), (known_at, column)
                at_the_end = reading.at(Period(period.fiscal_year, 12))
                assert standing(at_the_end).opening == tallies(at_the_end)[()].opening
    finally:
        transaction.savepoint_rollback(save)


def _recorded_live(stories: list[dict[str, Any]], chance: random.Random) -> list[int]:
    """The stories told act by act, taking turns in any order. What is only odd in a story brought in may be refused
    live; then the rest goes on without it.
    """
    for code in OFFICERS:
        Officer.objects.get_or_create(code=code)
    keys = [bring_in([{**story, "acts": []}], counted=False)[0] for story in stories]
    left = [(key, iter(story["acts"])) for key, story in zip(keys, stories, strict=True)]
    while left:
        turn = chance.choice(left)
        act = next(turn[1], None)
        if act is None:
            left.remove(turn)
        else:
            record(turn[0], act)
    consumers.catch_up()
    return keys


# --- Themes -------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_theme_learned_later_was_not_known_before() -> None:
    (case,) = bring_in([made_story(acts=[{"type": "VERIFICATION", "effective_on": "2024-01-05"}])])
    before = snapshot.moment()
    marked = snapshot.moment()
    CaseTheme.objects.create(case_id=case, theme="CREDIT_INSTITUTION", recorded_at=marked)
    journal.append([_change(case, marked)])
    consumers.catch_up()
    units = next(scopes())

    def handled(known_at: dt.datetime, **narrowing: Any) -> int:
        reading = Reading(units, Period(2024, 6), "CASES", known_at=known_at, **narrowing)
        return figures(tallies(reading)[()], reading.period)["total_handled"]

    assert handled(before) == handled(marked) == 1
    assert handled(before, theme="CREDIT_INSTITUTION") == 0
    assert handled(marked, theme="CREDIT_INSTITUTION") == 1
    head = caller("DN", "HEAD")
    for moment, share in ((before, "0"), (marked, "1")):
        query = {"unit": "DN", "fiscal_year": 2024, "months": 6, "known_at": moment.isoformat()}
        rows = {row["key"]: row["columns"] for row in head.get(FORM.format(1), query).json()["rows"]}
        cell = rows["theme/CREDIT_INSTITUTION"]["total_handled"]
        assert cell["value"] == share == head.get(cell["cases"]).json()["total"]


def _change(case: int, at: dt.datetime) -> Change:
    row = Case.objects.get(pk=case)
    holder = (row.unit_id, row.officer_id)
    return Change(
        case, row.public_id, "act.recorded", row.version, at, "TEST", *holder, *holder, (row.unit_id,),
        (row.officer_id,), {},
    )  # fmt: skip


# --- For ever -----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_same_question_about_the_same_moment_has_the_same_answer_for_ever() -> None:
    chance = random.Random(20260705)
    cases = live_history(chance, cases=10, acts=80)
    head = caller("DN", "HEAD")
    officer = caller("DN.HC", "OFFICER", officer="DN.HC.01")
    asked = [
        (client, {"unit": unit, "fiscal_year": year, "months": 6, "compare": "prior_same_period"}, number)
        for client, unit in ((head, "DN"), (head, "DN.TK"), (officer, "DN.HC"))
        for number, year in ((1, 2024), (5, 2025))
    ]
    first = [client.get(FORM.format(number), query).json() for client, query, number in asked]
    for _ in range(2):
        for case in chance.choices(cases, k=25):
            record(case, {"type": "VERIFICATION", "effective_on": "2025-02-03", "ref": "v"})
            record(case, {"type": "COLLECTION", "effective_on": "2023-11-20",
                          "lines": [{"obligation": "o1", "amount": "1"}]})  # fmt: skip
            record(case, {"type": "RECLASSIFY", "effective_on": "2025-02-03",
                          "field": chance.choice(["CIVIL", "FAMILY"])})  # fmt: skip
        consumers.catch_up()
        changed = 0
        for (client, query, number), then in zip(asked, first, strict=True):
            again = client.get(FORM.format(number), {**query, "known_at": then["known_at"]}).json()
            assert {**again, "pending": 0} == then
            changed += client.get(FORM.format(number), query).json()["digest"] != then["digest"]
        assert changed == len(asked), "nothing was recorded meanwhile"


# --- Never later than what is open or not counted -----------------------------------------------------------


def test_an_open_write_keeps_the_moment_before_it(committed_database: TestDatabase) -> None:
    bring_in([made_story()])
    head = caller("DN", "HEAD")
    hai_chau = Unit.objects.get(code="DN.HC").pk
    query = {"unit": "DN.HC", "fiscal_year": 2024, "months": 6}
    with psycopg.connect(committed_database.app_url) as writer:
        writer.execute("SELECT 1")
        (began,) = writer.execute("SELECT now()").fetchone() or ()
        sql, params = _announcement(hai_chau)
        writer.execute(sql, params)
        held = head.get(FORM.format(1), query).json()
        assert _moment(held["known_at"]) <= began
        free = head.get(FORM.format(1), {**query, "unit": "DN.TK"}).json()
        assert _moment(free["known_at"]) > began
        asked = snapshot.moment().isoformat()
        assert head.get(FORM.format(1), {**query, "known_at": asked}).json()["known_at"] == held["known_at"]
    assert _moment(head.get(FORM.format(1), query).json()["known_at"]) > began
    connection.close()


def _announcement(unit: int) -> tuple[str, list[Any]]:
    """The statement by which a write announces itself, for a connection of its own."""
    with connection.execute_wrapper(_Noted()) as _, transaction.atomic():
        announce_write([unit])
    return _Noted.last


class _Noted:
    last: tuple[str, list[Any]]

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if "advisory" in sql:
            _Noted.last = sql, list(params)
        return execute(sql, params, many, context)


def test_what_is_not_counted_yet_is_not_claimed_to_be_known(committed_database: TestDatabase) -> None:
    (case,) = bring_in([made_story()])
    head = caller("DN", "HEAD")
    query = {"unit": "DN", "fiscal_year": 2024, "months": 6}
    counted = head.get(FORM.format(2), query).json()
    with transaction.atomic():
        record(case, {"type": "COLLECTION", "effective_on": "2023-12-01",
                      "lines": [{"obligation": "o1", "amount": "700"}]})  # fmt: skip
    (recorded_at,) = moments([case])[-1:]
    waiting = head.get(FORM.format(2), query).json()
    assert (counted["pending"], waiting["pending"]) == (0, 1)
    assert _moment(waiting["known_at"]) < recorded_at
    assert waiting["digest"] == counted["digest"]
    consumers.catch_up()
    assert not journal.to_do(CONSUMER).exists()
    now = head.get(FORM.format(2), query).json()
    assert _moment(now["known_at"]) >= recorded_at
    assert now["rows"][0]["columns"]["done"]["value"] == "700"
    again = head.get(FORM.format(2), {**query, "known_at": waiting["known_at"]}).json()
    assert again["rows"] == waiting["rows"]
    connection.close()


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
