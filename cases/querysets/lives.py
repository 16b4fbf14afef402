"""Reading the lives of many cases at once, for the fold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from cases.models import Act, ActLine, Obligation
from cases.rules.life import OPENING, Duty, Holder, Life, LifeAct
from cases.rules.story import named_relief
from cases.rules.tables import Tables


def lives(case_ids: Collection[int], tables: Tables) -> dict[int, Life]:
    """The lives of these cases by key; holders are (unit key, officer key). Three queries, however many
    cases.
    """
    kinds = tables.obligation_kinds
    duties: defaultdict[int, list[Duty]] = defaultdict(list)
    places: dict[int, int] = {}
    obligations = Obligation.objects.filter(case_id__in=case_ids).order_by("case_id", "position")
    for key, case, kind, amount in obligations.values_list("id", "case_id", "kind", "amount"):
        places[key] = len(duties[case])
        duties[case].append(Duty(amount, kinds[kind].state_budget))
    lines: defaultdict[int, list[tuple[int, int | None]]] = defaultdict(list)
    named = ActLine.objects.filter(act__case_id__in=case_ids).order_by("act_id", "position")
    for act, obligation, amount in named.values_list("act_id", "obligation_id", "amount"):
        lines[act].append((places[obligation], amount))
    acts: defaultdict[int, list[Any]] = defaultdict(list)
    for row in (
        Act.objects.filter(case_id__in=case_ids)
        .order_by("case_id", "seq")
        .values_list(*ACT_COLUMNS, named=True)
    ):
        acts[row.case_id].append(row)
    return {case: life_of(rows, tuple(duties[case]), lines, tables) for case, rows in acts.items()}


ACT_COLUMNS = (
    "id",
    "case_id",
    "seq",
    "ref",
    "type",
    "effective_on",
    "recorded_at",
    "ground",
    "whole",
    "unit_id",
    "officer_id",
    "annuls_id",
    "voids_id",
    "field",
    "initiation",
    "data__relief",
)


def life_of(
    rows: list[Any], duties: tuple[Duty, ...], lines: dict[int, list[tuple[int, int | None]]], tables: Tables
) -> Life:
    opening, *rest = rows
    assert opening.seq == OPENING
    seqs = {row.id: row.seq for row in rows}
    refs = {row.ref: row.seq for row in rows if row.ref}
    return Life(
        opening.effective_on,
        opening.initiation,
        opening.field,
        Holder(opening.unit_id, opening.officer_id),
        duties,
        tuple(_act(row, lines, seqs, refs, tables) for row in rest),
        opening.recorded_at,
    )


def _act(
    row: Any,
    lines: dict[int, list[tuple[int, int | None]]],
    seqs: dict[int, int],
    refs: dict[str, int],
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
        refs.get(named_relief(row.type, {"relief": row.data__relief}) or ""),
        row.field,
        row.initiation,
        row.recorded_at,
    )
