"""An oracle for deadlines: a free-day list typed from the calendars of the years, and counting day by day.

It shares nothing with the service but the rows of the law.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

ONE = dt.timedelta(days=1)

#: What a day is called, by its date, from the announcements of each year.
FREE = {
    "2024-01-01": "Tết Dương lịch",
    "2024-02-08": "29 Tết",
    "2024-02-09": "Giao thừa",
    "2024-02-10": "Tết Nguyên Đán",
    "2024-02-11": "Mùng hai",
    "2024-02-12": "Mùng ba",
    "2024-02-13": "Mùng bốn",
    "2024-02-14": "Mùng năm",
    "2024-04-18": "Giỗ Tổ Hùng Vương",
    "2024-04-29": "04/05/2024",
    "2024-04-30": "Ngày Chiến thắng",
    "2024-05-01": "Quốc tế Lao động",
    "2024-09-02": "Quốc khánh",
    "2024-09-03": "Quốc khánh",
    "2025-01-01": "Tết Dương lịch",
    "2025-01-27": "29 Tết",
    "2025-01-28": "Giao thừa",
    "2025-01-29": "Tết Nguyên Đán",
    "2025-01-30": "Mùng hai",
    "2025-01-31": "Mùng ba",
    "2025-02-01": "Mùng bốn",
    "2025-04-07": "Giỗ Tổ Hùng Vương",
    "2025-04-30": "Ngày Chiến thắng",
    "2025-05-01": "Quốc tế Lao động",
    "2025-05-02": "26/04/2025",
    "2025-09-01": "Quốc khánh",
    "2025-09-02": "Quốc khánh",
    "2026-01-01": "Tết Dương lịch",
    "2026-01-02": "10/01/2026",
    "2026-02-16": "Giao thừa",
    "2026-02-17": "Tết Nguyên Đán",
    "2026-02-18": "Mùng hai",
    "2026-02-19": "Mùng ba",
    "2026-02-20": "Mùng bốn",
    "2026-04-26": "Giỗ Tổ Hùng Vương",
    "2026-04-27": "Giỗ Tổ Hùng Vương",
    "2026-04-30": "Ngày Chiến thắng",
    "2026-05-01": "Quốc tế Lao động",
    "2026-08-31": "22/08/2026",
    "2026-09-01": "Quốc khánh",
    "2026-09-02": "Quốc khánh",
    "2026-11-24": "Văn hóa Việt Nam",
    "2027-01-01": "Tết Dương lịch",
}
#: Saturdays worked for a day off in the week.
MADE_UP = {"2024-05-04", "2025-04-26", "2026-01-10", "2026-08-22"}
#: The days for which the list above is complete.
FIRST, LAST = dt.date(2024, 1, 1), dt.date(2027, 1, 31)
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def free(day: dt.date) -> bool:
    """Whether nobody works on this day. Raises IndexError for one the list does not know."""
    if not FIRST <= day <= LAST:
        raise IndexError(day)
    if str(day) in MADE_UP:
        return False
    return str(day) in FREE or day.weekday() in (5, 6)


def reckoned(
    length: int, unit: str, direction: str, trigger: dt.date, paused: Iterable[dt.date] = ()
) -> tuple[dt.date, list[dt.date]]:
    """The day it is due, and the free days passed over on the way: while counting working days, or after a
    term that ended on one.
    """
    still = set(paused)
    step = -ONE if direction == "BEFORE" else ONE
    day, passed = trigger, []
    if unit == "AT_ONCE":
        while day in still:
            day += ONE
        return day, []
    if unit == "WORKING_DAY":
        while length:
            day += step
            if day in still:
                continue
            if free(day):
                passed.append(day)
            else:
                length -= 1
        return day, passed
    left = (
        length if unit == "CALENDAR_DAY" else days_of_months(trigger, length * (12 if unit == "YEAR" else 1))
    )
    while left:
        day += step
        left -= day not in still
    while day in still or free(day):
        if day not in still:
            passed.append(day)
        day += step
    return day, passed


def days_of_months(trigger: dt.date, number: int) -> int:
    """How many days lie from here to the same day of a later month, or to the last day of that month."""
    year, month = trigger.year, trigger.month
    for _month in range(number):
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    day = trigger.day
    while True:
        try:
            return (dt.date(year, month, day) - trigger).days
        except ValueError:
            day -= 1


def words(day: dt.date) -> list[str]:
    """What an explanation has to say of a free day: weekday, date, and why."""
    named = [WEEKDAYS[day.weekday()].lower(), day.strftime("%d/%m/%Y")]
    return [*named, FREE[str(day)]] if str(day) in FREE else named
