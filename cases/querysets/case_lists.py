"""A page of the list of cases with all that it shows, in one statement.

The questions that are asked all day: cases of some units, of a status, a field of law, an officer, with
words in them, in one of the orders of the list. Each unit's index is walked in that order and no further than
a page goes. Everything else that can be asked goes through the queryset, with the same answer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from cases.querysets.search import Clause
from thads.common.statements import rows_of

#: The columns of a row, by the names that a queryset has for them.
COLUMNS: Final = {
    "pk": "c.id",
    "public_id": "c.public_id",
    "decision_number": "c.decision_number",
    "decision_date": "c.decision_date",
    "authority__code": "authority.code",
    "unit__code": "unit.code",
    "officer__code": "officer.code",
    "officer__name": "officer.name",
    "initiation": "c.initiation",
    "field": "c.field",
    "status": "c.status",
    "bucket": "c.bucket",
    "due": "c.due",
    "remaining": "c.remaining",
    "last_act_on": "c.last_act_on",
    "themes": "ARRAY(SELECT t.theme FROM cases_casetheme t WHERE t.case_id = c.id ORDER BY t.theme)",
    "debtors": (
        "ARRAY(SELECT p.name FROM cases_party p WHERE p.case_id = c.id AND p.role = 'DEBTOR' "
        "ORDER BY p.position)"
    ),
}
#: What a case may be asked to be equal in.
CONDITIONS: Final = ("status", "bucket", "field", "initiation", "officer_id")
#: The orders, by field, with the type of what they are ordered by.
ORDERS: Final = {"decision_date": "date", "last_act_on": "date", "remaining": "bigint", "pk": "bigint"}


@dataclass(frozen=True, slots=True)
class Question:
    """Cases of ``units`` (keys) that have these values of ``CONDITIONS`` and the words, ordered by ``order``
    and key, both ``falling`` or rising, from beyond a place on (value and key), ``limit`` of them. They are
    counted up to ``cap``, or with None not at all.
    """

    units: Collection[int]
    order: str
    falling: bool
    limit: int
    cap: int | None
    beyond: tuple[Any, int] | None = None
    equal: Mapping[str, Any] = field(default_factory=dict)
    words: Clause | None = None
    words_counted: Clause | None = None


def read(asked: Question) -> tuple[list[dict[str, Any]], int | None]:
    """The rows in their order, and the count."""
    units = sorted(asked.units)
    equal = "".join(f" AND c.{name} = %s" for name in CONDITIONS if name in asked.equal)
    values = [asked.equal[name] for name in CONDITIONS if name in asked.equal]
    column = "id" if asked.order == "pk" else asked.order
    way, sign = ("DESC", "<") if asked.falling else ("ASC", ">")
    beyond, place = "", []
    if asked.beyond is not None:
        beyond = f" AND (c.{column}, c.id) {sign} (%s::{ORDERS[asked.order]}, %s::bigint)"
        place = list(asked.beyond)
    words, wanted = _clause(asked.words)
    counted, count = "NULL::bigint", []
    if asked.cap is not None:
        with_words, also = _clause(asked.words_counted)
        counted = (
            "(SELECT count(*) FROM (SELECT FROM cases_case c "  # noqa: S608  # text of our own
            f"WHERE c.unit_id = ANY(%s::bigint[]){equal}{with_words} LIMIT %s::bigint) AS capped)"
        )
        count = [units, *values, *also, asked.cap]
    statement = f"""
        SELECT counted.value, {", ".join(COLUMNS.values())}
        FROM (SELECT {counted}) AS counted(value) LEFT JOIN (
            (
                SELECT foremost.* FROM unnest(%s::bigint[]) AS scope(unit_id) CROSS JOIN LATERAL (
                    SELECT c.id, c.{column} AS place FROM cases_case c
                    WHERE c.unit_id = scope.unit_id{equal}{words}{beyond}
                    ORDER BY c.{column} {way}, c.id {way} LIMIT %s::bigint
                ) AS foremost
                ORDER BY foremost.place {way}, foremost.id {way} LIMIT %s::bigint
            ) AS page
            JOIN cases_case c ON c.id = page.id
            JOIN officers_unit authority ON authority.id = c.authority_id
            JOIN officers_unit unit ON unit.id = c.unit_id
            LEFT JOIN officers_officer officer ON officer.id = c.officer_id
        ) ON true
        ORDER BY c.{column} {way}, c.id {way}
    """  # noqa: S608  # text of our own
    found = rows_of(statement, [*count, units, *values, *wanted, *place, asked.limit, asked.limit])
    names = list(COLUMNS)
    rows = [dict(zip(names, row[1:], strict=True)) for row in found if row[1] is not None]
    return rows, found[0][0]


_BY_KEY: Final = f"""
    SELECT {", ".join(COLUMNS.values())} FROM unnest(%s::bigint[]) AS listed(id)
    JOIN cases_case c ON c.id = listed.id
    JOIN officers_unit authority ON authority.id = c.authority_id
    JOIN officers_unit unit ON unit.id = c.unit_id
    LEFT JOIN officers_officer officer ON officer.id = c.officer_id
"""  # noqa: S608  # text of our own


def by_key(keys: Collection[int]) -> dict[int, dict[str, Any]]:
    """The rows of these cases, by key. Whoever asks knows that they may be seen."""
    rows = (dict(zip(COLUMNS, row, strict=True)) for row in rows_of(_BY_KEY, [list(keys)]))
    return {row["pk"]: row for row in rows}


def _clause(words: Clause | None) -> tuple[str, list[Any]]:
    return ("", []) if words is None else (f" AND {words.sql}", words.params)
