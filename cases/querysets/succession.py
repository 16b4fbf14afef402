"""Reading who the parties of cases are, for the cases in which a right or duty was ever passed on."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from cases.rules.life import Life
from cases.rules.story import PASSES_ON, passing_of, with_sides
from thads.common.statements import rows_of


class PartyKey(NamedTuple):
    id: int
    ref: str
    role: str
    public_id: uuid.UUID


_PARTIES = """
    SELECT case_id, id, ref, role, public_id FROM cases_party
    WHERE case_id = ANY(%s) ORDER BY case_id, position
"""
_SIDES = """
    SELECT case_id, debtor_id, creditor_id FROM cases_obligation
    WHERE case_id = ANY(%s) ORDER BY case_id, position
"""
_PASSINGS = """
    SELECT case_id, seq, data->>'from', data->>'to' FROM cases_act
    WHERE case_id = ANY(%s) AND type = %s ORDER BY case_id, seq
"""


def passes_on(life: Life) -> bool:
    """Whether the life has an act by which a right or duty is passed on."""
    return any(act.type.code == PASSES_ON for act in life.acts)


def parties_of(cases: Collection[int]) -> Mapping[int, tuple[PartyKey, ...]]:
    """The parties of these cases in their order."""
    found: defaultdict[int, list[PartyKey]] = defaultdict(list)
    for case, *party in rows_of(_PARTIES, [list(cases)]):
        found[case].append(PartyKey(*party))
    return {case: tuple(found[case]) for case in cases}


def knowing_sides(lives: Mapping[int, Life], parties: Mapping[int, tuple[PartyKey, ...]]) -> dict[int, Life]:
    """These lives (by case), knowing who their parties are, who owed and was owed at first, and from whom to
    whom their acts pass that on.
    """
    cases = list(lives)
    places = {case: {party.ref: place for place, party in enumerate(parties[case])} for case in cases}
    keys = {case: {party.id: place for place, party in enumerate(parties[case])} for case in cases}
    sides: defaultdict[int, list[tuple[int | None, int | None]]] = defaultdict(list)
    for case, debtor, creditor in rows_of(_SIDES, [cases]):
        sides[case].append((keys[case].get(debtor), keys[case].get(creditor)))
    passings: defaultdict[int, dict[int, Any]] = defaultdict(dict)
    for case, seq, source, target in rows_of(_PASSINGS, [cases, PASSES_ON]):
        passings[case][seq] = passing_of(PASSES_ON, {"from": source, "to": target}, places[case])
    return {
        case: with_sides(
            replace(
                life,
                acts=tuple(
                    replace(act, passing=passings[case].get(act.seq)) if act.type.code == PASSES_ON else act
                    for act in life.acts
                ),
            ),
            sides[case],
            [party.role for party in parties[case]],
        )
        for case, life in lives.items()
    }
