"""Life stories and the form cells they give, each named for the rule of counting that it proves."""

from __future__ import annotations

import itertools

import pytest

from tests.stories.builder import COLUMNS, UNITS, LifeStory, broken_identities
from tests.stories.cases import STORIES
from tests.stories.reading import differences, life_of, row_of
from thads.common.periods import Period

each_story = pytest.mark.parametrize("told", STORIES, ids=[told.rule for told in STORIES])

SIDES = ("cases", "money")
#: A row shows what crossed its own boundary, so these two do not add up over rows; all others do.
TRANSFERS = ("transferred_in", "transferred_out")
ADDING_UP = tuple(column for column in COLUMNS if column not in TRANSFERS)


def test_every_rule_has_its_own_name() -> None:
    names = [told.rule for told in STORIES]
    assert len(names) == len(set(names))


@each_story
def test_the_expected_rows_are_consistent(told: LifeStory) -> None:
    """What was worked out by hand satisfies the identities, so a slip of ours is not blamed on the program."""
    assert told.expect
    assert [broken for row in told.expect for broken in broken_identities(row)] == []


@each_story
def test_figures(told: LifeStory) -> None:
    life = life_of(told.story)
    assert [line for row in told.expect for line in differences(life, row)] == []


@each_story
def test_units_add_up_to_the_department(told: LifeStory) -> None:
    """The whole = Σ rows of the units' own holdings but for the transfers, whose surplus is the same in and out."""
    life = life_of(told.story)
    for fiscal_year, months, book in sorted(_asked(told)):
        period = Period(fiscal_year, months)
        whole = row_of(life, set(UNITS), period, book)
        parts = [row_of(life, {unit}, period, book) for unit in sorted(UNITS)]
        for side in SIDES:
            total = getattr(whole, side)
            added = {column: sum(getattr(part, side).get(column, 0) for part in parts) for column in COLUMNS}
            assert [column for column in ADDING_UP if added[column] != total.get(column, 0)] == []
            assert [total.get(column, 0) for column in TRANSFERS] == [0, 0]
            assert added["transferred_in"] == added["transferred_out"]


@each_story
def test_bridge_between_the_years(told: LifeStory) -> None:
    """carried_in(N+1) = carried_out(N) − what entered the separate book during N and is still there at its end."""
    life = life_of(told.story)
    first, last = min(_asked(told))[0] - 1, max(_asked(told))[0]
    for book in ("ALL", "STATE_BUDGET"):
        for unit in ("DN.HC", "DN.TK"):
            years = [row_of(life, {unit}, Period(year, 12), book) for year in range(first, last + 2)]
            # Every act of these stories is over by then, so in the last pair the book is as it was on 30/9.
            for before, after in itertools.pairwise(years):
                assert before.broken == after.broken == ()
                for side in SIDES:
                    b, a = getattr(before, side), getattr(after, side)
                    stock = b["in_progress"] + b["deferred_consent"]
                    stock += b["postponed"] + b["suspended"] + b["other_pending"]
                    assert stock <= a["carried_in"] <= b["carried_out"] <= stock + b["ineligible"]
            for side in SIDES:
                b, a = getattr(years[-2], side), getattr(years[-1], side)
                entered = a["separate_book"] - b["separate_book"]
                assert a["carried_in"] == b["carried_out"] - entered


def _asked(told: LifeStory) -> set[tuple[int, int, str]]:
    return {(row["fiscal_year"], row["months"], row.get("book", "ALL")) for row in told.expect}
