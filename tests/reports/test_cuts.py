"""Cuts give the figures of the forms, whatever they are grouped by."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from officers.models import Officer, Unit
from reports import cuts
from reports.answers import answering
from reports.counting.regimes import regime_on, regimes
from reports.cuts import KEYS, Counted, Cut
from reports.models.totals import CASES, MEASURES, MONEY
from reports.readings import UNASSIGNED, Reading
from tests.registers import bring_in, numbered
from tests.reports.test_totals import SAMPLES
from thads.common.periods import Period

pytestmark = pytest.mark.django_db

TRANSFERS = ("transferred_in", "transferred_out")
PERIODS = [Period(2023, 12), Period(2024, 5), Period(2024, 6), Period(2024, 12), Period(2025, 3)]
#: Every choice of keys but those of theme and month, which overlap or go on.
PARTITIONS = [
    keys
    for size in range(1, 5)
    for keys in itertools.combinations([k for k in KEYS if k not in ("theme", "month")], size)
]


def tagged(stories: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Some of the stories under one theme, some under two, some under none."""
    tags = itertools.cycle([["CREDIT_INSTITUTION"], [], ["CREDIT_INSTITUTION", "CORRUPTION_ECONOMIC"]])
    return [
        {**story, "case": {**story["case"], "tags": themes}}
        for story, themes in zip(stories, tags, strict=False)
    ]


@pytest.fixture
def register() -> list[int]:
    return bring_in(numbered(tagged(SAMPLES)))


@pytest.fixture
def units(register: list[int]) -> frozenset[int]:
    return frozenset(Unit.objects.values_list("id", flat=True))


def all_columns(period: Period) -> tuple[str, ...]:
    return regime_on(period.ends_on).column_names


def counted(
    units: frozenset[int],
    period: Period,
    *keys: str,
    measure: str = CASES,
    columns: Any = None,
    **narrowing: Any,
) -> Counted:
    officer = narrowing.pop("officer", None)
    with answering(units, officer) as answer:
        reading = answer.reading(period, measure, **narrowing)
        return cuts.count(Cut(reading, keys, columns or all_columns(period)), "vi")


def total(units: frozenset[int], period: Period, measure: str, **narrowing: Any) -> Mapping[str, int]:
    return counted(units, period, measure=measure, **narrowing).total.values


# --- Rows and the whole -------------------------------------------------------------------------------------


@pytest.mark.parametrize("keys", PARTITIONS, ids="-".join)
def test_rows_of_a_partition_add_up(units: frozenset[int], keys: tuple[str, ...]) -> None:
    for period in PERIODS:
        for measure in MEASURES:
            found = counted(units, period, *keys, measure=measure)
            over_boundaries = {"unit", "officer"} & set(keys)
            for column, value in found.total.values.items():
                if column not in TRANSFERS or not over_boundaries:
                    assert sum(row.values[column] for row in found.rows) == value, (period, measure, column)
            inside = [
                sum(row.values[column] for row in found.rows) - found.total.values[column]
                for column in TRANSFERS
            ]
            assert inside[0] == inside[1] >= 0


@pytest.mark.parametrize(
    "keys", [*PARTITIONS, ("theme",), ("theme", "officer"), ("unit", "theme", "field")], ids="-".join
)
def test_every_row_is_the_figure_of_its_own_scope(units: frozenset[int], keys: tuple[str, ...]) -> None:
    """A row counts what a question about that unit, officer, … alone counts, transfers included."""
    of_unit = dict(Unit.objects.values_list("code", "id"))
    of_officer: dict[Any, int] = {**dict(Officer.objects.values_list("code", "id")), None: UNASSIGNED}
    for period in (Period(2024, 6), Period(2025, 3)):
        found = counted(units, period, *keys, measure=MONEY)
        assert found.rows
        for row in found.rows:
            narrowing: dict[str, Any] = {
                name: row.key[name] for name in keys if name in ("initiation", "field", "theme")
            }
            if "officer" in keys:
                narrowing["officer"] = of_officer[row.key["officer"]]
            own = frozenset([of_unit[row.key["unit"]]]) if "unit" in keys else units
            assert row.values == total(own, period, MONEY, **narrowing), row.key


def test_officers_without_their_transfers_are_counted_the_short_way(units: frozenset[int]) -> None:
    for period in PERIODS:
        for keys in (("officer",), ("officer", "month"), ("month", "officer")):
            full = counted(units, period, *keys)
            short = counted(units, period, *keys, columns=("done", "eligible"))
            assert [row.key for row in full.rows] == [row.key for row in short.rows]
            for one, other in zip(full.rows, short.rows, strict=True):
                assert [other.values[name] for name in one.values if name not in TRANSFERS] == [
                    value for name, value in one.values.items() if name not in TRANSFERS
                ]


