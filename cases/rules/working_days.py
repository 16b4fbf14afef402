"""Working days: all but Saturdays, Sundays, public holidays, Tết and the days swapped against a Saturday.

A make-up Saturday is a working day. The public holidays of Viet Nam and the swaps it knows come from the
``holidays`` package; the rows of ``data/holidays.toml`` stand above it (Bộ luật Lao động 2019 Đ112). Pure: a
calendar is a value given as an argument.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

import holidays

from cases.rules.tables import Holiday, tables

#: Far enough back for any judgment still enforced, far enough ahead for any clock that starts today.
FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2060

_DAY: Final = dt.timedelta(days=1)
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The free weekdays and the worked weekend days of the years ``first_year`` to ``last_year``."""

    off: frozenset[dt.date]
    worked: frozenset[dt.date]
    first_year: int
    last_year: int

    def holidays_in(self, first_year: int, last_year: int) -> int:
        """How many public holidays and swapped days these years have, both years included."""
        return sum(first_year <= day.year <= last_year for day in self.off)


def build_calendar(
    overrides: Iterable[Holiday], first_year: int = FIRST_YEAR, last_year: int = LAST_YEAR
) -> WorkingCalendar:
    """The calendar of Viet Nam for these years: what the package says, and the overriding rows above it."""
    package = holidays.country_holidays("VN", years=range(first_year, last_year + 1))
    off = set(package)
    worked = set(package.weekend_workdays)
    for row in overrides:
        if row.kind == "OFF":
            off.add(row.day)
            worked.discard(row.day)
        else:
            off.discard(row.day)
            worked.add(row.day)
    return WorkingCalendar(frozenset(off), frozenset(worked), first_year, last_year)


@cache
def vietnam() -> WorkingCalendar:
    """The calendar of the shipped tables."""
    return build_calendar(tables().holidays.values())


def is_working_day(day: dt.date, calendar: WorkingCalendar) -> bool:
    """Raises ValueError outside the years of the calendar: an unknown year is not one without holidays."""
    if not calendar.first_year <= day.year <= calendar.last_year:
        raise ValueError(f"the working calendar covers {calendar.first_year}–{calendar.last_year}, not {day}")
    if day in calendar.off:
        return False
    return day.weekday() < _SATURDAY or day in calendar.worked


def add_working_days(day: dt.date, n: int, calendar: WorkingCalendar) -> dt.date:
    """The n-th working day after ``day``, or before it when n is negative.

    ``day`` itself does not count (BLDS Đ147.2). With n = 0 the day itself, working or not.
    """
    step = _DAY if n >= 0 else -_DAY
    left = abs(n)
    while left:
        day += step
        if is_working_day(day, calendar):
            left -= 1
    return day


def next_working_day(day: dt.date, calendar: WorkingCalendar) -> dt.date:
    """``day`` if it is a working day, else the first one after it: where a term ends (BLDS Đ148.5)."""
    while not is_working_day(day, calendar):
        day += _DAY
    return day


def working_days_between(start: dt.date, end: dt.date, calendar: WorkingCalendar) -> int:
    """How many working days lie after ``start`` and up to and with ``end``; 0 when ``end`` is not later."""
    days = (start + dt.timedelta(days=offset) for offset in range(1, (end - start).days + 1))
    return sum(is_working_day(day, calendar) for day in days)
