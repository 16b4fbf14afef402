"""Working days of the demonstration, as ordinals (``date.toordinal``).

Its own small table of holidays: the demonstration needs days that look right, not the legal calendar, and
must not change when a holiday of the register is corrected.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

_FIRST: Final = dt.date(2008, 1, 1).toordinal()
_LAST: Final = dt.date(2024, 12, 31).toordinal()

#: First day of the lunar year; the offices are closed from the day before for a week.
_TET: Final = (
    "2008-02-07", "2009-01-26", "2010-02-14", "2011-02-03", "2012-01-23", "2013-02-10", "2014-01-31",
    "2015-02-19", "2016-02-08", "2017-01-28", "2018-02-16", "2019-02-05", "2020-01-25", "2021-02-12",
    "2022-02-01", "2023-01-22", "2024-02-10",
)  # fmt: skip
_FIXED: Final = ((1, 1), (4, 30), (5, 1), (9, 2))


def ordinal(text: str) -> int:
    """The ordinal of an ISO date."""
    return dt.date.fromisoformat(text).toordinal()


def _closed() -> frozenset[int]:
    found = {ordinal(tet) + after for tet in _TET for after in range(-1, 6)}
    found.update(dt.date(year, month, day).toordinal() for year in range(2008, 2025) for month, day in _FIXED)
    return frozenset(found)


def _tables() -> tuple[list[int], list[int], list[str], list[int]]:
    closed = _closed()
    days = range(_FIRST, _LAST + 1)
    working = [(day - 1) % 7 < 5 and day not in closed for day in days]
    before: list[int] = []
    last = _FIRST
    for day, works in zip(days, working, strict=True):
        last = day if works else last
        before.append(last)
    after = [0] * len(working)
    following = _LAST
    for index in range(len(working) - 1, -1, -1):
        following = _FIRST + index if working[index] else following
        after[index] = following
    dates = [dt.date.fromordinal(day) for day in days]
    years = [date.year + (date.month >= 10) for date in dates]
    return before, after, [date.isoformat() for date in dates], years


_BEFORE, _AFTER, _ISO, _YEARS = _tables()


def iso(day: int) -> str:
    return _ISO[day - _FIRST]


def fiscal_year(day: int) -> int:
    """The statistical year of a day: 01/10/N-1 to 30/9/N is year N."""
    return _YEARS[day - _FIRST]


def year(day: int) -> int:
    """The calendar year of a day."""
    return int(_ISO[day - _FIRST][:4])


def working_from(day: int) -> int:
    """The day itself when the offices are open, else the next day on which they are."""
    return _AFTER[day - _FIRST]


def between(chance: float, low: int, high: int) -> int:
    """A working day in [low, high]; ``chance`` in [0, 1) chooses. Where there is none, ``low``."""
    if high <= low:
        return low
    day = _AFTER[low + int(chance * (high - low + 1)) - _FIRST]
    if day > high:
        day = _BEFORE[high - _FIRST]
    return day if day >= low else low


#: Ends of the halves of the statistical years told here, and the last day of the register.
END_OF_2022: Final = ordinal("2022-09-30")
END_OF_MARCH_2023: Final = ordinal("2023-03-31")
END_OF_2023: Final = ordinal("2023-09-30")
END_OF_REGISTER: Final = ordinal("2024-03-31")
#: (first day, last day) of half-years 1, 2 and 3; half 0 is everything before.
HALVES: Final = (
    (ordinal("2015-10-01"), END_OF_2022),
    (END_OF_2022 + 1, END_OF_MARCH_2023),
    (END_OF_MARCH_2023 + 1, END_OF_2023),
    (END_OF_2023 + 1, END_OF_REGISTER),
)
