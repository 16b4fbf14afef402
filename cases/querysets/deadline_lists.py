"""Rows of deadlines with all that is shown of them, by one statement each: those of a queue by their keys and
a page of what an officer has open. Everything else that can be asked goes through the queryset, with the same
answer.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

from thads.common.statements import rows_of

#: The columns of a row, by the names that a queryset has for them.
COLUMNS: Final = {
    "pk": "d.id",
    "public_id": "d.public_id",
    "case__public_id": "c.public_id",
    "case__decision_number": "c.decision_number",
    "unit__code": "unit.code",
    "officer__code": "officer.code",
    **{
        name: f"d.{name}"
        for name in (
            "clock", "variant", "regime", "actor", "trigger", "trigger_seq", "started_on", "started_at",
            "due_on", "due_at", "state", "closed_on", "met_by_seq", "breached",
        )
    },
}  # fmt: skip
_JOINED: Final = """
    JOIN cases_case c ON c.id = d.case_id
    JOIN officers_unit unit ON unit.id = d.unit_id
    LEFT JOIN officers_officer officer ON officer.id = d.officer_id
"""
_BY_KEY: Final = f"""
    SELECT {", ".join(COLUMNS.values())} FROM unnest(%s::bigint[]) AS listed(id)
    JOIN cases_deadline d ON d.id = listed.id {_JOINED}
"""  # noqa: S608  # text of our own


def by_key(keys: Collection[int]) -> dict[int, dict[str, Any]]:
    """The rows of these deadlines, by key. Whoever asks knows that they may be seen."""
    rows = (dict(zip(COLUMNS, row, strict=True)) for row in rows_of(_BY_KEY, [list(keys)]))
    return {row["pk"]: row for row in rows}


@dataclass(frozen=True, slots=True)
class Question:
    """What ``officer`` has open in these units (keys), by the day it ends and key, rising or falling, from
    beyond a place on (day and key), ``limit`` of them. They are counted up to ``cap``, or with None not at
    all.
    """

    officer: int
    units: Collection[int]
    falling: bool
    limit: int
    cap: int | None
    beyond: tuple[Any, int] | None = None


def read(asked: Question) -> tuple[list[dict[str, Any]], int | None]:
    """The rows in their order, and the count."""
    whose = (
        "d.officer_id = %s::bigint AND d.unit_id = ANY(%s::bigint[]) AND d.closed_on IS NULL "
        "AND d.due_on IS NOT NULL"
    )
    holder = [asked.officer, sorted(asked.units)]
    way, sign = ("DESC", "<") if asked.falling else ("ASC", ">")
    beyond = "" if asked.beyond is None else f" AND (d.due_on, d.id) {sign} (%s::date, %s::bigint)"
    counted = "NULL::bigint"
    if asked.cap is not None:
        counted = (
            f"(SELECT count(*) FROM (SELECT FROM cases_deadline d WHERE {whose} LIMIT %s::bigint) AS capped)"  # noqa: S608
        )
    statement = f"""
        SELECT counted.value, {", ".join(COLUMNS.values())}
        FROM (SELECT {counted}) AS counted(value) LEFT JOIN (
            (
                SELECT d.* FROM cases_deadline d WHERE {whose}{beyond}
                ORDER BY d.due_on {way}, d.id {way} LIMIT %s::bigint
            ) AS d {_JOINED}
        ) ON true
        ORDER BY d.due_on {way}, d.id {way}
    """  # noqa: S608  # text of our own
    count = [] if asked.cap is None else [*holder, asked.cap]
    found = rows_of(statement, [*count, *holder, *(asked.beyond or ()), asked.limit])
    rows = [dict(zip(COLUMNS, row[1:], strict=True)) for row in found if row[1] is not None]
    return rows, found[0][0]
