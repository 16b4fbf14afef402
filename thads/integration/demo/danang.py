"""The register of Da Nang as of 31 March 2024; counted, it gives every figure of the published report.

Cases (việc) come out by quota: so many stood in each state at the end of September 2022, so many go from each
state to each other in each of the three half-years. Money (tiền) comes out by six groups of cases whose sums
are set last, each moving one figure more than those before it: see ``_settle_money``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import exp, log
from typing import Final

from thads.integration.demo import days
from thads.integration.demo.chance import Chance, shuffled, source
from thads.integration.demo.numbering import in_order_of_days
from thads.integration.demo.offices import officer_for, unit_for
from thads.integration.demo.plan import NOT_YET, STOCK_STATES, Plan, old_profile, opened_before, opened_in
from thads.integration.demo.profiles import BILLION, ECONOMIC, MILLION, NEW, stretched
from thads.integration.demo.tale import Move
from thads.integration.demo.telling import tell
from thads.integration.demo.writing import Draft, Judgments, draft

SEED: Final = 2024

#: Where cases stood at the end of September 2022: 6,120 in stock, 3,400 in the separate book, and some that
#: had ended.
STOOD: Final = {"E": 2150, "C": 30, "N": 3660, "H": 110, "T": 120, "O": 50, "S": 3400, "D": 240}

#: For half-years 1 to 3: state before → state after → how many. What is not named stays where it is. Half 1:
#: 6,120 carried in + 4,255 opened + 55 and 2 re-entered = 10,432; done 2,929. Half 2: 4,110 opened, 36 re-
#: entered; what went to the separate book, or ended, in half 1 of the same year and comes back is no re-entry
#: and has a row of its own; 14,300 to enforce at the end of the year; 6,529 carried over. Half 3: 6,529 +
#: 5,488 opened + 62 and 3 re-entered = 12,082; done 3,583; eligible 7,845.
FLOWS: Final[tuple[dict[str, dict[str, int]], ...]] = (
    {},
    {
        NOT_YET: {"D": 1615, "X": 25, "U": 52, "R": 16, "N": 245, "C": 20, "H": 22, "T": 8, "O": 12,
                  "E": 2240},
        "E": {"D": 930, "X": 80, "U": 30, "R": 8, "N": 240, "C": 15, "H": 22, "T": 14, "O": 6},
        "C": {"D": 10, "E": 14},
        "N": {"S": 350, "U": 22, "R": 8, "D": 190, "X": 50, "E": 400},
        "H": {"D": 5, "N": 5, "E": 48},
        "T": {"D": 4, "N": 2, "E": 16},
        "O": {"D": 3, "E": 22},
        "S": {"D": 12, "X": 5, "E": 38},
        "D": {"E": 2},
    },
    {
        NOT_YET: {"D": 1675, "X": 28, "U": 56, "R": 12, "N": 640, "C": 24, "H": 26, "T": 10, "O": 16,
                  "E": 1623},
        "E": {"D": 1850, "X": 110, "U": 28, "R": 10, "N": 985, "C": 18, "H": 24, "T": 16, "O": 10},
        "C": {"D": 16, "E": 15},
        "N": {"S": 480, "U": 28, "R": 8, "D": 240, "X": 65, "E": 150},
        "H": {"D": 12, "N": 8, "E": 26},
        "T": {"D": 6, "N": 6, "E": 20},
        "O": {"D": 6, "E": 18},
        "S": {"D": 10, "X": 3, "E": 22},
        "S this year": {"E": 6},
        "D": {"E": 1},
        "D this year": {"E": 3},
    },
    {
        NOT_YET: {"D": 2095, "X": 35, "U": 62, "R": 13, "N": 200, "C": 26, "H": 26, "T": 14, "O": 18,
                  "E": 2999},
        "E": {"D": 1000, "X": 80, "U": 30, "R": 8, "N": 341, "C": 20, "H": 22, "T": 16, "O": 8},
        "C": {"D": 17, "E": 20},
        "N": {"S": 410, "U": 26, "R": 6, "D": 250, "X": 63, "E": 180},
        "H": {"D": 10, "N": 4, "E": 30},
        "T": {"D": 6, "N": 2, "E": 18},
        "O": {"D": 5, "E": 18},
        "S": {"D": 16, "X": 6, "E": 40},
        "D": {"E": 3},
    },
)  # fmt: skip

#: Amounts are not stretched beyond this, in đồng.
LARGEST: Final = 420 * BILLION
_OUTCOMES: Final = (
    "done in 2023", "left in 2023", "separate in 2023", "done in 2024", "left in 2024", "N", "E", "P",
)  # fmt: skip
#: Sums of money in tỷ, by when a case was opened (O before October 2022, 1–3 in that half-year) and, in the
#: order
#: of _OUTCOMES, what becomes of it: large amounts are stretched towards them. What must come out exactly is
#: settled afterwards.
_SUMS_BY_OPENING: Final = {
    "O": (890, 170, 330, 290, 55, 5080, 6700, 380),
    "1": (225, 30, 0, 70, 15, 400, 540, 83),
    "2": (130, 15, 0, 140, 15, 350, 930, 60),
    "3": (0, 0, 0, 220, 75, 160, 2800, 120),
}
SUMS: Final = {
    (opened, outcome): sum_of_group
    for opened, sums in _SUMS_BY_OPENING.items()
    for outcome, sum_of_group in zip(_OUTCOMES, sums, strict=True)
    if sum_of_group
}

#: The money figures to meet, in đồng. The order is that in which the groups below settle them.
DONE_2024: Final = 824 * BILLION
NEW_2024: Final = 3389 * BILLION
ELIGIBLE_2024: Final = 11589 * BILLION
NEW_2023_SIX_MONTHS: Final = 1383 * BILLION
CARRIED_INTO_2024: Final = 14940 * BILLION
TO_ENFORCE_2023: Final = 16730 * BILLION
TARGETS: Final = (DONE_2024, NEW_2024, ELIGIBLE_2024, NEW_2023_SIX_MONTHS, CARRIED_INTO_2024, TO_ENFORCE_2023)

#: Each figure is settled by the last amounts of one group, of which so many cases. The figures that a group's
#: money adds to are its own and later ones only, so they can be settled one after the other.
SETTLED_BY: Final = (
    (("3", "done in 2024"), (0, 1, 2), 45),
    (("3", "E"), (1, 2), 40),
    (("O", "E"), (2, 4, 5), 40),
    (("1", "N"), (3, 4, 5), 30),
    (("O", "N"), (4, 5), 40),
    (("O", "done in 2023"), (5,), 40),
)

#: Economic cases whose houses are on their way to auction besides the two sold in the half-year to March
#: 2024.
ON_THEIR_WAY: Final = ("VALUED", "SCHEDULED") * 5


def stories(seed: int = SEED) -> Iterator[bytes]:
    """Every story of the register, one line of JSON each (without the line end), in order of opening."""
    drafts = _drafts(seed)
    return in_order_of_days(drafts)


def _drafts(seed: int) -> list[Draft]:
    chance = source(seed)
    plans = _plans(chance)
    _stretch(plans)
    _choose_special(plans)
    settling = _choose_settling(plans)
    for plan in plans:
        plan.unit = "DN" if plan.special else unit_for(chance, department_chance(plan))
        plan.officer = officer_for(chance, plan.unit)
    judgments = Judgments()
    drafts: list[Draft | None] = [None] * len(plans)
    totals = [0] * len(TARGETS)
    late = {plan.index for group in settling for plan in group}
    for place, plan in enumerate(plans):
        if plan.index not in late:
            tale = tell(plan, chance)
            _add(totals, tale.moves)
            drafts[place] = draft(tale, judgments, chance)
    _settle_money(settling, totals)
    for place, plan in enumerate(plans):
        if plan.index in late:
            drafts[place] = draft(tell(plan, chance), judgments, chance)
    return [one for one in drafts if one is not None]


# Việc: who goes where.


def _plans(chance: Chance) -> list[Plan]:
    """Every case with its states, in order of opening."""
    plans: list[Plan] = []
    for state, count in STOOD.items():
        for _ in range(count):
            profile = old_profile(state, chance)
            plan = Plan(len(plans), profile, opened_before(state, profile, chance), 0, chance)
            plan.enter(0, state, chance)
            plans.append(plan)
    for half in (1, 2, 3):
        pools: dict[str, list[Plan]] = {}
        for plan in plans:
            pools.setdefault(pool_of(plan, half), []).append(plan)
        pools[NOT_YET] = []
        for _ in range(sum(FLOWS[half][NOT_YET].values())):
            plan = Plan(len(plans), NEW[half].draw(chance), opened_in(half, chance), half, chance)
            plans.append(plan)
            pools[NOT_YET].append(plan)
        for name, pool in pools.items():
            _send(pool, FLOWS[half].get(name, {}), half, chance)
    return sorted(plans, key=lambda plan: (plan.opened, plan.index))


def pool_of(plan: Plan, half: int) -> str:
    """The row of FLOWS[half] that holds for a case: its state, and whether it entered it this year."""
    state = plan.states[-1]
    if half == 2 and state in "SD" and plan.states[0] != state:
        return f"{state} this year"
    return state


def _send(pool: list[Plan], flows: dict[str, int], half: int, chance: Chance) -> None:
    """Send so many of a pool to each state: the easy ones are done, the hard ones last."""
    left = shuffled(chance, pool)
    end = days.HALVES[half][1]
    for state, count in flows.items():
        may = may_reach(state, half, end)
        chosen = sorted((p for p in left if may(p)), key=_liking(state, chance))[:count]
        if len(chosen) < count:
            raise ValueError(f"half {half}: {len(chosen)} cases can reach {state}, {count} should")
        gone = {plan.index for plan in chosen}
        left = [plan for plan in left if plan.index not in gone]
        for plan in chosen:
            plan.enter(half, state, chance)
    for plan in left:
        plan.enter(half, plan.states[-1], chance)


def may_reach(state: str, half: int, end: int) -> Callable[[Plan], bool]:
    """Whether time and law allow a case to stand in ``state`` at the ``end`` of ``half``."""
    if state == "S":
        return lambda plan: plan.may_go_separate(half)
    needs = {"D": 18, "E": 0, "N": 52}.get(state, 26)
    if state == "D":
        return lambda plan: plan.opened <= end - (5 if plan.profile.hardness < 0 else needs)
    if state == "C":
        return lambda plan: plan.opened <= end - needs and plan.profile.creditor is not None
    return lambda plan: plan.opened <= end - needs


#: How much harder cases shy away from a state (below zero: are drawn to it).
SHYNESS: Final = {"D": 3.2, "X": 1.6, "N": 1.3, "U": 0.5, "R": 0.5, "S": 0.5, "E": -0.5}


def _liking(state: str, chance: Chance) -> Callable[[Plan], float]:
    """How late a case goes to a state; the lowest go. A weighted draw without putting back."""
    shyness = SHYNESS.get(state, -0.4)
    if state == "T":
        return lambda plan: chance() - plan.organisation
    return lambda plan: -log(1 - chance()) * exp(shyness * plan.profile.hardness)


def department_chance(plan: Plan) -> float:
    """Chance that the department handles a case itself: the large ones."""
    return max(plan.profile.department, 0.45 if plan.money > 8 * BILLION else 0.0)


# Tiền: how much.


def _group(plan: Plan) -> tuple[str, str]:
    first = plan.states[0]
    era = "O" if first in STOCK_STATES else "-" if first != NOT_YET else str(plan.first_half)
    for half, state in enumerate(plan.states):
        year = "2024" if half == 3 else "2023"
        if state in "DX":
            return era, f"done in {year}"
        if state in "UR":
            return era, f"left in {year}"
    if "S" in plan.states[1:3]:
        return era, "separate in 2023"
    last = plan.states[-1]
    return era, "E" if last in "EC" else "N" if last in "NS" else "P"


def _groups(plans: list[Plan]) -> dict[tuple[str, str], list[Plan]]:
    found: dict[tuple[str, str], list[Plan]] = {}
    for plan in plans:
        found.setdefault(_group(plan), []).append(plan)
    return found


def _stretch(plans: list[Plan]) -> None:
    """Stretch the large amounts of each group until its sum is about what it should be."""
    for key, group in _groups(plans).items():
        if key not in SUMS:
            continue
        large = [plan for plan in group if plan.profile.scalable and plan.money > 100 * MILLION]
        fixed = sum(plan.money for plan in group) - sum(plan.money for plan in large)
        factor = _factor([plan.money for plan in large], SUMS[key] * BILLION - fixed)
        for plan in large:
            _multiply(plan, min(factor, max(1.0, LARGEST / plan.money)))


def _factor(amounts: list[int], wanted: int) -> float:
    """What to multiply amounts by to make them ``wanted`` together, none growing beyond LARGEST."""
    factor = 1.0
    for _ in range(12):
        total = sum(min(amount * factor, max(amount, LARGEST)) for amount in amounts)
        factor = min(max(factor * wanted / max(total, 1), 0.2), 6.0)
    return factor


def _multiply(plan: Plan, factor: float) -> None:
    plan.duties = [
        (kind, stretched(amount, factor) if amount is not None and kind != "COURT_FEE" else amount)
        for kind, amount in plan.duties
    ]


def _choose_special(plans: list[Plan]) -> None:
    """The two economic cases whose houses are sold, and those whose houses are on their way."""
    fit = [
        plan for plan in plans
        if plan.profile is ECONOMIC
        and plan.states[2:] == ["E", "E"]
        and 12 * BILLION < plan.money < 200 * BILLION
    ]  # fmt: skip
    if len(fit) < 2 + len(ON_THEIR_WAY) // 2:
        raise ValueError(f"only {len(fit)} economic cases have a house to sell")
    for plan, how in zip(fit, ("SOLD", "SOLD", *ON_THEIR_WAY), strict=False):
        plan.special = how


def _choose_settling(plans: list[Plan]) -> list[list[Plan]]:
    """The cases whose amounts are set last: one line of money, nothing else that happens to it."""
    groups = _groups(plans)
    found = []
    for key, _, count in SETTLED_BY:
        fit = [
            plan for plan in groups[key]
            if plan.profile.scalable and not plan.special and _steady(plan)
            and len(plan.duties) == 1 and plan.duties[0][1]
        ]  # fmt: skip
        chosen = sorted(fit, key=lambda plan: (-plan.money, plan.index))[:count]
        for plan in chosen:
            plan.plain = True
        found.append(chosen)
    return found


def _steady(plan: Plan) -> bool:
    """Never out of the figures and in again: no separate book, no reversal."""
    path = "".join(plan.states)
    return "S" not in path and "DE" not in path


def _add(totals: list[int], moves: list[Move]) -> None:
    """Add what a tale's money does to the figures of TARGETS."""
    for day, source_state, target, amount, year in moves:
        last = day > days.END_OF_2023
        prior = 0 < year < (2024 if last else 2023)
        before = day <= days.END_OF_2022
        new = 0 if before else -amount if target == "-" else amount if source_state == "-" or prior else 0
        stock = amount * ((target in STOCK_STATES) - (source_state in STOCK_STATES))
        eligible = amount * ((target in "EC") - (source_state in "EC"))
        done = amount * ((target in "DXM") - (source_state in "DXM" and not prior)) if last else 0
        totals[0] += done
        totals[2] += eligible + done
        if last:
            totals[1] += new
            continue
        totals[4] += stock
        if before:
            totals[5] += stock
            continue
        totals[5] += new - amount * (target in "UR")
        if day <= days.END_OF_MARCH_2023:
            totals[3] += new


def _settle_money(settling: list[list[Plan]], totals: list[int]) -> None:
    """Set the amounts of the settling cases so that every figure comes out, one after the other.

    What a group must add up to follows from the others; its cases share the difference in proportion, and the
    largest takes what is left of rounding. Raises ValueError when a group would have to be stretched out of
    belief.
    """
    for place, (group, (key, figures, _)) in enumerate(zip(settling, SETTLED_BY, strict=True)):
        wanted, had = TARGETS[place] - totals[place], sum(plan.money for plan in group)
        factor = wanted / had
        if not 0.4 < factor < 2.5:
            raise ValueError(f"{key}: {had} đồng would have to become {wanted}")
        for plan in group:
            _multiply(plan, factor)
        largest = max(group, key=lambda plan: plan.money)
        kind, amount = largest.duties[0]
        largest.duties = [(kind, (amount or 0) + wanted - sum(plan.money for plan in group))]
        for figure in figures:
            totals[figure] += wanted
