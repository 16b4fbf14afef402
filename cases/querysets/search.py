"""Finding cases and judgments by the words of their numbers and of their parties' names.

There are two ways. The index of words (``case_search_words``) gives every case of a unit that has the
words; that is quick for words that few cases have. What thousands have, as they have ``nguyen`` and ``van``,
is found soonest by walking the list in its order and looking at each case, until the page is full.
``matching_page`` asks the index first, no further than ``FEW``, and then knows which way it is.

Both narrow rows that have been narrowed to a scope before, and see what stands when they are evaluated.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final, NamedTuple

from django.db import connection, models
from django.db.models import Q
from django.db.models.expressions import RawSQL

from thads.common.plain_text import Wanted

#: Up to so many cases are fetched and sorted sooner than a list is walked in which they are few.
FEW: Final = 1_000

#: The keys of the cases that have the words, unit by unit; its parameter is ``queries``. A lateral join per
#: unit: one query over the words of many units would be evaluated in full for every case that has one.
KEYS: Final = """
    SELECT found.case_id FROM unnest(%s::tsquery[]) AS asked(words)
    CROSS JOIN LATERAL (
        SELECT s.case_id FROM cases_casesearch s WHERE s.words @@ asked.words OFFSET 0
    ) AS found
"""
#: The same for judgments that units have received.
JUDGMENT_KEYS: Final = """
    SELECT found.judgment_id FROM unnest(%s::tsquery[]) AS asked(words)
    CROSS JOIN LATERAL (
        SELECT s.judgment_id FROM cases_judgmentsearch s WHERE s.words @@ asked.words OFFSET 0
    ) AS found
"""
#: Whether the case ``{key}`` of the unit ``{unit}`` has the words; its parameter is ``query``. The function
#: behind ``@@``, because the planner takes a function for true of every third row, and the operator for true
#: of hardly any: then it would read the whole unit and sort it.
_HAS: Final = """
    ts_match_vq((SELECT s.words FROM cases_casesearch s WHERE s.case_id = {key}),
                replace(%s, '~', {unit}::text)::tsquery)
"""


class Clause(NamedTuple):
    """A condition in SQL, and its parameters."""

    sql: str
    params: list[Any]


def query(wanted: Wanted) -> str:
    """What is asked for, as PostgreSQL reads a tsquery, with ``~`` for the key of a unit. The words are made
    of letters, digits and slashes: nothing in them has to be escaped.
    """
    terms = [f"'~:{word}'" for word in wanted.words]
    if wanted.beginning is not None:
        terms.append(f"'~:{wanted.beginning}':*")
    return " & ".join(terms)


def queries(wanted: Wanted, unit_ids: Collection[int]) -> list[str]:
    """What is asked for of each unit, in the order of their keys."""
    asked = query(wanted)
    return [asked.replace("~", str(unit)) for unit in sorted(unit_ids)]


def matching(
    rows: models.QuerySet[Any, Any], wanted: Wanted, unit_ids: Collection[int]
) -> models.QuerySet[Any, Any]:
    """The cases of ``rows`` that have the words, found by the index: for counting them, and for reading them
    all. ``unit_ids`` are those that ``rows`` come from, or more.
    """
    keys = RawSQL(KEYS, [queries(wanted, unit_ids)])  # noqa: S611  # the statement is our own
    return rows.filter(pk__in=keys)


def matching_page(
    rows: models.QuerySet[Any, Any], wanted: Wanted, unit_ids: Collection[int]
) -> tuple[models.QuerySet[Any, Any], models.QuerySet[Any, Any]]:
    """The same cases twice, for reading a page of them in an order and for counting them. Asks the index
    now.
    """
    page, count = (
        RawSQL(sql, params, models.BooleanField())  # noqa: S611
        for sql, params in clauses(wanted, unit_ids, key="cases_case.id", unit="cases_case.unit_id")
    )
    return rows.filter(page), rows.filter(count)


def clauses(wanted: Wanted, unit_ids: Collection[int], *, key: str, unit: str) -> tuple[Clause, Clause]:
    """What is asked for as conditions on a case whose own key and that of its unit are these columns: for
    reading a page of the cases in an order, and for counting them. Asks the index now.
    """
    keys = few(wanted, unit_ids)
    if keys is not None:
        known = Clause(f"{key} = ANY(%s::bigint[])", [keys])
        return known, known
    return (
        Clause(_HAS.format(key=key, unit=unit), [query(wanted)]),
        Clause(f"{key} IN ({KEYS})", [queries(wanted, unit_ids)]),
    )


def matching_judgments(
    rows: models.QuerySet[Any, Any],
    wanted: Wanted,
    unit_ids: Collection[int],
    cases: models.QuerySet[Any, Any],
) -> models.QuerySet[Any, Any]:
    """The judgments of ``rows`` that have the words themselves, where one of these units has received them,
    or on which one of ``cases`` rests that has them. ``cases`` are those that the caller may see.
    """
    received = RawSQL(JUDGMENT_KEYS, [queries(wanted, unit_ids)])  # noqa: S611
    rested_on = matching(cases, wanted, unit_ids).values("judgment_id")
    return rows.filter(Q(pk__in=received) | Q(pk__in=rested_on))


def few(wanted: Wanted, unit_ids: Collection[int]) -> list[int] | None:
    """The keys of the cases of these units that have the words; None when they are more than ``FEW``."""
    with connection.cursor() as cursor:
        cursor.execute(f"{KEYS} LIMIT %s", [queries(wanted, unit_ids), FEW + 1])
        keys = [key for (key,) in cursor.fetchall()]
    return keys if len(keys) <= FEW else None
