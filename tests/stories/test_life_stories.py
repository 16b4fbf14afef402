"""Life stories and the form cells they give, each named for the rule of counting that it proves."""

from __future__ import annotations

import itertools

import pytest

from cases.rules.life import Life
from tests.stories.builder import COLUMNS, UNITS, Json, LifeStory, broken_identities
from tests.stories.cases import STORIES
from tests.stories.reading import differences, life_of, row_of

each_story = pytest.mark.parametrize("told", STORIES, ids=[told.rule for told in STORIES])

#: A row shows what crossed its own boundary, so these two do not add up over rows.
ADDING_UP = [column for column in COLUMNS if column not in ("transferred_in", "transferred_out")]
#: These move with the transfers: a unit's own row counts what it took over and gave away.
TRANSFER_COLUMNS = ("transferred_in", "transferred_out")


def test_every_rule_has_its_own_name() -> None:
    names = [told.rule for told in STORIES]
    assert len(names) == len(set(names))


@each_story
def test_the_expected_rows_are_consistent(told: LifeStory) -> None:
    """What was worked out by hand satisfies the identities, so an error of ours is not blamed on the program."""
    assert told.expect
    assert [broken for row in told.expect for broken in broken_identities(row)] == []


@each_story
def test_figures(told: LifeStory) -> None:
    life = life_of(told.story)
    assert [line for row in told.expect for line in differences(life, row, COLUMNS)] == []


@each_story
def test_units_add_up_to_the_department(told: LifeStory) -> None:
    """Σ rows of the units' own holdings = the whole, but for the transfers, whose surplus is the same in and out."""
    life = life_of(told.story)
    for fiscal_year, months, book in sorted({_period_and_book(row) for row in told.expect}):
        asked: Json = {"fiscal_year": fiscal_year, "months": months, "book": book}
        whole = row_of(life, asked | {"unit": "DN"})
        parts = [row_of(life, asked | {"unit": unit}) for unit in sorted(UNITS - {"DN"})]
        for side in ("cases", "money"):
            own = _own_holdings(life, asked, side)
            added = {
                column: own.get(column, 0) + sum(getattr(part, side).get(column, 0) for part in parts)
                for column in COLUMNS
            }
            total = getattr(whole, side)
            assert {column: added[column] for column in ADDING_UP} == {column: total.get(column, 0) for column in ADDING_UP}
            surplus = [added[column] - total.get(column, 0) for column in TRANSFER_COLUMNS]
            assert surplus[0] == surplus[1]


@each_story
def test_bridge_between_the_years(told: LifeStory) -> None:
    """carried_in(N+1) = carried_out(N) − what entered SEPARATE during N and is still there at its end."""
    life = life_of(told.story)
    for book, unit in itertools.product(("ALL", "STATE_BUDGET"), ("DN", "DN.HC", "DN.TK")):
        for year in range(2020, 2028):
            before = row_of(life, {"unit": unit, "fiscal_year": year, "months": 12, "book": book})
            after = row_of(life, {"unit": unit, "fiscal_year": year + 1, "months": 12, "book": book})
            first = row_of(life, {"unit": unit, "fiscal_year": year + 1, "months": 1, "book": book})
            assert before.broken == after.broken == first.broken == ()
            assert (first.cases["carried_in"], first.money["carried_in"]) == (
                after.cases["carried_in"],
                after.money["carried_in"],
            )
            for side in ("cases", "money"):
                stock = sum(
                    getattr(before, side).get(column, 0)
                    for column in ("in_progress", "deferred_consent", "postponed", "suspended", "other_pending")
                )
                carried = getattr(after, side)["carried_in"]
                assert stock <= carried <= getattr(before, side)["carried_out"]


def _period_and_book(row: Json) -> tuple[int, int, str]:
    return row["fiscal_year"], row["months"], row.get("book", "ALL")


def _own_holdings(life: Life, asked: Json, side: str) -> dict[str, int]:
    """The department's own row: what is held by the department itself, not by a unit below it."""
    from reports.counting.columns import of_stories
    from thads.common.periods import Period

    row = of_stories(
        [life],
        units={"DN"},
        period=Period(asked["fiscal_year"], asked["months"]),
        book=asked["book"],
    )
    return dict(getattr(row, side))
