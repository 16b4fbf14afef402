"""Working days: all but Saturdays, Sundays, public holidays, Tết and the days swapped against a Saturday.

A make-up Saturday is a working day. The public holidays of Viet Nam and the swaps it knows come from the
``holidays`` package; the rows of ``data/holidays.toml`` stand above it (Bộ luật Lao động 2019 Đ112). Pure: a
calendar is a value given as an argument.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import holidays

from cases.rules.tables import Holiday, tables
from thads.common.labels import Label

#: Far enough back for any judgment still enforced, far enough ahead for any clock that starts today.
FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2060

_DAY: Final = dt.timedelta(days=1)
_SATURDAY: Final = 5
#: The calendar of the tables last asked for, by their version: it takes long to build.
_CALENDARS: Final[dict[str, WorkingCalendar]] = {}


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """The free weekdays and the worked weekend days of the years ``first_year`` to ``last_year``, and what
    the days are called that are not like any other of their weekday.
    """

    off: frozenset[dt.date]
    worked: frozenset[dt.date]
    first_year: int
    last_year: int
    names: Mapping[dt.date, Label] = field(default_factory=lambda: MappingProxyType({}), compare=False)

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
    names = _names(first_year, last_year)
    for row in overrides:
        names[row.day] = Label(row.label, row.label_en)
        if row.kind == "OFF":
            off.add(row.day)
            worked.discard(row.day)
        else:
            off.discard(row.day)
            worked.add(row.day)
    return WorkingCalendar(frozenset(off), frozenset(worked), first_year, last_year, MappingProxyType(names))


def _names(first_year: int, last_year: int) -> dict[dt.date, Label]:
    """What the package calls its days. Its English dates are American; here a day comes first."""
    years = range(first_year, last_year + 1)
    own, english = (
        holidays.country_holidays("VN", years=years, language=language) for language in ("vi", "en_US")
    )
    return {day: Label(own[day], re.sub(r"(\d\d)/(\d\d)/(\d{4})", r"\2/\1/\3", english[day])) for day in own}


def vietnam() -> WorkingCalendar:
    """The calendar of the tables in force."""
    law = tables()
    known = _CALENDARS.get(law.version)
    if known is None:
        known = build_calendar(law.holidays.values())
        _CALENDARS.clear()
        _CALENDARS[law.version] = known
    return known


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
