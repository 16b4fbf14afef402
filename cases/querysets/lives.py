"""Reading the lives of many cases at once, for the fold."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import Any, NamedTuple

from django.db import connection

from cases.querysets.succession import knowing_sides, parties_of, passes_on
from cases.rules.life import OPENING, Duty, Holder, Life, LifeAct
from cases.rules.story import conclusion_of, named_relief
from cases.rules.tables import Tables

# Written as they are sent: thousands of cases are read at once, and rows are what costs.


class _ActRow(NamedTuple):
    """The columns a life is made of."""

    id: int
    case_id: int
    seq: int
    ref: str | None
    public_id: str
    type: str
    effective_on: dt.date
    recorded_at: dt.datetime
    ground: str | None
    whole: bool
    unit_id: int | None
    officer_id: int | None
    annuls_id: int | None
    voids_id: int | None
    field: str | None
    initiation: str | None
    data__relief: str | None
    data__conclusion: str | None


_OBLIGATIONS = """
    SELECT id, case_id, kind, amount FROM cases_obligation WHERE case_id = ANY(%s)
    ORDER BY case_id, position
"""
_LINES = """
    SELECT l.act_id, l.obligation_id, l.amount FROM cases_actline l JOIN cases_act a ON a.id = l.act_id
    WHERE a.case_id = ANY(%s) ORDER BY l.act_id, l.position
"""
_ACTS = """
    SELECT id, case_id, seq, ref, public_id::text, type, effective_on, recorded_at, ground, whole, unit_id,
        officer_id, annuls_id, voids_id, field, initiation,
        CASE jsonb_typeof(data->'relief') WHEN 'string' THEN data->>'relief' END, data->>'conclusion'
    FROM cases_act WHERE case_id = ANY(%s) ORDER BY case_id, seq
"""


def lives(case_ids: Collection[int], tables: Tables) -> dict[int, Life]:
    """The lives of these cases by key; holders are (unit key, officer key). Three statements, however many
    cases, and three more when a right or duty was passed on in one of them.
    """
    keys = [list(case_ids)]
    kinds = tables.obligation_kinds
    duties: defaultdict[int, list[Duty]] = defaultdict(list)
    places: dict[int, int] = {}
    lines: defaultdict[int, list[tuple[int, int | None]]] = defaultdict(list)
    acts: defaultdict[int, list[_ActRow]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_OBLIGATIONS, keys)
        for key, case, kind, amount in cursor.fetchall():
            places[key] = len(duties[case])
            duties[case].append(Duty.of(kinds[kind], amount))
        # Acts before their lines: an act recorded in between is left out, and not read without its lines.
        cursor.execute(_ACTS, keys)
        for row in map(_ActRow._make, cursor.fetchall()):
            acts[row.case_id].append(row)
        cursor.execute(_LINES, keys)
        for act, obligation, amount in cursor.fetchall():
            lines[act].append((places[obligation], amount))
    found = {case: life_of(rows, tuple(duties[case]), lines, tables) for case, rows in acts.items()}
    concerned = {case: life for case, life in found.items() if passes_on(life)}
    return found | knowing_sides(concerned, parties_of(concerned)) if concerned else found


def life_of(
    rows: list[Any], duties: tuple[Duty, ...], lines: dict[int, list[tuple[int, int | None]]], tables: Tables
) -> Life:
    """The life that the rows of a case's acts (columns of ``_ActRow``, in order) and their lines make."""
    opening, *rest = rows
    assert opening.seq == OPENING
    seqs = {row.id: row.seq for row in rows}
    names = _names(rest) if any(row.data__relief for row in rest) else {}
    return Life(
        opening.effective_on,
        opening.initiation,
        opening.field,
        Holder(opening.unit_id, opening.officer_id),
        duties,
        tuple(_act(row, lines, seqs, names, tables) for row in rest),
        opening.recorded_at,
    )


def _names(rows: list[Any]) -> dict[str, int]:
    """The places of acts by what others may call them: their public id, or their reference in the story."""
    return {str(row.public_id): row.seq for row in rows} | {row.ref: row.seq for row in rows if row.ref}


def _act(
    row: Any,
    lines: dict[int, list[tuple[int, int | None]]],
    seqs: dict[int, int],
    names: dict[str, int],
    tables: Tables,
) -> LifeAct:
    return LifeAct(
        row.seq,
        tables.act_types[row.type],
        row.effective_on,
        None if row.whole else tuple(lines[row.id]),
        row.ground,
        None if row.unit_id is None else Holder(row.unit_id, row.officer_id),
        None if row.annuls_id is None else seqs[row.annuls_id],
        None if row.voids_id is None else seqs[row.voids_id],
        names.get(named_relief(row.type, {"relief": row.data__relief}) or ""),
        row.field,
        row.initiation,
        row.recorded_at,
        conclusion_of(row.type, {"conclusion": row.data__conclusion}),
    )
