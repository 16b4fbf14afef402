"""The law changed at run time: what may be changed, from when it holds, and what came before it."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.rules.clocks import find_clock
from cases.rules.deadlines import due
from cases.rules.overrides import DATED, OPEN, Override, check_override, code_of, merged
from cases.rules.tables import Tables, shipped, shipped_rows
from cases.rules.working_days import build_calendar, is_working_day
from thads.common.errors import Refused

TODAY = dt.date(2026, 11, 23)
NUMBERS = itertools.count(1)


def change(
    table: str, code: str, field: str, value: Any, valid_from: str, basis: str = "CV 1/BTP"
) -> Override:
    return Override(
        id=f"o{next(NUMBERS)}",
        table=table,
        code=code,
        field=field,
        value=value,
        valid_from=dt.date.fromisoformat(valid_from),
        basis=basis,
    )


def law(*changes: Override, today: dt.date = TODAY) -> Tables:
    return merged(shipped_rows(), changes, today)


def refused(one: Override, *others: Override) -> list[str]:
    with pytest.raises(Refused) as raised:
        check_override(one, shipped_rows(), others)
    return [fault.code for fault in raised.value.faults]


def length(of: Tables, on: str, clock: str = "K17") -> int | None:
    return find_clock(clock, None, dt.date.fromisoformat(on), of).length


def test_nothing_changed_is_what_was_shipped() -> None:
    same = law()
    assert same.version == shipped().version and same.clocks == shipped().clocks


def test_a_doubtful_length_holds_for_what_is_triggered_from_its_day_on() -> None:
    ten = change("clocks", "K17//L2025", "length", 10, "2026-09-01", "Công báo 12/2026")
    check_override(ten, shipped_rows(), ())
    found = law(ten)
    assert (length(found, "2026-08-31"), length(found, "2026-09-01")) == (9, 10)
    assert length(found, "2026-06-30") == length(shipped(), "2026-06-30"), "the old law is not touched"
    row = found.clock("K17", "", "L2025", dt.date(2026, 9, 1))
    assert (row.override, row.basis, row.valid_from) == (ten.id, "Công báo 12/2026", dt.date(2026, 9, 1))
    before = found.clock("K17", "", "L2025", dt.date(2026, 8, 31))
    assert (before.override, before.valid_to) == (None, dt.date(2026, 8, 31))
    assert before.basis == shipped().clock("K17", "", "L2025", TODAY).basis
    assert found.version != shipped().version
    assert law(ten).version == found.version
    calendar = build_calendar(found.holidays.values())
    assert due(row, dt.date(2026, 9, 1), calendar).due_on == dt.date(2026, 9, 11)


def test_the_one_approved_later_governs_from_its_day_on_and_none_brings_back_what_was_shipped() -> None:
    first = change("clocks", "K17//L2025", "length", 10, "2026-10-01")
    earlier = change("clocks", "K17//L2025", "length", 8, "2026-09-01")
    back = change("clocks", "K17//L2025", "length", None, "2026-11-01")
    found = law(first, earlier, back)
    days = ("2026-08-31", "2026-09-01", "2026-10-01", "2026-11-01", "2027-05-01")
    assert [length(found, day) for day in days] == [9, 8, 8, 9, 9]
    assert [length(law(earlier, first), day) for day in days[:3]] == [9, 8, 10]
    unit = change("clocks", "K17//L2025", "unit", "WORKING_DAY", "2026-09-15")
    both = law(earlier, unit)
    rows = [both.clock("K17", "", "L2025", dt.date(2026, 9, day)) for day in (10, 20)]
    assert [(row.length, row.unit) for row in rows] == [(8, "CALENDAR_DAY"), (8, "WORKING_DAY")]


def test_wages_and_salaries_follow_each_other_without_a_gap() -> None:
    raised = change("base_salaries", "BASE_SALARY", "amount", "2800000", "2027-01-01", "NĐ 9/2026/NĐ-CP")
    check_override(raised, shipped_rows(), ())
    rates = sorted(law(raised).base_salaries.values(), key=lambda rate: rate.valid_from or dt.date.min)
    assert (rates[-1].amount, rates[-1].basis) == (2_800_000, "NĐ 9/2026/NĐ-CP")
    assert rates[-2].valid_to == dt.date(2026, 12, 31)
    assert (
        rates[:-2] == sorted(shipped().base_salaries.values(), key=lambda one: one.valid_from or TODAY)[:-1]
    )
    wage = law(change("minimum_wages", "II", "amount", 4_900_000, "2027-07-01")).minimum_wages
    assert wage["II", dt.date(2027, 7, 1)].amount == 4_900_000
    assert len(wage) == len(shipped().minimum_wages) + 1


def test_a_day_off_and_a_day_worked() -> None:
    off = change("holidays", "2026-11-27", "kind", "OFF", "2026-11-27", "TB 1/BNV")
    worked = change("holidays", "2026-12-05", "kind", "WORKED", "2026-12-05", "TB 1/BNV")
    for one in (off, worked):
        check_override(one, shipped_rows(), ())
    calendar = build_calendar(law(off, worked).holidays.values())
    assert not is_working_day(dt.date(2026, 11, 27), calendar)
    assert is_working_day(dt.date(2026, 12, 5), calendar)
    taken_back = change("holidays", "2026-11-27", "kind", None, "2026-11-27")
    assert is_working_day(dt.date(2026, 11, 27), build_calendar(law(off, taken_back).holidays.values()))
    swapped = change("holidays", "2026-01-02", "kind", "WORKED", "2026-01-02")
    shipped_again = change("holidays", "2026-01-02", "kind", None, "2026-01-02")
    found = law(swapped, shipped_again).holidays[dt.date(2026, 1, 2)]
    assert found == shipped().holidays[dt.date(2026, 1, 2)]


def test_a_row_without_days_changes_when_its_day_has_come() -> None:
    table, code = next(
        (table, code_of(table, row))
        for table in ("signers", "obligation_kinds", "themes", "grounds")
        for row in shipped_rows()[table]
        if row.get("doubtful")
    )
    words = change(table, code, "note", "Đã xem Công báo.", "2026-12-01")
    check_override(words, shipped_rows(), ())
    assert law(words).version == shipped().version
    rows: Mapping[Any, Any] = getattr(law(words, today=dt.date(2026, 12, 1)), table)
    assert [row.note for row in rows.values() if row.override == words.id] == ["Đã xem Công báo."]


@pytest.mark.parametrize(
    ("table", "code", "field", "value", "code_of_fault"),
    [
        ("laws", "K17//L2025", "length", 10, "OVERRIDE_TABLE_UNKNOWN"),
        ("act_types", "COLLECTION", "effect", "NONE", "OVERRIDE_FIELD_CLOSED"),
        ("clocks", "K17//L2025", "starts", ["SERVICE"], "OVERRIDE_FIELD_CLOSED"),
        ("clocks", "K99X//L2025", "length", 10, "OVERRIDE_ROW_UNKNOWN"),
        ("clocks", "K16//L2025", "length", 12, "OVERRIDE_ROW_CERTAIN"),
        ("clocks", "K17//L2025", "length", "ten", "OVERRIDE_DOES_NOT_FIT"),
        ("clocks", "K17//L2025", "length", -1, "OVERRIDE_DOES_NOT_FIT"),
        ("clocks", "K17//L2025", "unit", "WEEK", "OVERRIDE_DOES_NOT_FIT"),
        ("clocks", "K17//L2025", "length", True, "OVERRIDE_DOES_NOT_FIT"),
        ("base_salaries", "BASE_SALARY", "amount", "0", "OVERRIDE_DOES_NOT_FIT"),
        ("base_salaries", "BASE_SALARY", "amount", {"a": 1}, "OVERRIDE_DOES_NOT_FIT"),
        ("holidays", "2026-02-30", "kind", "OFF", "OVERRIDE_DAY_UNREADABLE"),
        ("holidays", "2026-09-02", "kind", "OFF", "OVERRIDE_DAY_IS_ITS_OWN"),
        ("holidays", "2026-09-01", "kind", "HALF", "OVERRIDE_DOES_NOT_FIT"),
    ],
)
def test_what_may_not_be_changed(table: str, code: str, field: str, value: Any, code_of_fault: str) -> None:
    assert refused(change(table, code, field, value, "2026-09-01")) == [code_of_fault]


def test_what_is_open_are_fields_of_their_tables() -> None:
    for table, names in OPEN.items():
        rows = shipped_rows()[table]
        known = {name for row in rows for name in row} | {"note", "doubtful", "basis", "basis_l2008"}
        assert set(names) - {"basis_l2025", "years_l2025", "verifications_l2025", "delegable"} <= known, table


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.dates(dt.date(2026, 7, 1), dt.date(2027, 6, 30)), st.one_of(st.none(), st.integers(1, 30))
        ),
        max_size=6,
    ),
    st.dates(dt.date(2026, 7, 1), dt.date(2027, 12, 31)),
)
def test_on_any_day_the_last_that_has_begun_governs(
    changes: list[tuple[dt.date, int | None]], day: dt.date
) -> None:
    made = [change("clocks", "K17//L2025", "length", value, on.isoformat()) for on, value in changes]
    begun = [value for on, value in changes if on <= day]
    expected = 9 if not begun or begun[-1] is None else begun[-1]
    assert length(law(*made), day.isoformat()) == expected
    amounts = [
        change("base_salaries", "BASE_SALARY", "amount", value, on.isoformat()) for on, value in changes
    ]
    found = [rate for rate in law(*amounts).base_salaries.values() if rate.valid_on(day)]
    assert [rate.amount for rate in found] == [2_530_000 if not begun or begun[-1] is None else begun[-1]]


def test_the_dated_tables_are_those_looked_up_by_day() -> None:
    assert set(DATED) < set(OPEN)
