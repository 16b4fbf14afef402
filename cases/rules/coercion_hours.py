"""When coercion is forbidden: at night, on days off, around Tết (L25 Đ72.5; D152 Đ42.2; L08 Đ46.2; D62 Đ13).

The clock K48 of the table. Fifteen days before and after Tết are counted from its first day (mùng một), both
ends included; the law does not say from which of its days. Pure.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from cases.rules.deadlines import VIET_NAM
from cases.rules.working_days import WorkingCalendar, is_working_day
from thads.common.labels import Label

#: The first hour of the night, and the hour in which it is over.
NIGHT: Final = 22
MORNING: Final = 6
AROUND_TET: Final = 15
#: What the calendar calls the first day of Tết.
_FIRST_OF_TET: Final = "Tết Nguyên Đán"


def forbidden(moment: dt.datetime, calendar: WorkingCalendar) -> tuple[Label, ...]:
    """Why coercion may not take place at this moment; empty when it may.

    Raises ValueError outside the years of the calendar.
    """
    local = moment.astimezone(VIET_NAM)
    reasons = []
    if local.hour >= NIGHT or local.hour < MORNING:
        reasons.append(Label("từ 22 giờ đến 06 giờ", "from 22:00 to 06:00"))
    if not is_working_day(local.date(), calendar):
        why = calendar.names.get(local.date())
        vi, en = (f": {why.vi}", f": {why.en}") if why else ("", "")
        reasons.append(Label(f"ngày nghỉ {local:%d/%m/%Y}{vi}", f"the day off {local:%d/%m/%Y}{en}"))
    tet = _tet_near(local.date(), calendar)
    if tet is not None:
        reasons.append(
            Label(
                f"trong 15 ngày trước hoặc sau Tết Nguyên đán {tet:%d/%m/%Y}",
                f"within 15 days before or after Tết {tet:%d/%m/%Y}",
            )
        )
    return tuple(reasons)


def next_allowed(moment: dt.datetime, calendar: WorkingCalendar) -> dt.datetime:
    """The moment itself when coercion may take place then, or else the first after it.

    Raises ValueError beyond the years of the calendar.
    """
    local = moment.astimezone(VIET_NAM)
    while forbidden(local, calendar):
        morning = local.replace(hour=MORNING, minute=0, second=0, microsecond=0)
        local = morning if local < morning else morning + dt.timedelta(days=1)
    return local


def _tet_near(day: dt.date, calendar: WorkingCalendar) -> dt.date | None:
    """The first day of a Tết that is no more than fifteen days away."""
    for distance in range(-AROUND_TET, AROUND_TET + 1):
        other = day + dt.timedelta(days=distance)
        name = calendar.names.get(other)
        if name is not None and name.vi == _FIRST_OF_TET:
            return other
    return None
