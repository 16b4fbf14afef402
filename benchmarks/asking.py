"""What is asked in the workloads: cases, and figures of a department, chosen by chance that is always the
same.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from benchmarks.ground import Database
from benchmarks.load import request
from thads.common.periods import Period

_VIETNAM = dt.timezone(dt.timedelta(hours=7))
_SCOPE = """
    c.unit_id IN (
        SELECT u.id FROM officers_unit u LEFT JOIN officers_unit p ON p.id = u.parent_id
        WHERE %s IN (u.code, p.code)
    )
"""
#: What of the register may be asked for.
FIRST_YEAR, LAST_YEAR = 2020, 2026
FIRST_KNOWN, LAST_KNOWN = dt.datetime(2020, 1, 1, tzinfo=dt.UTC), dt.datetime(2026, 10, 20, tzinfo=dt.UTC)


class OpenLine(NamedTuple):
    """A case with a line on which money may be collected."""

    case: str
    obligation: str


def today() -> dt.date:
    """The day on which acts are recorded."""
    return dt.datetime.now(_VIETNAM).date()


def cases_of(database: Database, unit: str, count: int) -> list[str]:
    """The public ids of some cases that a unit or those below it hold, in no order."""
    rows = database.rows(
        f"SELECT c.public_id FROM cases_case c WHERE {_SCOPE} ORDER BY md5(c.id::text) LIMIT %s", unit, count
    )
    return [str(key) for (key,) in rows]


def open_lines_of(database: Database, unit: str, count: int) -> list[OpenLine]:
    """Some cases of a unit and those below it with a line that is in progress and owes a million đồng or
    more.
    """
    rows = database.rows(
        f"""
        SELECT c.public_id, min(o.ref) FROM cases_case c JOIN cases_obligation o ON o.case_id = c.id
        WHERE {_SCOPE} AND o.bucket = 'ELIGIBLE' AND o.remaining >= 1000000
        GROUP BY c.id ORDER BY md5(c.id::text) LIMIT %s
        """,
        unit,
        count,
    )
    return [OpenLine(str(case), ref) for case, ref in rows]


def collection(line: OpenLine, day: dt.date, amount: int = 1000) -> dict[str, object]:
    """An act: a little money collected."""
    return {
        "type": "COLLECTION",
        "effective_on": day.isoformat(),
        "lines": [{"obligation": line.obligation, "amount": str(amount)}],
    }


def case_requests(
    keys: Sequence[str], prefix: str, token: str, scheme: str = "Bearer", query: str = ""
) -> list[bytes]:
    return [request("GET", f"{prefix}/cases/{key}/{query}", token, scheme=scheme) for key in keys]


def officer_with(database: Database, cases: int) -> tuple[str, str]:
    """An officer who has about so many open cases, and his unit; by code."""
    ((officer, unit),) = database.rows(
        """
        SELECT o.code, u.code FROM cases_case c JOIN officers_officer o ON o.id = c.officer_id
            JOIN officers_unit u ON u.id = c.unit_id
        WHERE c.status NOT IN ('FULFILLED', 'TERMINATED', 'DELEGATED_OUT', 'REVOKED', 'ANNULLED',
            'REQUEST_RETURNED', 'CLOSED_OTHER', 'PULLED_UP')
        GROUP BY o.code, u.code ORDER BY abs(count(*) - %s), o.code LIMIT 1
        """,
        cases,
    )
    return officer, unit


#: The status of the lists that are asked for: what is being enforced.
BUCKET = "ELIGIBLE"


def list_request(prefix: str, token: str, scheme: str = "Bearer", **query: str) -> bytes:
    """A list of cases."""
    return request("GET", f"{prefix}/cases/?{urlencode(query)}", token, scheme=scheme)


def form_requests(
    chance: random.Random, unit: str, token: str, count: int, known_from: dt.datetime | None = None
) -> list[bytes]:
    """Form 1 of a unit for any period as known now, or, from ``known_from`` on, at any moment for the period
    that ran then.
    """
    found = []
    for _ in range(count):
        if known_from is None:
            period = Period(chance.randint(FIRST_YEAR, LAST_YEAR), chance.randint(1, 12))
            query = ""
        else:
            at = known_from + (LAST_KNOWN - known_from) * chance.random()
            period = Period.running_on(at.date())
            query = f"&known_at={at.isoformat(timespec='microseconds').replace('+00:00', 'Z')}"
        path = (
            f"/api/v1/statistics/forms/1/?unit={unit}&fiscal_year={period.fiscal_year}&months={period.months}"
        )
        found.append(request("GET", path + query, token))
    return found
