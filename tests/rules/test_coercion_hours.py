"""When coercion is forbidden, and when it may be next."""

from __future__ import annotations

import datetime as dt

import pytest

from cases.rules.coercion_hours import forbidden, next_allowed
from cases.rules.deadlines import VIET_NAM
from cases.rules.working_days import vietnam


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=VIET_NAM)


@pytest.mark.parametrize(
    ("when", "reasons", "allowed"),
    [
        ("2026-07-07T06:00", [], "2026-07-07T06:00"),
        ("2026-07-07T21:59", [], "2026-07-07T21:59"),
        ("2026-07-07T22:00", ["22:00"], "2026-07-08T06:00"),
        ("2026-07-08T05:59", ["22:00"], "2026-07-08T06:00"),
        ("2026-07-10T23:00", ["22:00"], "2026-07-13T06:00"),  # a Friday night
        ("2026-07-12T03:00", ["22:00", "day off 12/07/2026"], "2026-07-13T06:00"),
        ("2026-08-22T09:00", [], "2026-08-22T09:00"),  # the Saturday worked for 31/08
        ("2026-08-31T09:00", ["day off 31/08/2026: Day off"], "2026-09-03T06:00"),
        ("2026-02-01T22:00", ["22:00", "day off"], "2026-03-05T06:00"),  # Tết is on 17/02: 02/02 to 04/03
        ("2026-02-02T09:00", ["Tết 17/02/2026"], "2026-03-05T06:00"),
        ("2026-03-04T09:00", ["Tết 17/02/2026"], "2026-03-05T06:00"),
        ("2026-03-05T09:00", [], "2026-03-05T09:00"),
        ("2025-01-13T09:00", [], "2025-01-13T09:00"),  # Tết is on 29/01: 14/01 to 13/02
        ("2025-01-14T09:00", ["Tết 29/01/2025"], "2025-02-14T06:00"),
        ("2024-01-26T09:00", ["Tết 10/02/2024"], "2024-02-26T06:00"),  # 25/02 is a Sunday
        ("2024-01-25T09:00", [], "2024-01-25T09:00"),
    ],
)
def test_what_is_forbidden_and_when_it_may_be(when: str, reasons: list[str], allowed: str) -> None:
    found = forbidden(at(when), vietnam())
    assert len(found) == len(reasons)
    assert all(words in reason.en for words, reason in zip(reasons, found, strict=True))
    assert all(reason.vi for reason in found)
    assert next_allowed(at(when), vietnam()) == at(allowed)


def test_the_moment_is_read_in_the_time_of_viet_nam() -> None:
    utc = dt.datetime(2026, 7, 7, 15, 0, tzinfo=dt.UTC)
    assert [reason.en for reason in forbidden(utc, vietnam())] == ["from 22:00 to 06:00"]
    with pytest.raises(ValueError, match="2060"):
        next_allowed(dt.datetime(2060, 12, 31, 23, tzinfo=VIET_NAM), vietnam())
