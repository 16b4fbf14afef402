"""A compact way to write life stories and the figures they must give.

``story(...)`` and ``act(...)`` build exactly the JSON of the interchange format; ``expect(...)`` states a row of
a statistical form, each column as a pair *(việc, tiền)*. The figures are worked out by hand from the counting
rules. Only the columns that are sums of others (``total_handled``, ``total_to_enforce``, ``eligible``, ``done``,
``carried_out``) are filled in here by their identities, and a row whose two sides do not meet is refused when it is
written, so a slip of the pen cannot become a test.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from thads.common.periods import Period

Json = dict[str, Any]
Pair = tuple[int, int]

UNITS = frozenset({"DN", "DN.HC", "DN.TK", "DN.ST", "DN.NHS", "DN.LC", "DN.CL", "DN.HV"})
OFFICERS = frozenset(f"{unit}.{number:02}" for unit in UNITS for number in range(1, 6))
TODAY = dt.date(2026, 12, 31)

#: Until this day inclusive the third bucket is counted in ``eligible`` and shown as *of which*.
LAST_DAY_OF_TT08_2015 = dt.date(2020, 1, 4)

COLUMNS = (
    "total_handled", "carried_in", "newly_accepted", "reentered", "entrusted_out", "revoked_cancelled", "returned",
    "transferred_in", "transferred_out", "total_to_enforce", "eligible", "done", "completed", "terminated", "reduced",
    "closed_other", "in_progress", "ineligible", "postponed", "suspended", "other_pending", "carried_out",
    "separate_book", "deferred_consent",
)  # fmt: skip


@dataclass(frozen=True)
class LifeStory:
    """One register of one case, named for the rule it proves, with the rows it must give."""

    rule: str
    story: Json
    expect: tuple[Json, ...]


@dataclass(frozen=True)
class Refusal:
    """A story that must be refused: where the fault must point to (or below), and the code of the rule.

    ``in_the_way`` names the act that a correction would make impossible. ``act_alone`` says that the story
    without the act pointed at is lawful, so that the refusal can only be due to that act.
    """

    name: str
    story: Any
    at: str
    code: str
    in_the_way: str | None = None
    act_alone: bool = True


def act(kind: str, on: str, lines: Mapping[str, Any] | str | None = None, **keys: Any) -> Json:
    """One act. ``lines`` is ``"o1 o2"`` for whole lines or ``{"o1": 300}`` for amounts in đồng (``None`` = whole)."""
    made: Json = {"type": kind, "effective_on": on, **keys}
    if isinstance(lines, str):
        lines = dict.fromkeys(lines.split())
    if lines is not None:
        made["lines"] = [
            {"obligation": ref} if amount is None else {"obligation": ref, "amount": _money(amount)}
            for ref, amount in lines.items()
        ]
    return made


def story(
    opened: str,
    lines: Mapping[str, Any],
    *acts: Json,
    unit: str = "DN.HC",
    officer: str | None = "DN.HC.01",
    initiation: str = "EX_OFFICIO",
    field: str = "CRIMINAL",
    assets: Sequence[Json] = (),
) -> Json:
    """A whole story. A line is an amount (a fine), ``(kind, amount)``, or a kind alone for a line without money.

    Acts get the references ``a1``, ``a2`` … in the order in which they stand.
    """
    case: Json = {
        "decision_number": "7/QĐ-CCTHADS",
        "decision_date": opened,
        "initiation": initiation,
        "unit": unit,
        "field": field,
        "tags": [],
        "judgment": {
            "number": "7/2019/HS-ST",
            "issued_on": "2019-03-01",
            "effective_on": "2019-04-01",
            "issuer": "TAND quận Hải Châu",
            "instrument_type": "CRIMINAL_JUDGMENT" if field == "CRIMINAL" else "CIVIL_JUDGMENT",
        },
    }
    if officer is not None:
        case["officer"] = officer
    made: Json = {
        "case": case,
        "parties": [
            {"ref": "d1", "role": "DEBTOR", "kind": "PERSON", "name": "Trần Thị B", "id_number": "048190000002",
             "address": "Đà Nẵng"},
        ],
        "obligations": [_obligation(ref, line) for ref, line in lines.items()],
        "acts": [{"ref": f"a{place}", **one} for place, one in enumerate(acts, start=1)],
    }  # fmt: skip
    if assets:
        made["assets"] = list(assets)
    return made


def expect(
    units: str,
    fiscal_year: int,
    months: int | tuple[int, ...],
    *,
    book: str = "ALL",
    officer: str | None = None,
    **pairs: Pair,
) -> list[Json]:
    """The row of each unit of ``units`` (blank-separated) at each period of ``months``; columns left out are 0."""
    periods = (months,) if isinstance(months, int) else months
    return [
        _row(Period(fiscal_year, month), unit, book, officer, pairs)
        for unit in units.split()
        for month in periods
    ]


def life(rule: str, told: Json, *rows: list[Json]) -> LifeStory:
    return LifeStory(rule, told, tuple(row for some in rows for row in some))


def broken_identities(row: Json) -> Iterator[str]:
    """The identities of statistics.md §4 that a row with every column does not satisfy, for việc and for tiền."""
    old = Period(row["fiscal_year"], row["months"]).ends_on <= LAST_DAY_OF_TT08_2015
    for side in ("cases", "money"):
        c = {column: row[side].get(column, 0) for column in COLUMNS}
        third = c["postponed"] + c["suspended"] + c["other_pending"]
        checks = {
            "1 = 2+3": c["total_handled"] == c["carried_in"] + c["newly_accepted"],
            "6 = 1-4-5-returned+in-out": c["total_to_enforce"]
            == c["total_handled"]
            - c["entrusted_out"]
            - c["revoked_cancelled"]
            - c["returned"]
            + c["transferred_in"]
            - c["transferred_out"],
            "6 = 7+12+13+14+15": c["total_to_enforce"]
            == c["eligible"] + c["ineligible"] + (0 if old else third),
            "7 = 8+11+deferred_consent": c["eligible"]
            == c["done"] + c["in_progress"] + c["deferred_consent"] + (third if old else 0),
            "8 = 9+10+reduced+closed_other": c["done"]
            == c["completed"] + c["terminated"] + c["reduced"] + c["closed_other"],
            "16 = 6-8": c["carried_out"] == c["total_to_enforce"] - c["done"],
        }
        yield from (f"{side}: {identity}" for identity, holds in checks.items() if not holds)


def _row(period: Period, unit: str, book: str, officer: str | None, pairs: Mapping[str, Pair]) -> Json:
    unknown = set(pairs) - set(COLUMNS)
    if unknown:
        raise ValueError(f"no such column: {sorted(unknown)}")
    row: Json = {"unit": unit, "fiscal_year": period.fiscal_year, "months": period.months}
    if officer is not None:
        row["officer"] = officer
    if book != "ALL":
        row["book"] = book
    for place, side in enumerate(("cases", "money")):
        stated = {column: pair[place] for column, pair in pairs.items()}
        row[side] = {column: value for column, value in _filled(period, stated).items() if value}
    broken = list(broken_identities(row))
    if broken:
        raise ValueError(f"{unit} {period}: {broken}")
    return row


def _filled(period: Period, stated: Mapping[str, int]) -> dict[str, int]:
    """All columns of one side of a row, the sums filled in where they are not stated."""
    c = dict.fromkeys(COLUMNS, 0) | stated
    third = c["postponed"] + c["suspended"] + c["other_pending"]
    counted_in = third if period.ends_on <= LAST_DAY_OF_TT08_2015 else 0
    sums = {
        "total_handled": lambda: c["carried_in"] + c["newly_accepted"],
        "total_to_enforce": lambda: (
            c["total_handled"]
            - c["entrusted_out"]
            - c["revoked_cancelled"]
            - c["returned"]
            + c["transferred_in"]
            - c["transferred_out"]
        ),
        "done": lambda: c["completed"] + c["terminated"] + c["reduced"] + c["closed_other"],
        "eligible": lambda: c["in_progress"] + c["deferred_consent"] + c["done"] + counted_in,
        "carried_out": lambda: c["total_to_enforce"] - c["done"],
    }
    for column, formula in sums.items():
        if column not in stated:
            c[column] = formula()
    return c


def _obligation(ref: str, line: Any) -> Json:
    kind, amount = (
        (line, None) if isinstance(line, str) else line if isinstance(line, tuple) else ("FINE", line)
    )
    made: Json = {"ref": ref, "kind": kind, "debtor": "d1"}
    if amount is not None:
        made["amount"] = _money(amount)
    return made


def _money(amount: Any) -> Any:
    """Whole đồng as the format writes them; anything else is passed on as it is, so that bad input can be told too."""
    return str(amount) if isinstance(amount, int) else amount
