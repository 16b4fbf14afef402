"""Working days of Viet Nam: weekends, Tết, swap days, and the rows that stand above the package."""

from __future__ import annotations

import datetime as dt

import pytest

from cases.rules.tables import Holiday, tables
from cases.rules.working_days import (
    add_working_days,
    build_calendar,
    is_working_day,
    next_working_day,
    vietnam,
    working_days_between,
)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "working"),
    [
        ("2024-03-29", True),
        ("2024-03-30", False),  # Saturday
        ("2024-03-31", False),  # Sunday
        ("2024-04-18", False),  # Giỗ Tổ Hùng Vương
        ("2024-09-02", False),
        ("2024-09-03", False),
        ("2024-04-29", False),  # swapped …
        ("2024-05-04", True),  # … with this Saturday
        ("2025-05-02", False),
        ("2025-04-26", True),
        ("2026-01-02", False),  # ours: the package lacks this swap
        ("2026-01-10", True),
        ("2026-01-17", False),
        ("2026-08-31", False),
        ("2026-08-22", True),
    ],
)
def test_working_or_not(text: str, working: bool) -> None:
    assert is_working_day(day(text), vietnam()) is working


@pytest.mark.parametrize(
    ("last_before", "first_after"),
    [("2024-02-07", "2024-02-15"), ("2025-01-24", "2025-02-03"), ("2026-02-13", "2026-02-23")],
)
def test_the_whole_of_tet_is_free(last_before: str, first_after: str) -> None:
    calendar = vietnam()
    assert is_working_day(day(last_before), calendar)
    assert add_working_days(day(last_before), 1, calendar) == day(first_after)
    assert add_working_days(day(first_after), -1, calendar) == day(last_before)


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        ("2024-03-31", 1, "2024-04-01"),  # the officer's report after six months of FY2024
        ("2024-03-31", 4, "2024-04-04"),  # the department's
        ("2024-03-29", 2, "2024-04-02"),
        ("2024-02-06", 5, "2024-02-20"),  # across Tết
        ("2024-05-02", 2, "2024-05-04"),  # the make-up Saturday counts
        ("2025-04-29", 1, "2025-05-05"),
        ("2025-12-31", 1, "2026-01-05"),
        ("2026-01-09", 1, "2026-01-10"),
        ("2026-01-12", -2, "2026-01-09"),
        ("2024-03-30", 0, "2024-03-30"),
    ],
)
def test_adding_working_days(start: str, n: int, end: str) -> None:
    assert add_working_days(day(start), n, vietnam()) == day(end)


def test_a_term_that_ends_on_a_free_day_ends_on_the_next_working_day() -> None:
    assert next_working_day(day("2024-02-10"), vietnam()) == day("2024-02-15")
    assert next_working_day(day("2024-02-15"), vietnam()) == day("2024-02-15")


def test_counting_between_is_the_inverse_of_adding() -> None:
    calendar, start = vietnam(), day("2026-01-01")
    for n in range(60):
        assert working_days_between(start, add_working_days(start, n, calendar), calendar) == n
    assert working_days_between(start, start - dt.timedelta(days=9), calendar) == 0


def test_an_override_stands_above_the_package_both_ways() -> None:
    def row(text: str, kind: str) -> Holiday:
        return Holiday(label="x", label_en="x", day=day(text), kind=kind, basis="x")

    calendar = build_calendar(
        [row("2024-09-03", "WORKED"), row("2024-05-04", "OFF"), row("2024-07-01", "OFF")], 2024, 2024
    )
    assert is_working_day(day("2024-09-03"), calendar)
    assert not is_working_day(day("2024-05-04"), calendar)
    assert not is_working_day(day("2024-07-01"), calendar)
    assert is_working_day(day("2024-07-02"), calendar)


def test_a_year_the_calendar_does_not_cover_is_refused() -> None:
    calendar = build_calendar(tables().holidays.values(), 2024, 2025)
    with pytest.raises(ValueError, match="2024–2025"):
        is_working_day(day("2026-01-05"), calendar)
    with pytest.raises(ValueError, match="2024–2025"):
        add_working_days(day("2025-12-31"), 1, calendar)


def test_every_make_up_day_is_a_weekend_day_and_every_override_changes_something() -> None:
    without = build_calendar(())
    for row in tables().holidays.values():
        assert is_working_day(row.day, without) is (row.kind == "OFF"), row.day
        if row.kind == "WORKED":
            assert row.day.weekday() >= 5
