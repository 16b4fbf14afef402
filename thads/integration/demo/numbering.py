"""Decision numbers: each unit counts its papers through a statistical year, from 1 on 1 October."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from thads.integration.demo import days
from thads.integration.demo.writing import Draft, filled, paper_number


class Counters:
    """The next number of each unit and statistical year."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, int], int] = {}

    def next(self, unit: str, kind: str, day: int) -> str:
        key = (unit, days.fiscal_year(day))
        count = self._last[key] = self._last.get(key, 0) + 1
        return paper_number(count, kind, unit)


def as_they_come(drafts: Iterable[Draft]) -> Iterator[bytes]:
    """Numbered story after story: unique, in flat memory; a unit's numbers follow its days only roughly."""
    counters = Counters()
    for parts, gaps in drafts:
        yield filled(parts, [counters.next(unit, kind, day) for unit, kind, day in gaps])


def in_order_of_days(drafts: list[Draft]) -> Iterator[bytes]:
    """Numbered as a registry does: by day through all stories."""
    gaps = sorted(
        (day, place, within, unit, kind)
        for place, one in enumerate(drafts)
        for within, (unit, kind, day) in enumerate(one.gaps)
    )
    numbers: list[list[str]] = [[""] * len(one.gaps) for one in drafts]
    counters = Counters()
    for day, place, within, unit, kind in gaps:
        numbers[place][within] = counters.next(unit, kind, day)
    for one, its_numbers in zip(drafts, numbers, strict=True):
        yield filled(one.parts, its_numbers)
