"""When a legal clock ends, and step by step why on this date (BLDS Đ144–148).

The day of the trigger is not counted (Đ147.2). Working days are those of the calendar. A term in days, months
or years that ends on a day off ends on the next working day (Đ148.5), unless that is switched off. Months
and years end on the corresponding date, or on the last day of a month that has none (Đ148.3–4), and one day
later for each day paused. Hours run on through days off. What lies before its trigger is counted backwards.

Pure: clock, calendar and pauses are arguments. Days are plain dates; clocks of hours take moments with their
offset and tell them in the time of Viet Nam.
"""

from __future__ import annotations

import calendar as months
import datetime as dt
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from cases.rules.clocks import check_term, find_clock, term_of
from cases.rules.tables import Clock, Tables
from cases.rules.working_days import WorkingCalendar, is_working_day
from thads.common.errors import Fault, Refused
from thads.common.labels import Label

VIET_NAM: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_DAY: Final = dt.timedelta(days=1)
_SATURDAY: Final = 5
_WEEKDAYS: Final = (
    Label("thứ Hai", "Monday"),
    Label("thứ Ba", "Tuesday"),
    Label("thứ Tư", "Wednesday"),
    Label("thứ Năm", "Thursday"),
    Label("thứ Sáu", "Friday"),
    Label("thứ Bảy", "Saturday"),
    Label("Chủ nhật", "Sunday"),
)


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch in which a clock stands still: from its first to its last day, none of them counted; for a
    clock of hours from one moment to another.
    """

    start: dt.date
    end: dt.date


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the reckoning: ``days`` counted or left out from ``first`` to ``last``, both included.

    ``kind``: TRIGGER the day that is not counted, DAY_OFF, MAKE_UP a weekend day that is worked, PAUSED,
    COUNTED, CORRESPONDING the date some months later, ROLLED from a day off to the next working day, DUE.
    ``first_at`` and ``last_at`` are moments, of a clock of hours.
    """

    kind: str
    first: dt.date
    last: dt.date
    days: int
    text: Label
    first_at: dt.datetime | None = None
    last_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day on which it may be done (``due_at``: the last moment, of a clock of hours), by which row
    of the law, and the steps that lead there.
    """

    due_on: dt.date
    due_at: dt.datetime | None
    clock: Clock
    steps: tuple[Step, ...]

    @property
    def regime(self) -> str:
        return self.clock.regime

    @property
    def legal_basis(self) -> str | None:
        return self.clock.basis


def deadline(
    code: str,
    variant: str | None,
    trigger: dt.date,
    tables: Tables,
    calendar: WorkingCalendar,
    pauses: Sequence[Pause] = (),
    *,
    roll_forward: bool = True,
) -> Deadline:
    """When the clock ends, under the law of its trigger. Raises Refused as ``find_clock`` and ``due`` do."""
    _check_years(trigger, pauses, calendar)
    clock = find_clock(code, variant, local_day(trigger), tables)
    check_term(clock, tables)
    return due(clock, trigger, calendar, pauses, roll_forward=roll_forward)


def due(
    clock: Clock,
    trigger: dt.date,
    calendar: WorkingCalendar,
    pauses: Sequence[Pause] = (),
    *,
    roll_forward: bool = True,
) -> Deadline:
    """When a row that has a term ends for this trigger.

    Raises Refused for a day where a moment is needed or the reverse, for pauses that overlap, end before
    they begin or meet a term that lies before its trigger, and beyond the years of the calendar.
    """
    _check_years(trigger, pauses, calendar)
    _check_kinds(clock, trigger, pauses)
    stretches = checked(pauses)
    if isinstance(trigger, dt.datetime):
        return _due_at(clock, trigger, calendar, stretches)
    if clock.direction == "BEFORE" and stretches:
        raise Refused(Fault("CLOCK_TAKES_NO_PAUSE", "/pauses", {"clock": clock.code}, clock.basis))
    try:
        steps = list(_steps(clock, trigger, calendar, stretches, roll_forward))
    except (ValueError, OverflowError):
        raise Refused(_beyond(calendar)) from None
    return Deadline(steps[-1].last, None, clock, tuple(steps))


def checked(pauses: Sequence[Pause]) -> tuple[Pause, ...]:
    """The pauses in their order. Raises Refused naming each that ends before it begins, or else each pair
    that overlaps.
    """
    reversed_ones = [
        Fault("PAUSE_REVERSED", f"/pauses/{place}", {"start": _shown(one.start), "end": _shown(one.end)})
        for place, one in enumerate(pauses)
        if one.end < one.start
    ]
    if reversed_ones:
        raise Refused(reversed_ones)
    ordered = sorted(enumerate(pauses), key=lambda item: (item[1].start, item[1].end))
    faults = []
    # Against the one that lasts longest, because a long pause may cover more than its neighbour.
    longest = ordered[0][1] if ordered else None
    for place, one in ordered[1:]:
        assert longest is not None
        # Moments that only touch share no time; days that touch share a day.
        apart = longest.end <= one.start if isinstance(one.start, dt.datetime) else longest.end < one.start
        if not apart:
            params = {
                "start": _shown(one.start),
                "end": _shown(one.end),
                "other_start": _shown(longest.start),
                "other_end": _shown(longest.end),
            }
            faults.append(Fault("PAUSES_OVERLAP", f"/pauses/{place}", params))
        if one.end > longest.end:
            longest = one
    if faults:
        raise Refused(faults)
    return tuple(one for _place, one in ordered)


def local_day(trigger: dt.date) -> dt.date:
    """The day of a trigger: of a moment its day in Viet Nam."""
    return trigger.astimezone(VIET_NAM).date() if isinstance(trigger, dt.datetime) else trigger


def add_months(day: dt.date, number: int) -> dt.date:
    """The corresponding date ``number`` months later (earlier when below 0), or the last day of that month.

    Raises ValueError beyond the calendar.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + number, 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        raise ValueError(f"there is no year {year}")
    last = months.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


