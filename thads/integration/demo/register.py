"""A register of any size: lives drawn, one after the other, with the chances that Da Nang's quotas imply.

No figure is met exactly, memory stays flat, and decision numbers are unique in each unit and year.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import exp
from typing import Final

from thads.integration.demo import days
from thads.integration.demo.chance import Chance, Weighted, source
from thads.integration.demo.danang import FLOWS, SEED, SHYNESS, STOOD, department_chance, may_reach, pool_of
from thads.integration.demo.numbering import as_they_come
from thads.integration.demo.offices import officer_for, unit_for
from thads.integration.demo.plan import NOT_YET, Plan, old_profile, opened_before, opened_in
from thads.integration.demo.profiles import NEW
from thads.integration.demo.telling import tell
from thads.integration.demo.writing import Draft, Judgments, draft


def stories(cases: int, seed: int = SEED) -> Iterator[bytes]:
    """``cases`` stories, one line of JSON each (without the line end), the older half-years first."""
    return as_they_come(_drafts(cases, source(seed)))


def _drafts(cases: int, chance: Chance) -> Iterator[Draft]:
    judgments = Judgments()
    starts = _starts()
    for index in range(cases):
        plan = _plan(index, *starts[int((index + 0.5) / cases * len(starts))], chance)
        plan.unit = unit_for(chance, department_chance(plan))
        plan.officer = officer_for(chance, plan.unit)
        yield draft(tell(plan, chance), judgments, chance)


def _starts() -> list[tuple[int, str]]:
    """For each case of Da Nang the half-year in which it starts and, for old ones, their state."""
    found = [(0, state) for state, count in STOOD.items() for _ in range(count)]
    for half in (1, 2, 3):
        found.extend([(half, "")] * sum(FLOWS[half][NOT_YET].values()))
    return found


def _plan(index: int, half: int, state: str, chance: Chance) -> Plan:
    if half == 0:
        profile = old_profile(state, chance)
        plan = Plan(index, profile, opened_before(state, profile, chance), 0, chance)
        plan.enter(0, state, chance)
    else:
        plan = Plan(index, NEW[half].draw(chance), opened_in(half, chance), half, chance)
        _go_on(plan, half, NOT_YET, "E", chance)
    for later in range(half + 1, len(FLOWS)):
        _go_on(plan, later, pool_of(plan, later), plan.states[-1], chance)
    return plan


def _go_on(plan: Plan, half: int, pool: str, otherwise: str, chance: Chance) -> None:
    """Where its pool's chances lead, if time, law and the case's hardness allow; else ``otherwise``."""
    chances = _CHANCES[half].get(pool)
    state = chances.draw(chance) if chances else ""
    if state:
        hard = exp(-SHYNESS.get(state, 0.0) * max(plan.profile.hardness, 0.0))
        if chance() < hard and may_reach(state, half, days.HALVES[half][1])(plan):
            otherwise = state
    plan.enter(half, otherwise, chance)


def _chances() -> list[dict[str, Weighted[str]]]:
    """For each half-year and pool, the states with their weights; the empty state stands for staying."""
    sizes = dict(STOOD)
    found: list[dict[str, Weighted[str]]] = [{}]
    for half in (1, 2, 3):
        rows = FLOWS[half]
        entered = dict.fromkeys("ECNHTOSDXUR", 0)
        found.append({})
        for pool, flows in rows.items():
            stay = 0 if pool == NOT_YET else max(sizes.get(pool[0], 0) - sum(flows.values()), 0)
            found[half][pool] = Weighted(*flows.items(), ("", stay))
            for state, count in flows.items():
                entered[state] += count
                if pool != NOT_YET:
                    entered[pool[0]] -= count
        for state, count in entered.items():
            sizes[state] = sizes.get(state, 0) + count
    return found


_CHANCES: Final = _chances()
