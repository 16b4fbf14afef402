"""May this be requested again? What was terminated by agreement, or at the creditor's request, may never be
(L25 Đ48.4). Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from unicodedata import normalize

from cases.rules import fold
from cases.rules.life import Life, LifeAct
from cases.rules.tables import Tables
from thads.common.errors import Fault

BARRED: Final = "REQUEST_BARRED"


@dataclass(frozen=True, slots=True)
class Side:
    """Who owes or is owed: a name and, where it is known, a sealed identity number."""

    name: str
    number: bytes | None = None

    def is_same(self, other: Side) -> bool:
        """Whether both are one person: by their numbers, or by their names where a number is not known."""
        if self.number is not None and other.number is not None:
            return self.number == other.number
        return folded(self.name) == folded(other.name)


@dataclass(frozen=True, slots=True)
class Content:
    """What is to be enforced: a kind of obligation between two sides, each where it is known."""

    kind: str
    debtor: Side | None
    creditor: Side | None

    def is_same(self, other: Content) -> bool:
        return (
            self.kind == other.kind
            and _alike(self.debtor, other.debtor)
            and _alike(self.creditor, other.creditor)
        )


def folded(text: str) -> str:
    """A name or number however it was typed: without regard to capitals and spaces. Accents stay, they tell
    people apart.
    """
    return " ".join(normalize("NFC", text).casefold().split())


def ended_for_good(life: Life, tables: Tables) -> set[int]:
    """The lines (by index) that were ended, in whole or in part, by a termination after which nothing of it
    may be requested again, and that stands.
    """
    bar = tables.prohibitions[BARRED]
    ended: dict[int, set[int]] = {}
    for step, _ in fold.steps(life):
        act = step.act
        if act.annuls is not None:
            ended.pop(act.annuls, None)
        elif act.type.code == bar.act and _bars(act, tables):
            ended[act.seq] = {one.line for one in step.money} | {one.line for one in step.lines}
    return set().union(*ended.values())


def barred(asked: Sequence[Content], ended: Iterable[Content]) -> list[int]:
    """Which of the contents asked for (by place) were ended for good."""
    ended = list(ended)
    return [place for place, one in enumerate(asked) if any(one.is_same(other) for other in ended)]


def refusal(place: int, former: str, regime: str, tables: Tables) -> Fault:
    """``former``: the number and day of the case in which it was ended, or nothing."""
    basis = tables.prohibitions[BARRED].basis_in(regime)
    return Fault(BARRED, f"/obligations/{place}", {"former": former}, basis)


def _bars(act: LifeAct, tables: Tables) -> bool:
    regime = tables.regime_on(act.effective_on)
    return act.ground in tables.prohibitions[BARRED].grounds_in(regime)


def _alike(one: Side | None, other: Side | None) -> bool:
    return one is other if one is None or other is None else one.is_same(other)