# --- Hours --------------------------------------------------------------------------------------------------


def _due_at(
    clock: Clock, trigger: dt.datetime, calendar: WorkingCalendar, pauses: Iterable[Pause]
) -> Deadline:
    """Hours counted on through days off, and later by what is paused."""
    assert clock.length is not None
    start = trigger.astimezone(VIET_NAM)
    steps = [
        _moment_step(
            "TRIGGER",
            start,
            start,
            Label(f"Thời điểm tính: {_shown(start)}", f"Counted from the moment {_shown(start)}"),
        )
    ]
    end = start + dt.timedelta(hours=clock.length)
    for pause in pauses:
        assert isinstance(pause.start, dt.datetime) and isinstance(pause.end, dt.datetime)
        first, last = max(pause.start, start).astimezone(VIET_NAM), pause.end.astimezone(VIET_NAM)
        if last <= first or first >= end:
            continue
        end += last - first
        words = f"{_shown(first)} – {_shown(last)}"
        steps.append(
            _moment_step(
                "PAUSED",
                first,
                last,
                Label(f"Tạm dừng {words}, không tính", f"Paused {words}, not counted"),
            )
        )
    if end.year > calendar.last_year:
        raise Refused(_beyond(calendar))
    term = term_of(clock)
    steps.append(
        _moment_step(
            "COUNTED",
            start,
            end,
            Label(
                f"Đếm {term.vi} liên tục, kể cả ngày nghỉ, đến {_shown(end)}",
                f"{term.en} without a break, days off included, to {_shown(end)}",
            ),
        )
    )
    steps.append(_moment_step("DUE", end, end, Label(f"Hết hạn lúc {_shown(end)}", f"Due at {_shown(end)}")))
    return Deadline(end.date(), end, clock, tuple(steps))


def _moment_step(kind: str, first: dt.datetime, last: dt.datetime, text: Label) -> Step:
    return Step(kind, first.date(), last.date(), 0, text, first, last)


# --- Days ---------------------------------------------------------------------------------------------------


def _steps(
    clock: Clock, trigger: dt.date, calendar: WorkingCalendar, pauses: tuple[Pause, ...], roll: bool
) -> Iterator[Step]:
    """The steps from the trigger to the day it is due, which is the last of the last step.

    Raises ValueError or OverflowError beyond the calendar.
    """
    assert clock.length is not None
    backwards = clock.direction == "BEFORE"
    if clock.unit == "AT_ONCE":
        yield from _at_once(trigger, pauses)
        return
    yield _step(
        "TRIGGER",
        trigger,
        trigger,
        0,
        f"{_named(trigger).vi} là ngày của sự kiện, không tính",
        f"{_named(trigger).en} is the day of the event and not counted",
    )
    if clock.unit == "WORKING_DAY":
        end = yield from _working_days(trigger, clock, calendar, pauses, backwards)
    else:
        end = yield from _calendar_term(trigger, clock, pauses, backwards)
        if roll:
            end = yield from _rolled(end, calendar, pauses, backwards)
        else:
            is_working_day(end, calendar)
    yield _step(
        "DUE",
        end,
        end,
        0,
        f"Chậm nhất {_named(end).vi}" if backwards else f"Hết hạn vào cuối {_named(end).vi}",
        f"{_named(end).en} at the latest" if backwards else f"Due by the end of {_named(end).en}",
    )