# --- Months -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "keys", [(), ("unit",), ("officer",), ("field", "initiation"), ("theme",)], ids="-".join
)
def test_months_add_up_to_the_period_for_flows_and_stand_at_their_end_otherwise(
    units: frozenset[int], keys: tuple[str, ...]
) -> None:
    period = Period(2024, 12)
    flows = regime_on(period.ends_on).flows
    found = counted(units, period, *keys, "month", measure=MONEY)
    by_month = {
        months: {
            tuple(row.key.items()): row
            for row in counted(units, Period(2024, months), *keys, measure=MONEY).rows
        }
        if keys
        else {(): counted(units, Period(2024, months), measure=MONEY).total}
        for months in range(1, 13)
    }
    sums: dict[Any, int] = {}
    for row in found.rows:
        key = tuple((name, row.key[name]) for name in keys)
        month = row.key["month"]
        assert isinstance(month, int)
        cumulative = by_month[month].get(key)
        for column, value in row.values.items():
            stood = cumulative.values[column] if cumulative else 0
            assert row.stands[column] == stood
            if column in flows:
                sums[key, column] = sums.get((key, column), 0) + value
                assert sums[key, column] == stood, (row.key, column)
            else:
                assert value == stood, (row.key, column)
    months_of = {tuple((name, row.key[name]) for name in keys): 0 for row in found.rows}
    assert len(found.rows) == 12 * len(months_of)


def test_a_month_follows_the_regime_of_its_own_last_day(units: frozenset[int]) -> None:
    rows = counted(units, Period(2024, 12), "month").rows
    assert [row.regime.code for row in rows] == ["TT06_2019"] * 9 + ["TT05_2024"] * 3
    assert [row.labels["month"] for row in rows][:4] == [
        "Tháng 10/2023",
        "Tháng 11/2023",
        "Tháng 12/2023",
        "Tháng 01/2024",
    ]


@pytest.mark.parametrize("code", regimes())
def test_flows_are_what_has_a_difference(code: str) -> None:
    flows = regimes()[code].flows
    assert {"done", "completed", "newly_accepted", "reentered", "transferred_in", "entrusted_out"} <= flows
    assert (
        not {
            "carried_in",
            "total_handled",
            "eligible",
            "in_progress",
            "deferred_consent",
            "carried_out",
            "ineligible",
        }
        & flows
    )


# --- Order, names, bounds -----------------------------------------------------------------------------------


def test_rows_stand_in_the_order_of_their_keys(units: frozenset[int]) -> None:
    rows = counted(units, Period(2024, 6), "unit", "officer").rows
    keys = [(str(row.key["unit"]), row.key["officer"] is None, row.key["officer"] or "") for row in rows]
    assert keys == sorted(keys) and len(set(keys)) == len(keys)
    fields = [row.key["field"] for row in counted(units, Period(2024, 6), "field").rows]
    assert fields and fields[0] == "CIVIL"
    months = [row.key["month"] for row in counted(units, Period(2024, 6), "month", "unit").rows]
    assert months == sorted(months)  # type: ignore[type-var]


def test_nobody_yet_is_a_row_of_its_own(units: frozenset[int]) -> None:
    bring_in(
        [
            {
                **SAMPLES[0],
                "case": {k: v for k, v in SAMPLES[0]["case"].items() if k != "officer"}
                | {"decision_number": "9/QĐ"},
            }
        ]
    )
    row = counted(units, Period(2024, 6), "officer").rows[-1]
    assert row.key == {"officer": None} and row.labels == {"officer": "Chưa phân công"}


def test_a_theme_asked_for_is_its_row(units: frozenset[int]) -> None:
    every = {row.key["theme"]: row.values for row in counted(units, Period(2024, 6), "theme").rows}
    assert every
    for theme, values in every.items():
        (row,) = counted(units, Period(2024, 6), "theme", theme=theme).rows
        assert row.key == {"theme": theme} and row.values == values


def combinations() -> Iterator[tuple[str, ...]]:
    for size in range(1, 7):
        yield from itertools.combinations(KEYS, size)


def test_the_bound_holds(units: frozenset[int]) -> None:
    period = Period(2024, 6)
    with answering(units) as answer:
        for keys in combinations():
            for narrowing in ({}, {"field": "CIVIL"}, {"theme": "CREDIT_INSTITUTION"}):
                cut = Cut(answer.reading(period, CASES, **narrowing), keys, ("done",))
                assert len(cuts.count(cut, "vi").rows) <= cuts.most_rows(cut), keys


def test_what_was_known_before_stays_as_it_was(units: frozenset[int]) -> None:
    """Asked again for the same moment a cut says the same, whatever was recorded since."""
    period = Period(2024, 6)
    moment = timezone.now()

    def said(asked: dt.datetime) -> list[str]:
        digests = []
        with answering(units, asked=asked) as answer:
            for keys in (("unit",), ("officer", "theme"), ("month", "field"), ("unit", "officer", "month")):
                for measure in MEASURES:
                    reading: Reading = answer.reading(period, measure)
                    cut = Cut(reading, keys, all_columns(period))
                    digests.append(cuts.digest(cuts.count(cut, "vi")))
        return digests

    before = said(moment)
    more = [
        {**story, "case": {**story["case"], "decision_number": f"{place}/QĐ-SAU"}}
        for place, story in enumerate(SAMPLES)
    ]
    bring_in(more)
    assert said(moment) == before
    assert said(timezone.now()) != before


def test_a_digest_tells_answers_apart(units: frozenset[int]) -> None:
    period = Period(2024, 6)
    one = counted(units, period, "unit")
    assert cuts.digest(one) == cuts.digest(counted(units, period, "unit"))
    other = replace(one, total=replace(one.total, values={**one.total.values, "done": -1}))
    assert cuts.digest(other) != cuts.digest(one)
