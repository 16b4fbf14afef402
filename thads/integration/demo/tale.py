"""A case while its story is told: its lines, what remains on them, its acts, and where its money went.

The ledger here is only what the teller needs in order to write lawful acts and to choose amounts; what the
story counts for is decided when it is folded, like every other story.
"""

from __future__ import annotations

from typing import Any, Final

from thads.integration.demo import days
from thads.integration.demo.chance import Chance
from thads.integration.demo.plan import OPEN_STATES, Plan

#: Kinds of numbered papers: decisions and notices.
DECISION: Final = "QĐ"
NOTICE: Final = "TB"

_BY_RANK: Final = "ECTHONS"


class Line:
    """One line of duty as it stands. ``year``: the statistical year in which it entered the separate book."""

    __slots__ = ("collected", "kind", "remaining", "state", "year")

    def __init__(self, kind: str, amount: int | None) -> None:
        self.kind = kind
        self.remaining = amount
        self.state = "E"
        self.year = 0
        self.collected = 0

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


class Entry:
    """An act as it will be written; ``ref`` is known once the acts are in order."""

    __slots__ = ("body", "day", "moved", "numbered", "order", "points_to", "ref", "type", "unit")

    def __init__(
        self, day: int, order: int, kind: str, numbered: str, unit: str, body: dict[str, Any] | None
    ) -> None:
        self.day, self.order, self.type, self.numbered, self.unit = day, order, kind, numbered, unit
        self.body = body
        self.points_to: tuple[str, Entry] | None = None
        self.ref = ""
        #: (index of line, state it was in, amount) of money that moved.
        self.moved: list[tuple[int, str, int]] = []


#: Money moved: day, from, to, đồng, and the year in which it entered what it leaves (0 elsewhere).
#: (0 elsewhere).
Move = tuple[int, str, str, int, int]


