"""The demonstration register of Da Nang: counted by the real code, it gives the published figures."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice, pairwise
from pathlib import Path

import orjson
import pytest

from cases.rules.lawful import lawful_story
from cases.rules.life import Life
from cases.rules.story import Reference, Story, parse
from cases.rules.tables import tables
from reports.counting import columns, movements, tally
from reports.counting.regimes import regime_on
from reports.counting.tally import Tally
from thads.common.errors import Fault
from thads.common.periods import Period, fiscal_year_of, month_of
from thads.integration import demo
from thads.integration.demo import danang, register
from thads.integration.demo.offices import OFFICERS, officer_codes
from thads.integration.demo.people import ESTABLISHMENT, people

AS_OF = dt.date(2024, 3, 31)
TY = 10**9
TARGETS = json.loads((Path(demo.__file__).parent / "danang_targets.json").read_text(encoding="utf-8"))
CODES = {code for unit in OFFICERS for code in officer_codes(unit)}
REFERENCE = Reference(set(OFFICERS), CODES, tables())
HALF_YEAR = (dt.date(2023, 10, 1), AS_OF)


@dataclass
class Register:
    """The whole register, read and counted once."""

    lines: list[bytes] = field(default_factory=list)
    stories: list[Story] = field(default_factory=list)
    warnings: Counter[str] = field(default_factory=Counter)
    rows: dict[Period, columns.Row] = field(default_factory=dict)
    #: In 2023, and still there at its end.
    entered_separate: dict[str, int] = field(default_factory=dict)


@pytest.fixture(scope="module")
def danang_register() -> Register:
    found = Register(lines=list(danang.stories()))
    for line in found.lines:
        story, warnings = parse(orjson.loads(line), REFERENCE, AS_OF)
        found.stories.append(story)
        found.warnings.update(warning.code for warning in warnings)
    count(found, (story.life(REFERENCE.tables) for story in found.stories))
    return found


def count(found: Register, lives: Iterator[Life]) -> None:
    """The row of the department for every period up to 31/3/2024. Folding refuses what is not lawful."""
    months: dict[tuple[int, int], tuple[Tally, Tally]] = defaultdict(lambda: (Tally(), Tally()))
    for life in lives:
        for leg in movements.legs(life):
            if leg.book != movements.ALL:
                continue
            for year in (2023, 2024):
                if leg.fiscal_year <= year:
                    month = month_of(leg.effective_on) if leg.fiscal_year == year else 1
                    tally.add_leg(*months[year, month], year, leg, False)
    for year, last in ((2023, 12), (2024, 6)):
        cases, money = Tally(), Tally()
        for month in range(1, last + 1):
            cases.merge(months[year, month][0])
            money.merge(months[year, month][1])
            period = Period(year, month)
            found.rows[period] = columns.row(regime_on(period.ends_on), cases, money)
        if year == 2023:
            found.entered_separate = {
                "cases": cases.atoms[tally.SEPARATE_THIS_YEAR],
                "money": money.atoms[tally.SEPARATE_THIS_YEAR],
            }


def printed(amount: int) -> Decimal:
    """Đồng as the report prints them: whole tỷ, half up."""
    return columns.round_half_up(Decimal(amount) / TY, 0)


def wanted(value: int | dict[str, int]) -> int:
    return value["value"] if isinstance(value, dict) else value


@pytest.mark.parametrize("target", TARGETS["periods"], ids=lambda t: f"{t['fiscal_year']}-{t['months']}")
def test_counts_and_sums_are_those_of_the_report(danang_register: Register, target: dict) -> None:
    row = danang_register.rows[Period(target["fiscal_year"], target["months"])]
    cases = {name: row.cases[name] for name in target["cases"]}
    money = {name: printed(row.money[name]) for name in target["money_ty"]}
    assert cases == {name: wanted(value) for name, value in target["cases"].items()}
    assert money == {name: wanted(value) for name, value in target["money_ty"].items()}


def test_printed_growth_and_ratios_hold(danang_register: Register) -> None:
    period = Period(2024, 6)
    now, prior = danang_register.rows[period], danang_register.rows[period.prior_same()]
    expected = TARGETS["periods"][2]["printed"]

    def growth(new: int, old: int) -> tuple[int, str]:
        return new - old, str(columns.percentage(new - old, old))

    def said(key: str, unit: str) -> tuple[int, str]:
        return expected[key][unit], expected[key]["pct"]

    total = growth(now.cases["total_handled"], prior.cases["total_handled"])
    done = growth(now.cases["done"], prior.cases["done"])
    new, change = growth(now.money["newly_accepted"], prior.money["newly_accepted"])[::-1]
    assert total == said("cases_growth_total", "abs")
    assert done == said("cases_growth_done", "abs")
    assert (int(printed(change)), new) == said("money_growth_new", "abs_ty")
    assert str(columns.percentage(now.cases["done"], now.cases["eligible"])) == expected["cases_done_ratio"]
    assert str(columns.percentage(now.money["done"], now.money["eligible"])) == expected["money_done_ratio"]


def test_averages_hold_on_the_full_year_with_55_officers(danang_register: Register) -> None:
    row = danang_register.rows[Period(2023, 12)]
    officers = wanted(TARGETS["staff"]["enforcement_officers"])
    average = TARGETS["periods"][1]["average_per_officer"]
    assert len(CODES) == officers == 55
    assert row.cases["total_to_enforce"] == average["cases"] * officers
    assert row.money["total_to_enforce"] > average["money_ty_over"] * TY * officers


def test_every_identity_holds_in_every_period(danang_register: Register) -> None:
    assert {period: row.broken for period, row in danang_register.rows.items() if row.broken} == {}


@pytest.mark.parametrize("measure", ["cases", "money"])
def test_bridge_between_the_years(danang_register: Register, measure: str) -> None:
    """Carried in = carried out − what went to the separate book in the year and was still there at its end."""
    before, after = (getattr(danang_register.rows[Period(*p)], measure) for p in ((2023, 12), (2024, 1)))
    entered = danang_register.entered_separate[measure]
    assert entered > 0
    assert after["carried_in"] == before["carried_out"] - entered


def test_figures_grow_month_by_month(danang_register: Register) -> None:
    for earlier, later in pairwise(sorted(danang_register.rows)):
        if earlier.fiscal_year == later.fiscal_year:
            before, after = danang_register.rows[earlier], danang_register.rows[later]
            for name in ("total_handled", "newly_accepted", "done", "completed", "entrusted_out"):
                assert before.cases[name] <= after.cases[name], (name, later)
            for name in ("total_handled", "newly_accepted", "done"):
                assert before.money[name] < after.money[name], (name, later)
            assert before.cases["carried_in"] == after.cases["carried_in"]


def test_no_story_gives_a_warning(danang_register: Register) -> None:
    assert danang_register.warnings == {}


def test_every_officer_and_every_unit_has_cases(danang_register: Register) -> None:
    held = Counter(story.officer for story in danang_register.stories)
    assert held.keys() == CODES
    assert min(held.values()) >= 50
    assert {story.unit for story in danang_register.stories} == set(OFFICERS)


def test_nothing_happens_after_the_day_of_the_register(danang_register: Register) -> None:
    assert max(act.effective_on for story in danang_register.stories for act in story.acts) <= AS_OF


def test_decision_numbers_are_unique_in_a_unit_and_year(danang_register: Register) -> None:
    seen = Counter(number for story in danang_register.stories for number in numbers(story))
    assert [number for number, count in seen.items() if count > 1] == []


def numbers(story: Story) -> Iterator[tuple[str, int, str]]:
    """(unit, statistical year, number) of the decision and of every numbered act."""
    yield story.unit, fiscal_year_of(story.decision_date), story.decision_number
    unit = story.unit
    for act in story.acts:
        unit = act.unit or unit
        if act.decision_number:
            yield unit, fiscal_year_of(act.effective_on), act.decision_number


def test_a_registry_numbers_by_day(danang_register: Register) -> None:
    opened = [
        (story.decision_date, int(story.decision_number.partition("/")[0]))
        for story in danang_register.stories
        if story.unit == "DN.HC" and fiscal_year_of(story.decision_date) == 2024
    ]
    assert len(opened) > 1000
    assert sorted(opened) == sorted(opened, key=lambda one: one[1])


def test_amounts_are_believable(danang_register: Register) -> None:
    amounts = [o.amount for story in danang_register.stories for o in story.obligations if o.amount]
    assert all(amount >= 50_000 and amount % 1000 == 0 for amount in amounts)
    assert max(amounts) < 900 * TY
    fees = [
        o.amount for s in danang_register.stories for o in s.obligations if o.kind == "COURT_FEE" and o.amount
    ]
    assert sorted(fees)[len(fees) // 2] < 10_000_000


def test_kinds_of_duty_and_ways_of_ending_are_all_there(danang_register: Register) -> None:
    acts = Counter(act.type.code for story in danang_register.stories for act in story.acts)
    for code in (
        "COLLECTION", "PERFORMANCE", "INTEREST_DETERMINED", "AMENDMENT_DECISION", "NO_CONDITION_DECISION", "CONTINUE_DECISION",
        "SEPARATE_BOOK", "DEFER_DECISION", "STAY_DECISION", "STAY_NOTICE", "OTHER_PENDING", "TERMINATION_DECISION",
        "RELIEF_DECISION", "DELEGATION_DECISION", "REVOCATION_DECISION", "ANNULMENT_DECISION", "FILE_PULL_DECISION", "REASSIGN",
        "RECLASSIFY", "ANNUL_ACT", "CORRECTION", "SERVICE", "VERIFICATION", "ATTACHMENT", "VALUATION", "AUCTION",
    ):  # fmt: skip
        assert acts[code] > 0, code
    assert len({story.field for story in danang_register.stories}) == len(REFERENCE.tables.case_fields)
    assert sum(any(p.ref == "d2" for p in story.parties) for story in danang_register.stories) > 300


def test_two_houses_of_economic_cases_were_sold_and_others_are_on_their_way(
    danang_register: Register,
) -> None:
    """The published sentence: two house-and-land assets auctioned, many others at valuation and auction."""
    stages: Counter[str] = Counter()
    for story in danang_register.stories:
        if "CORRUPTION_ECONOMIC" in story.tags:
            stages.update(stage for asset, stage in house_stages(story).items())
    expected = TARGETS["periods"][2]["assets"]
    assert stages["SOLD"] == expected["real_estate_sold_at_auction"]
    assert all(stages[stage] >= 3 for stage in expected["others_at"]), stages


def house_stages(story: Story) -> dict[int, str]:
    """The stage each house of a case reached within the half-year to 31/3/2024."""
    stages: dict[int, str] = {}
    for act in story.acts:
        if act.asset is None or not HALF_YEAR[0] <= act.effective_on <= HALF_YEAR[1]:
            continue
        if story.assets[act.asset].kind == "REAL_ESTATE":
            if act.type.code == "VALUATION" and act.data and act.data["price"]:
                stages[act.asset] = "VALUED"
            elif act.type.code == "AUCTION" and act.data:
                stages[act.asset] = act.data.get("result", "AUCTION_SCHEDULED")
    return stages


def test_money_of_the_sold_houses_was_collected(danang_register: Register) -> None:
    sold = [
        (story, act)
        for story in danang_register.stories
        if "CORRUPTION_ECONOMIC" in story.tags
        for act in story.acts
        if act.type.code == "AUCTION" and act.data and act.data.get("result") == "SOLD"
    ]
    assert len(sold) == 2
    for story, auction in sold:
        assert auction.data
        paid = [
            amount
            for act in story.acts
            if act.type.code == "COLLECTION" and auction.effective_on < act.effective_on <= AS_OF
            for _, amount in act.lines or ()
        ]
        assert int(auction.data["price"]) in paid


def test_same_seed_same_bytes(danang_register: Register) -> None:
    assert list(islice(danang.stories(), 500)) == danang_register.lines[:500]


def test_another_seed_is_another_register_that_meets_the_figures_too(danang_register: Register) -> None:
    """The figures come from quotas, not from luck: the money of another seed is settled without complaint."""
    other = list(danang.stories(danang.SEED + 1))
    assert len(other) == len(danang_register.lines)
    assert other[:500] != danang_register.lines[:500]


def test_a_register_of_any_size_is_lawful_and_deterministic() -> None:
    lines = list(register.stories(1500))
    assert len(lines) == 1500
    assert list(register.stories(1500)) == lines
    assert list(register.stories(1500, 1)) != lines
    warnings: list[Fault] = []
    seen: Counter[tuple[str, int, str]] = Counter()
    for line in lines:
        lawful = lawful_story(orjson.loads(line), REFERENCE, AS_OF)
        warnings.extend(lawful.warnings)
        seen.update(numbers(lawful.story))
    assert warnings == []
    assert max(seen.values()) == 1


def test_a_large_register_is_streamed() -> None:
    """The first story of a million comes at once: nothing is gathered before."""
    assert orjson.loads(next(register.stories(1_000_000)))["case"]["decision_number"]


def test_people_fill_the_establishment() -> None:
    everybody = people()
    assert len(everybody) == ESTABLISHMENT == TARGETS["staff"]["establishment"]
    assert {person.code for person in everybody if person.role == "OFFICER"} == CODES
    assert len({person.name for person in everybody}) == len(everybody)
    assert len({person.code for person in everybody}) == len(everybody)
    assert [unit["code"] for unit in TARGETS["units"]] == list(OFFICERS)