def _at_once(trigger: dt.date, pauses: tuple[Pause, ...]) -> Iterator[Step]:
    """On the day itself, working or not; when that is paused, on the first day after the pause."""
    day = trigger
    for pause in pauses:
        if pause.start <= day <= pause.end:
            yield _paused(day, pause.end)
            day = pause.end + _DAY
    yield _step(
        "DUE",
        day,
        day,
        0,
        f"Phải làm ngay trong {_named(day).vi}",
        f"To be done at once, on {_named(day).en}",
    )


def _working_days(
    trigger: dt.date, clock: Clock, calendar: WorkingCalendar, pauses: tuple[Pause, ...], backwards: bool
) -> Generator[Step, None, dt.date]:
    """Day by day; returns the last day counted."""
    length = clock.length or 0
    step = -_DAY if backwards else _DAY
    day, counted, first = trigger, 0, trigger
    while counted < length:
        day += step
        pause = _pause_on(day, pauses)
        if pause is not None:
            yield _paused(day, pause.end)
            day = pause.end
        elif is_working_day(day, calendar):
            counted += 1
            first = day if counted == 1 else first
            if day.weekday() >= _SATURDAY:
                yield _make_up(day, calendar)
        else:
            yield _day_off(day, calendar)
    start, end = min(first, day), max(first, day)
    term = term_of(clock)
    yield _step(
        "COUNTED",
        start,
        end,
        length,
        f"Đếm {term.vi}{' ngược lại' if backwards else ''}, từ {_date(first)} đến {_date(day)}",
        f"{term.en} counted{' backwards' if backwards else ''} from {_date(first)} to {_date(day)}",
    )
    return day


def _calendar_term(
    trigger: dt.date, clock: Clock, pauses: tuple[Pause, ...], backwards: bool
) -> Generator[Step, None, dt.date]:
    """Days, months or years, later by each day paused; returns the last day."""
    length = -(clock.length or 0) if backwards else clock.length or 0
    in_days = clock.unit == "CALENDAR_DAY"
    if in_days:
        end = trigger + length * _DAY
    else:
        end = add_months(trigger, length * (12 if clock.unit == "YEAR" else 1))
    term, corresponding, counted = term_of(clock), end, abs((end - trigger).days)
    for pause in pauses:
        start = max(pause.start, trigger + _DAY)
        if start <= pause.end and start <= end:
            yield _paused(start, pause.end)
            end += (pause.end - start).days * _DAY + _DAY
    if not in_days:
        clamped = corresponding.day != trigger.day
        yield _step(
            "CORRESPONDING",
            corresponding,
            corresponding,
            counted,
            f"Ngày tương ứng {'trước' if backwards else 'sau'} {term.vi}: {_date(corresponding)}"
            + (f" (ngày cuối tháng, vì tháng không có ngày {trigger.day})" if clamped else ""),
            f"The corresponding date {term.en} {'earlier' if backwards else 'later'}: {_date(corresponding)}"
            + (f" (the last day of the month, which has no day {trigger.day})" if clamped else ""),
        )
    if in_days or end != corresponding:
        first = trigger + (-_DAY if backwards else _DAY)
        yield _step(
            "COUNTED",
            min(first, end),
            max(first, end),
            counted,
            f"Đếm {counted} ngày{' ngược lại' if backwards else ''}, từ {_date(first)} đến {_date(end)}",
            f"{counted} days counted{' backwards' if backwards else ''} from {_date(first)} to {_date(end)}",
        )
    return end


def _rolled(
    end: dt.date, calendar: WorkingCalendar, pauses: tuple[Pause, ...], backwards: bool
) -> Generator[Step, None, dt.date]:
    """From a day off on to the next working day, or back to the one before for what must be earlier; returns
    that day.
    """
    day, step = end, -_DAY if backwards else _DAY
    while True:
        pause = _pause_on(day, pauses)
        if pause is not None:
            yield _paused(day, pause.end)
            day = pause.end
        elif is_working_day(day, calendar):
            break
        else:
            yield _day_off(day, calendar, last=True)
        day += step
    if day.weekday() >= _SATURDAY:
        yield _make_up(day, calendar)
    if day != end:
        yield _step(
            "ROLLED",
            min(end, day),
            max(end, day),
            abs((day - end).days),
            f"Ngày cuối {_date(end)} là ngày nghỉ nên "
            f"{'lùi về' if backwards else 'tính đến'} ngày làm việc "
            f"{'liền trước' if backwards else 'tiếp theo'} {_date(day)}",
            f"The last day {_date(end)} is a day off, so it is the {'last' if backwards else 'next'} working "
            f"day {'before' if backwards else 'after'} it, {_date(day)}",
        )
    return day