class Tale:
    """A case being told. Acts that move something come in order of their days, the others in any order."""

    __slots__ = ("acts", "assets", "cursor", "lines", "moves", "officer", "plan", "unit")

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.lines = [Line(kind, amount) for kind, amount in plan.duties]
        self.unit, self.officer = plan.unit, plan.officer
        self.acts: list[Entry] = []
        self.assets: list[dict[str, str]] = []
        self.cursor = plan.opened
        money = plan.money
        self.moves: list[Move] = [(plan.opened, "-", "E", money, 0)] if money else []

    # What there is.

    @property
    def state(self) -> str:
        """Where the case stands: the first open state that any line is in, else how it ended."""
        states = {line.state for line in self.lines}
        for state in _BY_RANK:
            if state in states:
                return state
        return next(state for state in "DXMUR" if state in states)

    def open_lines(self) -> list[int]:
        return [index for index, line in enumerate(self.lines) if line.is_open]

    def remaining(self) -> int:
        return sum(line.remaining or 0 for line in self.lines if line.is_open)

    def day(self, chance: Chance, low: int, high: int) -> int:
        """A working day in [low, high], not before the last act that moved something."""
        return days.between(chance(), max(low, self.cursor), high)

    # What happens.

    def note(self, kind: str, day: int, numbered: str = "", **body: Any) -> Entry | None:
        """An act that moves nothing. Left out when it would lie beyond the end of the register."""
        if day > days.END_OF_REGISTER:
            return None
        return self._entry(kind, day, numbered, body)

    def put(
        self,
        kind: str,
        day: int,
        state: str,
        *,
        only: int | None = None,
        numbered: str = DECISION,
        **body: Any,
    ) -> Entry:
        """A decision on the state of a line, or of every open line."""
        if only is not None:
            body["lines"] = [{"obligation": f"o{only + 1}"}]
        entry = self._moving(kind, day, numbered, body)
        for index, line in enumerate(self.lines):
            if not line.is_open or line.state == state or (only is not None and index != only):
                continue
            if line.remaining:
                self.moves.append((day, line.state, state, line.remaining, line.year))
            line.state, line.year = state, days.fiscal_year(day) if state == "S" else 0
        return entry

    def collect(self, day: int, amounts: list[tuple[int, int]]) -> Entry:
        """Money collected on lines (index, đồng)."""
        entry = self._moving("COLLECTION", day, "", {"lines": _lines(amounts)})
        for index, amount in amounts:
            self._take(entry, index, amount, "D")
        return entry

    def relieve(self, day: int, amounts: list[tuple[int, int]]) -> None:
        """State dues waived by the court."""
        entry = self._moving("RELIEF_DECISION", day, "", {"lines": _lines(amounts)})
        for index, amount in amounts:
            self._take(entry, index, amount, "M")

    def perform(self, day: int, indexes: list[int]) -> None:
        """Duties without money done."""
        entry = self._moving(
            "PERFORMANCE", day, "", {"lines": [{"obligation": f"o{index + 1}"} for index in indexes]}
        )
        for index in indexes:
            entry.moved.append((index, self.lines[index].state, 0))
            self.lines[index].state = "D"

    def end(self, kind: str, day: int, state: str, *, numbered: str = DECISION, **body: Any) -> None:
        """Every open line ended, with all that remains on it."""
        entry = self._moving(kind, day, numbered, body)
        for index in self.open_lines():
            line = self.lines[index]
            if line.remaining:
                self._take(entry, index, line.remaining, state)
            else:
                line.state = state

    def change_due(self, kind: str, day: int, index: int, change: int, numbered: str, **body: Any) -> None:
        """Interest determined, or the sum amended (below zero: lowered, never to nothing)."""
        line = self.lines[index]
        assert line.remaining is not None and line.remaining + change > 0
        self._moving(kind, day, numbered, {**body, "lines": _lines([(index, change)])})
        line.remaining += change
        self.moves.append(
            (day, "-", line.state, change, 0) if change > 0 else (day, line.state, "-", -change, 0)
        )

    def annul(self, entry: Entry, day: int) -> None:
        """An earlier collection, performance or state decision reversed in law."""
        act = self._moving("ANNUL_ACT", day, DECISION, {})
        act.points_to = ("annuls", entry)
        year = days.fiscal_year(entry.day)
        for index, _, amount in entry.moved:
            line = self.lines[index]
            if not line.is_open:
                line.state = "E"
            if amount:
                line.remaining = (line.remaining or 0) + amount
                line.collected -= amount
                self.moves.append((day, "D", line.state, amount, year))

    def annul_state(self, entry: Entry, day: int) -> None:
        """A state decision reversed in law: its lines are in progress again."""
        act = self._moving("ANNUL_ACT", day, DECISION, {})
        act.points_to = ("annuls", entry)
        for line in self.lines:
            if line.is_open and line.state != "E":
                if line.remaining:
                    self.moves.append((day, line.state, "E", line.remaining, line.year))
                line.state = "E"

    def mistype(self, day: int, corrected_on: int, amounts: list[tuple[int, int]]) -> None:
        """A collection recorded by mistake and corrected: as if it had never been."""
        wrong = self._moving("COLLECTION", day, "", {"lines": _lines(amounts)})
        act = self._moving(
            "CORRECTION", corrected_on, "", {"note": "Đính chính: ghi nhận thu tiền nhầm hồ sơ"}
        )
        act.points_to = ("voids", wrong)

    def reassign(self, day: int, unit: str, officer: str) -> None:
        self._moving("REASSIGN", day, "", {"unit": unit, "officer": officer})
        self.unit, self.officer = unit, officer

    def reclassify(self, day: int, field: str) -> None:
        self._moving("RECLASSIFY", day, "", {"field": field})

    # Parts.

    def _take(self, entry: Entry, index: int, amount: int, state: str) -> None:
        line = self.lines[index]
        assert line.remaining is not None and 0 < amount <= line.remaining
        entry.moved.append((index, line.state, amount))
        self.moves.append((entry.day, line.state, state, amount, line.year))
        line.remaining -= amount
        if state == "D":
            line.collected += amount
        if not line.remaining:
            line.state = "D" if line.collected and state != "R" else state

    def _moving(self, kind: str, day: int, numbered: str, body: dict[str, Any]) -> Entry:
        assert day >= self.cursor, (kind, days.iso(day), days.iso(self.cursor))
        self.cursor = day
        return self._entry(kind, day, numbered, body)

    def _entry(self, kind: str, day: int, numbered: str, body: dict[str, Any]) -> Entry:
        entry = Entry(day, len(self.acts), kind, numbered, self.unit, body or None)
        self.acts.append(entry)
        return entry


def _lines(amounts: list[tuple[int, int]]) -> list[dict[str, str]]:
    return [{"obligation": f"o{index + 1}", "amount": str(amount)} for index, amount in amounts]
