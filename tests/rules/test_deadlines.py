"""When a legal clock ends: dates reckoned by hand, an oracle that counts day by day, and what holds for all."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.rules.deadlines import VIET_NAM, Deadline, Pause, add_months, checked, deadline, due
from cases.rules.tables import Clock, tables
from cases.rules.working_days import WorkingCalendar, build_calendar, is_working_day, vietnam
from tests.rules import oracle
from thads.common.errors import Refused

GOLDEN = Path(__file__).parent / "golden"
#: Around weekends, the three Tết, the swapped days, ends of months, and the change of the law.
TRIGGERS = (
    "2024-01-31", "2024-02-07", "2024-02-10", "2024-04-17", "2024-04-26", "2024-05-03", "2024-08-30",
    "2025-01-24", "2025-01-31", "2025-04-24", "2025-04-29", "2025-08-31", "2025-12-31",
    "2026-01-09", "2026-02-13", "2026-02-17", "2026-04-24", "2026-06-30",
    "2026-07-01", "2026-07-31", "2026-08-20", "2026-08-29", "2026-08-31", "2026-09-12", "2026-11-23",
)  # fmt: skip
ROWS = [
    row for row in tables().clocks.values() if row.has_term and row.unit != "HOUR" and not row.retroactive
]


def moment(text: str) -> dt.date:
    return dt.datetime.fromisoformat(text) if "T" in text else dt.date.fromisoformat(text)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def pauses(text: str) -> list[Pause]:
    return [Pause(*(moment(end) for end in one.split(".."))) for one in text.split()]


def ends(code: str, trigger: str, stops: str = "", variant: str | None = None) -> Deadline:
    return deadline(code, variant, moment(trigger), tables(), vietnam(), pauses(stops))


def golden(name: str) -> list[dict[str, str]]:
    lines = (GOLDEN / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


# --- Golden dates -------------------------------------------------------------------------------------------


def test_dates_reckoned_by_hand() -> None:
    rows = golden("deadlines_by_hand.csv")
    assert len(rows) >= 60
    wrong = []
    for row in rows:
        found = ends(row["clock"], row["trigger"], row["pauses"], row["variant"])
        if (found.due_at or found.due_on, found.regime) != (moment(row["due"]), row["regime"]):
            wrong.append((row, found.due_at or found.due_on, found.regime))
    assert not wrong


def known(row: Clock) -> Iterator[tuple[dt.date, dt.date, list[dt.date]]]:
    """Trigger, due day and days passed over, for each trigger under the law of the row that the oracle's
    calendar reaches.
    """
    assert row.length is not None and row.unit is not None
    for trigger in map(day, TRIGGERS):
        if tables().regime_on(trigger) == row.regime:
            try:
                yield trigger, *oracle.reckoned(row.length, row.unit, row.direction, trigger)
            except IndexError:
                continue


def name_of(row: Clock) -> str:
    return f"{row.code}/{row.variant}/{row.regime}"


def test_every_clock_of_fixed_length_ends_where_the_oracle_says_and_names_each_day_passed_over() -> None:
    wrong = []
    for row in ROWS:
        for trigger, end, passed in known(row):
            found = due(row, trigger, vietnam())
            off = [step for step in found.steps if step.kind == "DAY_OFF"]
            named = all(
                word in step.text.vi.lower() or word in step.text.vi
                for step in off
                for word in oracle.words(step.first)
            )
            english = all(f"{step.first:%A %d/%m/%Y}" in step.text.en for step in off)
            if found.due_on != end or [step.first for step in off] != passed or not named or not english:
                wrong.append((name_of(row), trigger, end, found.due_on, passed, off))
    assert not wrong


def test_the_golden_file_holds_every_clock_that_ends_within_the_calendar() -> None:
    """The file keeps what the oracle said; a changed length, holiday or rule shows there as a changed date."""
    kept = {(row["clock"], row["trigger"]): row["due"] for row in golden("deadlines.csv")}
    wanted = {(name_of(row), str(trigger)): str(end) for row in ROWS for trigger, end, _passed in known(row)}
    assert wanted == kept
    reached = {key[0] for key in kept}
    long = {
        name_of(row) for row in ROWS if row.unit == "YEAR" and (row.length or 0) > (row.regime == "L2008")
    }
    assert {name_of(row) for row in ROWS} - reached <= long


def test_years_end_on_the_same_day_or_the_working_day_after() -> None:
    for row in ROWS:
        if row.unit != "YEAR":
            continue
        for trigger in map(day, TRIGGERS):
            years = row.length or 0
            try:
                same = trigger.replace(year=trigger.year + years)
            except ValueError:
                same = dt.date(trigger.year + years, 2, 28)
            found = due(row, trigger, vietnam()).due_on
            assert found >= same and is_working_day(found, vietnam())
            between = (same + dt.timedelta(days=n) for n in range((found - same).days))
            assert not any(is_working_day(one, vietnam()) for one in between)


# --- Why ----------------------------------------------------------------------------------------------------


def test_steps_tell_the_whole_reckoning_in_both_languages() -> None:
    found = ends("K11", "2026-02-11", "2026-02-24..2026-02-25")
    assert found.due_on == day("2026-02-23")
    found = ends("K11", "2026-01-08", "2026-01-09..2026-01-09")
    assert [(step.kind, str(step.first), str(step.last), step.days) for step in found.steps] == [
        ("TRIGGER", "2026-01-08", "2026-01-08", 0),
        ("PAUSED", "2026-01-09", "2026-01-09", 1),
        ("MAKE_UP", "2026-01-10", "2026-01-10", 1),
        ("DAY_OFF", "2026-01-11", "2026-01-11", 1),
        ("COUNTED", "2026-01-10", "2026-01-13", 3),
        ("DUE", "2026-01-13", "2026-01-13", 0),
    ]
    vi, en = ([step.text.text(lang) for step in found.steps] for lang in ("vi", "en"))
    assert vi[0] == "Thứ Năm 08/01/2026 là ngày của sự kiện, không tính"
    assert vi[1] == "Tạm dừng từ 09/01/2026 đến 09/01/2026, 1 ngày không tính"
    assert "Làm bù cho thứ Sáu 02/01/2026" in vi[2] and "worked in place" in en[2]
    assert vi[4] == "Đếm 3 ngày làm việc, từ 10/01/2026 đến 13/01/2026"
    assert en[-1] == "Due by the end of Tuesday 13/01/2026"
    rolled = ends("K28", "2025-11-30").steps
    assert [step.kind for step in rolled] == [
        "TRIGGER",
        "CORRESPONDING",
        "DAY_OFF",
        "DAY_OFF",
        "ROLLED",
        "DUE",
    ]
    assert "vì tháng không có ngày 30" in rolled[1].text.vi
    assert rolled[-2].text.vi.endswith("nên tính đến ngày làm việc tiếp theo 02/03/2026")


def test_a_swapped_day_names_its_saturday_with_the_day_before_the_month() -> None:
    (off,) = (
        step for step in ends("K16", "2024-04-19").steps if step.kind == "DAY_OFF" and step.first.day == 29
    )
    assert "thay cho ngày 04/05/2024" in off.text.vi and "04/05/2024" in off.text.en


def test_hours_run_on_and_are_told_in_the_time_of_viet_nam() -> None:
    found = ends("K98", "2026-08-31T00:00:00+00:00", "2026-08-31T08:00:00+07:00..2026-08-31T20:00:00+07:00")
    assert found.due_at == dt.datetime(2026, 9, 1, 19, tzinfo=VIET_NAM) and found.due_on == day("2026-09-01")
    assert [step.kind for step in found.steps] == ["TRIGGER", "PAUSED", "COUNTED", "DUE"]
    assert found.steps[-1].text.vi == "Hết hạn lúc 19:00 01/09/2026"
    touching = "2026-09-01T08:00:00+07:00..2026-09-01T09:00:00+07:00 2026-09-01T09:00:00+07:00..2026-09-01T10:00:00+07:00"
    assert ends("K98", "2026-09-01T07:00:00+07:00", touching).due_at == dt.datetime(
        2026, 9, 2, 9, tzinfo=VIET_NAM
    )
    outside = "2026-09-01T01:00:00+07:00..2026-09-01T07:00:00+07:00 2026-09-03T08:00:00+07:00..2026-09-03T09:00:00+07:00"
    assert ends("K98", "2026-09-01T07:00:00+07:00", outside).due_at == dt.datetime(
        2026, 9, 2, 7, tzinfo=VIET_NAM
    )


def test_rolling_can_be_switched_off_and_goes_back_for_what_must_be_earlier() -> None:
    def k16(roll: bool) -> dt.date:
        return deadline("K16", None, day("2026-09-02"), tables(), vietnam(), roll_forward=roll).due_on

    assert (k16(True), k16(False)) == (day("2026-09-14"), day("2026-09-12"))
    row = tables().stretches["K16", "", "L2025"][0]
    before = _changed(row, direction="BEFORE", pauses=())
    assert due(before, day("2026-09-11"), vietnam()).due_on == day("2026-08-28")
    assert due(before, day("2026-09-11"), vietnam(), roll_forward=False).due_on == day("2026-09-01")


def _changed(row: Clock, **values: object) -> Clock:
    from dataclasses import replace

    return replace(row, **values)  # type: ignore[arg-type]


def test_a_changed_holiday_changes_the_date() -> None:
    plain = build_calendar(())
    row = tables().stretches["K11", "", "L2008"][0]
    assert due(row, day("2025-12-31"), plain).due_on == day("2026-01-06")
    assert due(row, day("2025-12-31"), vietnam()).due_on == day("2026-01-07")


# --- What is refused ----------------------------------------------------------------------------------------


def refusal(call: Callable[[], object]) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as caught:
        call()
    for fault in caught.value.faults:
        assert fault.text("vi") and fault.text("en")
    return [(fault.code, fault.pointer) for fault in caught.value.faults]


@pytest.mark.parametrize(
    ("code", "trigger", "stops", "faults"),
    [
        ("K16", "2026-09-01", "2026-09-05..2026-09-03", [("PAUSE_REVERSED", "/pauses/0")]),
        (
            "K16",
            "2026-09-01",
            "2026-09-05..2026-09-07 2026-09-07..2026-09-09",
            [("PAUSES_OVERLAP", "/pauses/1")],
        ),
        (
            "K16",
            "2026-09-01",
            "2026-09-10..2026-09-11 2026-09-02..2026-09-30 2026-09-28..2026-10-02",
            [("PAUSES_OVERLAP", "/pauses/0"), ("PAUSES_OVERLAP", "/pauses/2")],
        ),
        (
            "K98",
            "2026-09-01T08:00:00+07:00",
            "2026-09-01T09:00:00+07:00..2026-09-01T11:00:00+07:00 "
            "2026-09-01T10:00:00+07:00..2026-09-01T12:00:00+07:00",
            [("PAUSES_OVERLAP", "/pauses/1")],
        ),
        ("K16", "2026-09-01T08:00:00+07:00", "", [("DAY_NEEDED", "/trigger_on")]),
        ("K16", "2026-09-01T08:00:00", "", [("DAY_NEEDED", "/trigger_on")]),
        ("K13", "2026-09-01", "", [("MOMENT_NEEDED", "/trigger_on")]),
        ("K13", "2026-09-01T08:00:00", "", [("MOMENT_NEEDED", "/trigger_on")]),
        (
            "K13",
            "2026-09-01T08:00:00+07:00",
            "2026-09-01..2026-09-02",
            [("MOMENT_NEEDED", "/pauses/0")],
        ),
        ("K47", "2026-09-01", "2026-08-05..2026-08-06", [("CLOCK_TAKES_NO_PAUSE", "/pauses")]),
        ("K16", "2009-06-30", "", [("TRIGGER_BEFORE_LAW", "/trigger_on")]),
        ("K16", "2061-01-01", "", [("CALENDAR_ENDS", "/trigger_on")]),
        ("K16", "2060-12-30", "", [("CALENDAR_ENDS", "/trigger_on")]),
        ("K01", "2058-01-04", "", [("CALENDAR_ENDS", "/trigger_on")]),
        ("K01", "2026-09-01", "2026-09-02..9999-12-31", [("CALENDAR_ENDS", "/pauses/0")]),
        ("K04", "2026-09-01", "2026-09-02..2060-12-31", [("CALENDAR_ENDS", "/trigger_on")]),
        ("K16", "0001-01-01", "", [("CALENDAR_ENDS", "/trigger_on")]),
        ("K13", "9999-12-31T23:59:00-12:00", "", [("CALENDAR_ENDS", "/trigger_on")]),
        (
            "K98",
            "2026-09-01T08:00:00+07:00",
            "2026-09-01T09:00:00+07:00..2060-12-31T09:00:00+07:00",
            [("CALENDAR_ENDS", "/trigger_on")],
        ),
        ("K48", "2026-09-01", "", [("CLOCK_IS_WINDOW", "/clock")]),
        ("K76", "2026-06-30", "", [("CLOCK_NO_TERM", "/clock")]),
        ("K75", "2026-06-30", "", [("CLOCK_NO_TERM", "/clock")]),
        ("K84", "2026-07-01", "", [("CLOCK_NO_TERM", "/clock")]),
        ("K999", "2026-07-01", "", [("CLOCK_UNKNOWN", "/clock")]),
    ],
)
def test_what_cannot_be_reckoned_is_refused(
    code: str, trigger: str, stops: str, faults: list[tuple[str, str]]
) -> None:
    assert refusal(lambda: ends(code, trigger, stops)) == faults


def test_an_overlap_names_both_pauses() -> None:
    with pytest.raises(Refused) as caught:
        checked(pauses("2026-09-05..2026-09-07 2026-09-06..2026-09-09"))
    (fault,) = caught.value.faults
    assert fault.text("en") == (
        "The pause 06/09/2026 – 09/09/2026 overlaps the pause 05/09/2026 – 07/09/2026."
    )
    assert checked(pauses("2026-09-08..2026-09-09 2026-09-05..2026-09-07")) == tuple(
        pauses("2026-09-05..2026-09-07 2026-09-08..2026-09-09")
    )


# --- What holds for all -------------------------------------------------------------------------------------

days = st.dates(dt.date(2024, 1, 1), dt.date(2026, 12, 31))
rows = st.sampled_from(ROWS)
forward_rows = st.sampled_from([row for row in ROWS if row.direction != "BEFORE"])
by_days = st.sampled_from([row for row in ROWS if row.unit in ("WORKING_DAY", "CALENDAR_DAY", "AT_ONCE")])


@st.composite
def stretches(draw: st.DrawFn) -> list[Pause]:
    """Up to three pauses that do not overlap."""
    ends = sorted(draw(st.sets(st.integers(0, 120), max_size=6)))
    first = draw(days)
    pairs = zip(ends[::2], ends[1::2], strict=False)
    return [Pause(first + dt.timedelta(days=a), first + dt.timedelta(days=b)) for a, b in pairs]


def on(row: Clock, trigger: dt.date, stops: list[Pause] | None = None) -> dt.date:
    return due(row, trigger, vietnam(), stops or ()).due_on


@settings(max_examples=200, deadline=None)
@given(row=rows, first=days, second=days)
def test_a_later_trigger_never_ends_earlier(row: Clock, first: dt.date, second: dt.date) -> None:
    first, second = sorted((first, second))
    assert on(row, first) <= on(row, second)


@settings(max_examples=150, deadline=None)
@given(row=by_days, first=days, second=days, stops=stretches())
def test_nor_does_it_with_pauses(row: Clock, first: dt.date, second: dt.date, stops: list[Pause]) -> None:
    first, second = sorted((first, second))
    stops = [] if row.direction == "BEFORE" else stops
    assert on(row, first, stops) <= on(row, second, stops)


@settings(max_examples=200, deadline=None)
@given(row=forward_rows, trigger=days, stops=stretches())
def test_a_pause_never_makes_it_earlier_and_none_of_its_days_counts(
    row: Clock, trigger: dt.date, stops: list[Pause]
) -> None:
    last = on(row, trigger)
    for number in range(len(stops) + 1):
        found = due(row, trigger, vietnam(), stops[:number])
        assert last <= found.due_on
        last = found.due_on
        assert not any(one.start <= last <= one.end for one in stops[:number])
    if row.unit == "WORKING_DAY":
        counted = [
            one
            for one in (trigger + dt.timedelta(days=n) for n in range(1, (last - trigger).days + 1))
            if is_working_day(one, vietnam()) and not any(stop.start <= one <= stop.end for stop in stops)
        ]
        assert len(counted) == row.length and counted[-1] == last


@settings(max_examples=150, deadline=None)
@given(trigger=days, length=st.integers(1, 30))
def test_forward_and_back_meet(trigger: dt.date, length: int) -> None:
    row = tables().stretches["K47", "", "L2025"][0]
    forward = partial(due, _changed(row, direction="AFTER", length=length), calendar=vietnam())
    back = partial(due, _changed(row, length=length), calendar=vietnam())
    there = back(forward(trigger).due_on).due_on
    # From a free day back leads to the working day before it.
    assert there <= trigger and (there == trigger) is is_working_day(trigger, vietnam())
    assert not any(
        is_working_day(there + dt.timedelta(days=n), vietnam()) for n in range(1, (trigger - there).days)
    )
    assert forward(back(trigger).due_on).due_on >= trigger


@settings(max_examples=150, deadline=None)
@given(day=days, number=st.integers(-120, 120))
def test_months_lead_to_the_same_day_or_the_last(day: dt.date, number: int) -> None:
    found = add_months(day, number)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == number
    assert found.day == day.day or (found + dt.timedelta(days=1)).day == 1


@settings(max_examples=100, deadline=None)
@given(row=forward_rows, trigger=days, stops=stretches())
def test_the_oracle_agrees_with_pauses_too(row: Clock, trigger: dt.date, stops: list[Pause]) -> None:
    paused = [
        one.start + dt.timedelta(days=n) for one in stops for n in range((one.end - one.start).days + 1)
    ]
    assert row.length is not None and row.unit is not None
    try:
        end, _passed = oracle.reckoned(row.length, row.unit, row.direction, trigger, paused)
    except IndexError:
        return
    assert on(row, trigger, stops) == end


def test_a_calendar_without_names_still_explains() -> None:
    calendar = vietnam()
    bare = WorkingCalendar(calendar.off, calendar.worked, calendar.first_year, calendar.last_year)
    assert bare == calendar
    row = tables().stretches["K11", "", "L2008"][0]
    steps = due(row, day("2025-12-31"), bare).steps
    assert steps[1].text.vi == "Thứ Năm 01/01/2026: ngày nghỉ, không tính"