# --- Words --------------------------------------------------------------------------------------------------


def _step(kind: str, first: dt.date, last: dt.date, days: int, vi: str, en: str) -> Step:
    return Step(kind, first, last, days, Label(vi[0].upper() + vi[1:], en[0].upper() + en[1:]))


def _paused(first: dt.date, last: dt.date) -> Step:
    days = (last - first).days + 1
    return _step(
        "PAUSED",
        first,
        last,
        days,
        f"Tạm dừng từ {_date(first)} đến {_date(last)}, {days} ngày không tính",
        f"Paused from {_date(first)} to {_date(last)}, {days} {'day' if days == 1 else 'days'} not counted",
    )


def _day_off(day: dt.date, calendar: WorkingCalendar, *, last: bool = False) -> Step:
    """``last``: a term in calendar days has counted the day, and may not end on it."""
    named, why = _named(day), calendar.names.get(day)
    vi, en = ("không kết thúc vào ngày này", "no term ends on it") if last else ("không tính", "not counted")
    return _step(
        "DAY_OFF",
        day,
        day,
        1,
        f"{named.vi}{f', {why.vi}' if why else ''}: ngày nghỉ, {vi}",
        f"{named.en}{f', {why.en}' if why else ''}: a day off, {en}",
    )


def _make_up(day: dt.date, calendar: WorkingCalendar) -> Step:
    named, why = _named(day), calendar.names.get(day)
    return _step(
        "MAKE_UP",
        day,
        day,
        1,
        f"{named.vi}{f', {why.vi}' if why else ''}: ngày làm bù, được tính",
        f"{named.en}{f', {why.en}' if why else ''}: worked in place of a day off, counted",
    )


#: Many clocks are reckoned over the same days; ten years of them are kept.
_KEPT: Final = 4096


@lru_cache(_KEPT)
def _named(day: dt.date) -> Label:
    weekday = _WEEKDAYS[day.weekday()]
    return Label(f"{weekday.vi} {_date(day)}", f"{weekday.en} {_date(day)}")


@lru_cache(_KEPT)
def _date(day: dt.date) -> str:
    return f"{day:%d/%m/%Y}"


def _shown(when: dt.date) -> str:
    if isinstance(when, dt.datetime):
        return f"{when.astimezone(VIET_NAM):%H:%M %d/%m/%Y}"
    return _date(when)


# --- What is given ------------------------------------------------------------------------------------------


def _pause_on(day: dt.date, pauses: Iterable[Pause]) -> Pause | None:
    return next((pause for pause in pauses if pause.start <= day <= pause.end), None)


def _check_kinds(clock: Clock, trigger: dt.date, pauses: Iterable[Pause]) -> None:
    """Hours need moments with an offset, and everything else needs days."""
    fits, wanted = (_is_moment, "MOMENT_NEEDED") if clock.unit == "HOUR" else (_is_day, "DAY_NEEDED")
    faults = [
        Fault(wanted, at, {"clock": clock.code}, clock.basis)
        for at, values in _places(trigger, pauses)
        if not all(fits(one) for one in values)
    ]
    if faults:
        raise Refused(faults)


def _places(trigger: dt.date, pauses: Iterable[Pause]) -> Iterator[tuple[str, tuple[dt.date, ...]]]:
    """What was given, and where."""
    yield "/trigger_on", (trigger,)
    for place, one in enumerate(pauses):
        yield f"/pauses/{place}", (one.start, one.end)


def _is_day(value: dt.date) -> bool:
    return not isinstance(value, dt.datetime)


def _is_moment(value: dt.date) -> bool:
    return isinstance(value, dt.datetime) and value.tzinfo is not None


def _check_years(trigger: dt.date, pauses: Iterable[Pause], calendar: WorkingCalendar) -> None:
    """Nothing that is given lies beyond the years of the calendar."""
    faults = [
        _beyond(calendar, at)
        for at, values in _places(trigger, pauses)
        if any(not calendar.first_year <= one.year <= calendar.last_year for one in values)
    ]
    if faults:
        raise Refused(faults)


def _beyond(calendar: WorkingCalendar, at: str = "/trigger_on") -> Fault:
    return Fault("CALENDAR_ENDS", at, {"first": calendar.first_year, "last": calendar.last_year})
