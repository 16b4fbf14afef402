"""Atoms and tallies: the few sums from which every column of every form is made.

A leg adds to a handful of *atoms*: money or cases opened, re-entered, ended (net of what came back in the
year), changes of the stock balances and of the separate book, and what crossed a boundary. Each atom is a
plain sum over legs, so totals can be kept per month and added up in any order; the columns (``columns.py``)
are then sums of atoms.
"""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

from cases.rules import buckets
from reports.counting.movements import ENTERS, LEAVES, Leg

OPENED: Final = "opened"
REENTERED: Final = "reentered"
SEPARATE_THIS_YEAR: Final = "separate_this_year"
SEPARATE_EARLIER: Final = "separate_earlier"
MOVED_IN: Final = "moved_in"
MOVED_OUT: Final = "moved_out"

FLOWS: Final = (OPENED, REENTERED, *(bucket.lower() for bucket in buckets.ENDED))
BALANCES: Final = tuple(bucket.lower() for bucket in buckets.STOCK)
#: Kept per month for every key of the totals.
ATOMS: Final = (*FLOWS, *BALANCES, SEPARATE_THIS_YEAR, SEPARATE_EARLIER)
#: Kept for the opening of a year: what stood at the end of the day before.
OPENINGS: Final = (*BALANCES, SEPARATE_EARLIER)
#: What stands at the end of a period, with the opening.
STANDING: Final = (*BALANCES, SEPARATE_THIS_YEAR, SEPARATE_EARLIER)


@cache
def atoms_of(source: str, target: str, prior: bool, direction: int) -> tuple[tuple[str, int], ...]:
    """The atoms a leg adds to, with the sign. ``prior``: what it moves entered where it leaves before this
    statistical year.

    Crossing a boundary (``moved_in``, ``moved_out``) depends on the scope and is left to ``crossing``.
    """
    found: list[tuple[str, int]] = []
    leaves, enters = direction != ENTERS, direction != LEAVES
    separate = SEPARATE_EARLIER if prior else SEPARATE_THIS_YEAR
    if leaves:
        if source == buckets.OUTSIDE:
            found.append((OPENED, 1))
        elif source == buckets.SEPARATE:
            found.append((separate, -1))
            if prior and target != buckets.SEPARATE:
                found.append((REENTERED, 1))
        elif source in buckets.ENDED_SET:
            found.append((REENTERED, 1) if prior else (source.lower(), -1))
        else:
            found.append((source.lower(), -1))
    if enters:
        if target == buckets.OUTSIDE:
            found.append((OPENED, -1))
        elif target == buckets.SEPARATE:
            within = source == buckets.SEPARATE
            found.append((separate if within else SEPARATE_THIS_YEAR, 1))
        else:
            found.append((target.lower(), 1))
    return tuple(found)


@cache
def crossing(prior: bool, direction: int) -> str | None:
    """The transfer column a leg adds to when its other side lies outside the scope.

    What entered the separate book or an ended bucket before the year is no longer in the year's total, so
    it does not cross.
    """
    if not direction or prior:
        return None
    return MOVED_IN if direction == ENTERS else MOVED_OUT


@cache
def carried(source: str, target: str, direction: int) -> tuple[tuple[str, int], ...]:
    """What a leg of one year adds to the opening of every later year: the balances, and the separate book
    as one.
    """
    return tuple(
        (SEPARATE_EARLIER if atom == SEPARATE_THIS_YEAR else atom, sign)
        for atom, sign in atoms_of(source, target, False, direction)
        if atom in BALANCES or atom == SEPARATE_THIS_YEAR
    )


class Kind(NamedTuple):
    """All that decides what a leg adds to a period, apart from its amount.

    ``past``: it is of a year before the period's. ``prior``: what it moves entered where it leaves before the
    year. ``crosses``: its other side lies outside the scope.
    """

    past: bool
    source: str
    target: str
    prior: bool
    direction: int
    crosses: bool


@cache
def adds(kind: Kind) -> tuple[tuple[bool, str, int], ...]:
    """What a leg of this kind adds: (to the opening, atom, sign)."""
    if kind.past:
        return tuple((True, atom, sign) for atom, sign in carried(kind.source, kind.target, kind.direction))
    found = [
        (False, atom, sign) for atom, sign in atoms_of(kind.source, kind.target, kind.prior, kind.direction)
    ]
    column = crossing(kind.prior, kind.direction) if kind.crosses else None
    if column:
        found.append((False, column, 1))
    return tuple(found)


class Tally:
    """The atoms of one scope and period, for one measure (việc, or đồng)."""

    __slots__ = ("atoms", "opening")

    def __init__(self) -> None:
        self.atoms: dict[str, int] = dict.fromkeys((*ATOMS, MOVED_IN, MOVED_OUT), 0)
        self.opening: dict[str, int] = dict.fromkeys(OPENINGS, 0)

    def add(self, kind: Kind, amount: int) -> None:
        """Add ``amount`` of legs of this kind."""
        for opening, atom, sign in adds(kind):
            (self.opening if opening else self.atoms)[atom] += sign * amount

    def merge(self, other: Tally, sign: int = 1) -> None:
        """Add another tally, or take it away (−1)."""
        for atom, amount in other.atoms.items():
            self.atoms[atom] += sign * amount
        for atom, amount in other.opening.items():
            self.opening[atom] += sign * amount


def kind_of(period_year: int, leg: Leg, crosses: bool) -> Kind:
    """The kind of a leg, which is not later than the period, for a period of ``period_year``."""
    year = leg.fiscal_year
    return Kind(year < period_year, leg.source, leg.target, 0 < leg.vintage < year, leg.direction, crosses)


def add_leg(cases: Tally, money: Tally, period_year: int, leg: Leg, crosses: bool) -> None:
    """Add a leg to the tallies of both measures."""
    kind = kind_of(period_year, leg, crosses)
    cases.add(kind, leg.cases)
    money.add(kind, leg.money)
