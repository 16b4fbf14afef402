"""Chance that gives the same result everywhere: everything is made from ``Random.random()`` alone.

The other methods of ``random.Random`` may change between versions of Python; ``random()`` is promised not to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import exp
from random import Random
from statistics import NormalDist
from typing import Final, Generic, TypeVar

T = TypeVar("T")
#: A source of numbers in [0, 1).
Chance = Callable[[], float]

_SLOTS: Final = 2000
_NORMAL: Final = NormalDist()


def source(seed: int) -> Chance:
    """Numbers that only the seed decides."""
    return Random(seed).random  # noqa: S311 - invented cases, nothing secret


def one_of(chance: Chance, items: Sequence[T]) -> T:
    return items[int(chance() * len(items))]


def shuffled(chance: Chance, items: Iterable[T]) -> list[T]:
    found = list(items)
    for last in range(len(found) - 1, 0, -1):
        other = int(chance() * (last + 1))
        found[last], found[other] = found[other], found[last]
    return found


class Weighted(Generic[T]):
    """Things drawn by weight, to a precision of 1 in 2,000 (every weight above zero gets a slot)."""

    __slots__ = ("_slots",)

    def __init__(self, *weighted: tuple[T, float]) -> None:
        total = sum(weight for _, weight in weighted)
        self._slots: list[T] = []
        for item, weight in weighted:
            if weight > 0:
                self._slots.extend([item] * max(1, round(weight / total * _SLOTS)))

    def draw(self, chance: Chance) -> T:
        return self._slots[int(chance() * len(self._slots))]


def heavy_tailed(chance: Chance, median: float, spread: float, cap: float) -> int:
    """A log-normal amount in đồng, in whole thousands, at least 50,000 and at most ``cap``."""
    quantile = min(max(chance(), 1e-9), 1 - 1e-9)
    return thousands(min(cap, median * exp(spread * _NORMAL.inv_cdf(quantile))))


def thousands(amount: float) -> int:
    """Rounded to whole thousands of đồng, at least 50,000."""
    return max(50_000, int(amount / 1000 + 0.5) * 1000)
