"""What an act would change in the figures is what it changes once it is recorded."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
from rest_framework.test import APIClient

from cases.actions.record import plan_on, record_act
from cases.actions.register import Register
from cases.models import Case
from cases.rules.life import Holder, Life
from officers.models import Officer
from reports.counting.regimes import regime_on
from reports.preview import changed_legs, effects, figures
from tests.api.clients import caller
from tests.live import opening, proposal
from tests.registers import TODAY, bring_in, made_story
from tests.stories.builder import act, story
from tests.stories.reading import life_of
from thads.common.errors import Refused
from thads.common.periods import Period
from thads.journal import consumers

SPRING = dt.date(2024, 3, 20)
FEE = {"obligation": "o1", "amount": "2000000"}
COLLECTION = {"type": "COLLECTION", "effective_on": "2024-03-01", "lines": [FEE]}


# --- Pure ---------------------------------------------------------------------------------------------------


def changed(
    before: Life | None, after: Life, today: dt.date
) -> dict[tuple[str, Any], dict[str, tuple[int, int]]]:
    """The columns that change, by row, as (việc, đồng)."""
    period = Period.running_on(today)
    found = {}
    for effect in effects(changed_legs(before, after), period, regime_on(period.ends_on)):
        pairs = {name: (effect.cases[name], effect.money[name]) for name in effect.cases}
        found[effect.kind, effect.holder] = {name: pair for name, pair in pairs.items() if any(pair)}
    return found


def test_an_opening() -> None:
    after = life_of(story("2023-11-02", {"o1": 500}))
    rows = changed(None, after, SPRING)
    assert set(rows) == {("total", None), ("unit", Holder("DN.HC")), ("officer", Holder("DN.HC", "DN.HC.01"))}
    for row in rows.values():
        assert row["newly_accepted"] == row["eligible"] == row["carried_out"] == (1, 500)
        assert "carried_in" not in row and "done" not in row


def test_an_opening_of_an_earlier_year_is_carried_in() -> None:
    row = changed(None, life_of(story("2022-11-02", {"o1": 500})), SPRING)[("total", None)]
    assert row["carried_in"] == (1, 500)
    assert "newly_accepted" not in row


def test_a_collection_of_an_earlier_year_lowers_what_was_carried_in() -> None:
    before = story("2022-11-02", {"o1": 500})
    after = story("2022-11-02", {"o1": 500}, act("COLLECTION", "2023-05-05", {"o1": 200}))
    row = changed(life_of(before), life_of(after), SPRING)[("total", None)]
    assert row == dict.fromkeys(
        ("carried_in", "total_handled", "total_to_enforce", "eligible", "in_progress", "carried_out", "eligible_carried_out"),
        (0, -200),
    )  # fmt: skip


def test_what_happens_after_the_period_changes_nothing_in_it() -> None:
    before, after = (
        story("2023-11-02", {"o1": 500}),
        story("2023-11-02", {"o1": 500}, act("COLLECTION", "2024-04-01", {"o1": 500})),
    )
    assert changed(life_of(before), life_of(after), SPRING) == {}
    assert changed(life_of(before), life_of(after), dt.date(2024, 4, 1)) != {}


def test_a_reassignment_crosses_the_boundary_of_the_units_and_not_of_the_whole() -> None:
    before = story("2023-11-02", {"o1": 500})
    after = story("2023-11-02", {"o1": 500}, act("REASSIGN", "2024-02-01", unit="DN.TK", officer="DN.TK.01"))
    rows = changed(life_of(before), life_of(after), SPRING)
    assert ("total", None) not in rows
    assert rows["unit", Holder("DN.HC")]["transferred_out"] == (1, 500)
    assert rows["officer", Holder("DN.TK", "DN.TK.01")]["transferred_in"] == (1, 500)
    assert rows["unit", Holder("DN.TK")]["carried_out"] == (1, 500)


def test_an_act_that_moves_nothing_changes_nothing() -> None:
    before, after = (
        story("2023-11-02", {"o1": 500}),
        story("2023-11-02", {"o1": 500}, act("VERIFICATION", "2023-12-01")),
    )
    assert changed(life_of(before), life_of(after), SPRING) == {}


@pytest.mark.parametrize(
    ("today", "fiscal_year", "months"),
    [(dt.date(2024, 9, 30), 2024, 12), (dt.date(2024, 10, 1), 2025, 1), (dt.date(2024, 3, 31), 2024, 6)],
)
def test_the_current_period(today: dt.date, fiscal_year: int, months: int) -> None:
    assert Period.running_on(today) == Period(fiscal_year, months)


# --- Against the forms --------------------------------------------------------------------------------------


@pytest.fixture
def head(db: None) -> APIClient:
    return caller("DN", "HEAD")


def forms(client: APIClient, today: dt.date) -> dict[str, dict[str, tuple[int, int]]]:
    """Every column of forms 4 and 5 by row, as (việc, đồng)."""
    period = Period.running_on(today)
    sides = []
    for number in (4, 5):
        answer = client.get(
            f"/api/v1/statistics/forms/{number}/",
            {"unit": "DN", "fiscal_year": period.fiscal_year, "months": period.months},
        )
        assert answer.status_code == 200, answer.content
        sides.append(
            {
                row["key"]: {
                    name: int(cell["value"]) for name, cell in row["columns"].items() if name != "done_ratio"
                }
                for row in answer.json()["rows"]
                if row["kind"] != "internal_transfers"
            }
        )
    cases, money = sides
    return {
        key: {
            name: (cases.get(key, {}).get(name, 0), money.get(key, {}).get(name, 0))
            for name in next(iter(cases.values()))
        }
        for key in {**cases, **money}
    }


def difference(after: Any, before: Any) -> dict[str, dict[str, tuple[int, int]]]:
    """What changed from one reading of the forms to the next, by row and column; nothing where nothing did."""
    found = {}
    for key in {**before, **after}:
        was, now = before.get(key, {}), after.get(key, {})
        pairs = {
            name: tuple(a - b for a, b in zip(now.get(name, (0, 0)), was.get(name, (0, 0)), strict=True))
            for name in {**was, **now}
        }
        moved = {name: pair for name, pair in pairs.items() if any(pair)}
        if moved:
            found[key] = moved
    return found


def promised(told: dict[str, Any]) -> dict[str, dict[str, tuple[int, int]]]:
    """The rows of a preview under the keys of the forms."""
    return {
        _form_key(row): {
            name: (int(cell["cases"]), int(cell["money"])) for name, cell in row["columns"].items()
        }
        for row in told["rows"]
    }


def _form_key(row: dict[str, Any]) -> str:
    unit, officer = row["unit"], row["officer"]
    if row["kind"] == "total":
        return "total"
    if row["kind"] == "unassigned":
        return f"{unit}/unassigned"
    if row["kind"] == "unit":
        return str(unit)
    return officer if officer.rpartition(".")[0] == unit else f"{unit}/{officer}"


@pytest.mark.parametrize("seed", range(2))
def test_the_promise_is_kept(seed: int, head: APIClient) -> None:
    """Random acts, corrections and annulments on a few cases, each previewed and then recorded."""
    chance = random.Random(seed)
    openings = [opening(number, chance) for number in range(1, 5)]
    keys = bring_in({**body, "acts": []} for body in openings)
    known: dict[int, list[str]] = {key: [] for key in keys}
    recorded = 0
    for step in range(45):
        place = chance.randrange(len(keys))
        key, case = keys[place], Case.objects.filter(pk=keys[place])
        raw = proposal(chance, openings[place]["case"]["decision_date"], known[key])
        raw["ref"] = f"a{step}"
        today = dt.date(chance.choice([2023, 2024, 2025, 2026]), chance.choice([3, 8, 11]), 15)
        try:
            plan = plan_on(cases=case, raw=raw, organisation=Register.load, today=TODAY)
        except Refused:
            continue
        told = figures(plan.before.life, plan.after.life, today=today, lang="vi")
        before = forms(head, today)
        record_act(cases=case, raw=raw, organisation=Register.load, by="TEST", today=TODAY)
        consumers.catch_up()
        assert promised(told) == difference(forms(head, today), before), raw
        known[key].append(raw["ref"])
        recorded += 1
    assert recorded > 8


@pytest.mark.django_db
def test_the_answer_names_period_and_rows() -> None:
    (key,) = bring_in([made_story()])
    Officer.objects.filter(code="DN.HC.01").update(name="Nguyễn Minh Tuấn")
    plan = plan_on(cases=Case.objects.filter(pk=key), raw=COLLECTION, organisation=Register.load, today=TODAY)
    told = figures(plan.before.life, plan.after.life, today=SPRING, lang="en")
    assert told["period"] == {
        "fiscal_year": 2024,
        "months": 6,
        "from": dt.date(2023, 10, 1),
        "to": dt.date(2024, 3, 31),
    }
    assert (told["regime"], told["since"]) == ("TT06_2019", dt.date(2024, 3, 1))
    assert [(row["kind"], row["unit"], row["officer"]) for row in told["rows"]] == [
        ("total", None, None),
        ("unit", "DN.HC", None),
        ("officer", "DN.HC", "DN.HC.01"),
    ]
    assert told["rows"][2]["label"] == "Nguyễn Minh Tuấn"
    assert told["rows"][0]["columns"]["completed"] == {
        "label": "Completed",
        "cases": "0",
        "money": "2000000",
    }


@pytest.mark.django_db
def test_a_dry_run_tells_the_figures() -> None:
    client = caller("DN.HC", "HEAD")
    (key,) = bring_in([made_story()])
    case = Case.objects.get(pk=key)
    answer = client.post(f"/api/v1/cases/{case.public_id}/acts/?dry_run=true", COLLECTION, format="json")
    assert answer.status_code == 200, answer.content
    rows = answer.json()["figures"]["rows"]
    assert [row["kind"] for row in rows] == ["total", "unit", "officer"]
    assert all(row["columns"]["carried_out"]["money"] == "-2000000" for row in rows)
