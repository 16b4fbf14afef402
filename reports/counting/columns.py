"""From tallies to the columns of a row, and the identities every row must satisfy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any, NamedTuple

from cases.rules import buckets
from cases.rules.life import Life
from reports.counting import movements, tally
from reports.counting.regimes import Identity, Regime, regime_on
from reports.counting.tally import Kind, Tally
from thads.common.periods import Period


@dataclass(frozen=True, slots=True)
class Broken:
    """An identity that does not hold, with both sides: a defect of the service, never of the data."""

    identity: Identity
    left: int
    right: int


@dataclass(frozen=True, slots=True)
class Row:
    """Every column of one row, for việc and for tiền (đồng), by the names of statistics.md §4."""

    cases: Mapping[str, int]
    money: Mapping[str, int]
    broken: tuple[Broken, ...] = ()


def columns(regime: Regime, sums: Tally) -> tuple[dict[str, int], tuple[Broken, ...]]:
    """The columns of ``regime`` from the atoms of one measure, and the identities that fail."""
    plan = _plan(regime)
    numbers = [*sums.opening.values(), *sums.atoms.values()]
    if not any(numbers):
        return dict.fromkeys(plan.names, 0), ()
    at = numbers.__getitem__
    for plus, minus in plan.columns:
        numbers.append(sum(map(at, plus)) - sum(map(at, minus)))
    values = dict(zip(plan.names, numbers[-len(plan.names) :], strict=True))
    broken = []
    for identity, (plus, minus) in zip(regime.identities, plan.identities, strict=True):
        right = sum(map(at, plus)) - sum(map(at, minus))
        if values[identity.left] != right:
            broken.append(Broken(identity, values[identity.left], right))
    return values, tuple(broken)


#: What is added and what is taken away, by place.
_Places = tuple[tuple[int, ...], tuple[int, ...]]


class _Plan(NamedTuple):
    """How the columns of a regime follow from the atoms: each a sum over the numbers before it, which are the
    opening and the atoms of a tally and then the columns.
    """

    names: tuple[str, ...]
    columns: tuple[_Places, ...]
    identities: tuple[_Places, ...]


@cache
def _plan(regime: Regime) -> _Plan:
    nothing = Tally()
    atoms = [*((True, atom) for atom in nothing.opening), *((False, atom) for atom in nothing.atoms)]
    names: list[Any] = [*atoms, *regime.column_names]
    place = {name: number for number, name in enumerate(names)}

    def places(terms: tuple[tuple[int, str, str], ...]) -> _Places:
        found: tuple[list[int], list[int]] = [], []
        for sign, kind, name in terms:
            wanted = [place[name]] if kind == "column" else [place[atom] for atom in _ATOMS_OF[kind](name)]
            found[sign < 0].extend(wanted)
        return tuple(found[0]), tuple(found[1])

    return _Plan(
        regime.column_names,
        tuple(places(column.terms) for column in regime.columns),
        tuple(places(identity.terms) for identity in regime.identities),
    )


def carried_out(regime: Regime, sums: Tally) -> int:
    """What a year carries out, from what stood at its end (identity ``CARRIED_OUT_STOCK``)."""
    identity = next(found for found in regime.identities if found.code == "CARRIED_OUT_STOCK")
    return sum(
        sign * (sums.opening if of_opening else sums.atoms)[atom]
        for sign, kind, name in identity.terms
        for of_opening, atom in _ATOMS_OF[kind](name)
    )


def row(regime: Regime, cases: Tally, money: Tally) -> Row:
    case_values, broken_cases = columns(regime, cases)
    money_values, broken_money = columns(regime, money)
    return Row(case_values, money_values, broken_cases + broken_money)


def percentage(numerator: int, denominator: int, decimals: int = 2) -> Decimal | None:
    """numerator / denominator × 100, rounded half up once; None (printed "–") without a denominator."""
    if not denominator:
        return None
    return round_half_up(Decimal(numerator) * 100 / Decimal(denominator), decimals)


def round_half_up(value: Decimal, decimals: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def of_stories(
    lives: Iterable[Life],
    *,
    units: set[Hashable] | None,
    officer: Hashable | None = None,
    period: Period,
    book: str = movements.ALL,
    regime: Regime | None = None,
) -> Row:
    """One row counted straight from lives: the definition that totals and queries are proved against.

    ``units`` None is everything; ``officer`` narrows to what that officer holds.
    """

    def inside(unit: Hashable | None, who: Hashable | None) -> bool:
        return (units is None or unit in units) and (officer is None or who == officer)

    cases, money = Tally(), Tally()
    for life in lives:
        for leg in movements.legs(life):
            if leg.book == book and leg.effective_on <= period.ends_on and inside(leg.unit, leg.officer):
                crosses = leg.direction != movements.INSIDE and not inside(leg.other_unit, leg.other_officer)
                tally.add_leg(cases, money, period.fiscal_year, leg, crosses)
    return row(regime or regime_on(period.ends_on), cases, money)


@cache
def weights(regime: Regime, column: str) -> Mapping[tuple[bool, str], int]:
    """A column as what it is at bottom: a sum of atoms, by (of the opening, atom), each so many times."""
    found: Counter[tuple[bool, str]] = Counter()
    terms = {column.name: column.terms for column in regime.columns}

    def take(name: str, times: int) -> None:
        for sign, kind, term in terms[name]:
            if kind == "column":
                take(term, times * sign)
            for atom in _ATOMS_OF[kind](term):
                found[atom] += times * sign

    take(column, 1)
    return {atom: times for atom, times in found.items() if times}


@cache
def weighted_kinds(regime: Regime, column: str) -> tuple[tuple[Kind, int], ...]:
    """Every kind of leg that counts in a column, and how many times: the column is the sum of its legs'
    amounts, each taken so many times.
    """
    of_atom = weights(regime, column)
    places = (buckets.OUTSIDE, *buckets.ALL)
    kinds = [
        *(Kind(True, source, target, False, direction, False)
          for source in places for target in places for direction in _SIDES),
        *(Kind(False, source, target, prior, direction, crosses)
          for source in places for target in places for prior in (False, True)
          for direction in _SIDES for crosses in (False, True)),
    ]  # fmt: skip
    found = ((kind, sum(sign * of_atom.get((opening, atom), 0) for opening, atom, sign in tally.adds(kind)))
             for kind in kinds)  # fmt: skip
    return tuple((kind, times) for kind, times in found if times)


_SIDES = (movements.INSIDE, movements.LEAVES, movements.ENTERS)
#: The atoms a term of a definition stands for.
_ATOMS_OF: Mapping[str, Callable[[str], tuple[tuple[bool, str], ...]]] = {
    "column": lambda name: (),
    "opening": lambda name: ((True, name),),
    "balance": lambda name: ((True, name), (False, name)),
    "flow": lambda name: ((False, name),),
    "moved": lambda name: ((False, tally.MOVED_IN if name == "in" else tally.MOVED_OUT),),
    "separate": lambda name: (
        ((False, tally.SEPARATE_THIS_YEAR),)
        if name == "this_year"
        else ((True, tally.SEPARATE_EARLIER), (False, tally.SEPARATE_EARLIER))
    ),
}
