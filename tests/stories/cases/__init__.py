"""All life stories by rule. Each module has ``STORIES``; the names of the rules are unique over all of them."""

from tests.stories.cases import (
    annulment,
    correction,
    endings,
    lines_and_buckets,
    money,
    periods_and_years,
    reassignment,
    reclassify,
    same_day,
    separate_book,
    state_budget_book,
)

STORIES = [
    *lines_and_buckets.STORIES,
    *endings.STORIES,
    *money.STORIES,
    *separate_book.STORIES,
    *annulment.STORIES,
    *correction.STORIES,
    *reassignment.STORIES,
    *reclassify.STORIES,
    *state_budget_book.STORIES,
    *same_day.STORIES,
    *periods_and_years.STORIES,
]
