"""The words cases and judgments are found by, written with what they are taken from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from django.db import connection

from cases.models import CaseSearch
from cases.rules.story import Story
from thads.common.bulk import copy_rows
from thads.common.plain_text import words

#: Cases whose words are read and written together.
_BATCH = 1_000


def vector(unit_id: int, texts: Iterable[str]) -> str:
    """The words of ``texts`` behind the key of the unit, as PostgreSQL reads a tsvector. They are made of
    letters, digits and slashes: nothing in them has to be escaped.
    """
    return " ".join(f"'{unit_id}:{word}'" for word in words(*texts))


def copy_words(stories: Sequence[Story], case_ids: Sequence[int], unit_ids: Iterable[int]) -> None:
    """Write the words of new cases, each held by its unit."""
    copy_rows(
        CaseSearch,
        ("case_id", "words"),
        (
            (case, vector(unit, _texts(story)))
            for case, story, unit in zip(case_ids, stories, unit_ids, strict=True)
        ),
    )


def _texts(story: Story) -> Iterator[str]:
    yield story.decision_number
    yield story.judgment.number
    yield from (party.name for party in story.parties)


_MOVE = """
    UPDATE cases_casesearch s SET words = array_to_tsvector(ARRAY(
        SELECT n.unit || substr(word, strpos(word, ':')) FROM unnest(tsvector_to_array(s.words)) AS word))
    FROM unnest(%s::bigint[], %s::bigint[]) AS n(id, unit)
    WHERE s.case_id = n.id
"""


def move_words(units: Mapping[int, int]) -> None:
    """Cases are found in the units that hold them now, both by their keys."""
    if units:
        with connection.cursor() as cursor:
            cursor.execute(_MOVE, [list(units), list(units.values())])


_READ = """
    SELECT c.id, c.unit_id, c.decision_number, j.number,
           ARRAY(SELECT p.name FROM cases_party p WHERE p.case_id = c.id ORDER BY p.position)
    FROM cases_case c JOIN cases_judgment j ON j.id = c.judgment_id
    WHERE c.id = ANY(%s)
"""
_WRITE = """
    INSERT INTO cases_casesearch (case_id, words)
    SELECT id, words::tsvector FROM unnest(%s::bigint[], %s::text[]) AS n(id, words)
    ON CONFLICT (case_id) DO UPDATE SET words = excluded.words
"""


def refresh_words(case_ids: Collection[int]) -> None:
    """Write the words of cases anew, from what stands of them."""
    keys = sorted(case_ids)
    with connection.cursor() as cursor:
        for start in range(0, len(keys), _BATCH):
            cursor.execute(_READ, [keys[start : start + _BATCH]])
            rows = [
                (key, vector(unit, (decision, judgment, *names)))
                for key, unit, decision, judgment, names in cursor.fetchall()
            ]
            if rows:
                cursor.execute(_WRITE, [list(column) for column in zip(*rows, strict=True)])


_READ_JUDGMENT = """
    SELECT j.unit_id, j.number,
           ARRAY(SELECT p.name FROM cases_proposedparty p WHERE p.judgment_id = j.id ORDER BY p.position)
    FROM cases_judgment j WHERE j.id = %s AND j.unit_id IS NOT NULL
"""
_WRITE_JUDGMENT = """
    INSERT INTO cases_judgmentsearch (judgment_id, words) VALUES (%s, %s::tsvector)
    ON CONFLICT (judgment_id) DO UPDATE SET words = excluded.words
"""


def refresh_judgment_words(judgment_id: int) -> None:
    """Write the words of a judgment that a unit has received anew, from what stands of it."""
    with connection.cursor() as cursor:
        cursor.execute(_READ_JUDGMENT, [judgment_id])
        for unit, number, names in cursor.fetchall():
            cursor.execute(_WRITE_JUDGMENT, [judgment_id, vector(unit, (number, *names))])
