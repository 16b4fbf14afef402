"""The life of a case as the fold reads it: its lines of duty and its acts, free of where they came from.

A story file and the rows of the database both become a ``Life``. Holders (unit and officer) are opaque
here: codes in a story, keys in the database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from cases.rules.tables import ActType, ObligationKind

#: The place of the opening in every story; the acts of the story follow from 1.
OPENING = 0


@dataclass(frozen=True, slots=True)
class Holder:
    """Who handles a case: a unit, and an officer unless none is assigned yet (chưa phân công)."""

    unit: Hashable
    officer: Hashable | None = None


class Passing(NamedTuple):
    """A right or duty going from a party to another (L25 Đ41.4), each by its place among the parties."""

    source: int
    target: int


@dataclass(frozen=True, slots=True)
class Duty:
    """One line of duty: ``amount`` in đồng, None without money; ``state_budget`` and ``voluntary`` from its
    kind. ``debtor`` and ``creditor`` as decided, by place among the parties; None where there is none, or
    where nothing was ever passed on.
    """

    amount: int | None
    state_budget: bool = False
    voluntary: bool = True
    debtor: int | None = None
    creditor: int | None = None

    @classmethod
    def of(cls, kind: ObligationKind, amount: int | None) -> Duty:
        return cls(amount, kind.state_budget, kind.voluntary)


@dataclass(frozen=True, slots=True)
class LifeAct:
    """What the fold needs of an act.

    ``seq`` is its place in the story (from 1); ``lines`` are (index of the line, amount in đồng or None for
    all that remains), or None for every open line the act may touch; ``annuls``, ``voids`` and ``relief``
    are places of earlier acts; ``conclusion`` is what a verification came to, ``passing`` from whom to whom
    an act passes rights or duties on.
    """

    seq: int
    type: ActType
    effective_on: dt.date
    lines: tuple[tuple[int, int | None], ...] | None = None
    ground: str | None = None
    holder: Holder | None = None
    annuls: int | None = None
    voids: int | None = None
    relief: int | None = None
    field: str | None = None
    initiation: str | None = None
    recorded_at: dt.datetime | None = None
    conclusion: str | None = None
    passing: Passing | None = None


@dataclass(frozen=True, slots=True)
class Life:
    """A case from its opening on. ``field`` and ``initiation`` are those given at the opening. ``roles`` are
    what its parties are, in their order; empty where nothing was ever passed on.
    """

    opened_on: dt.date
    initiation: str
    field: str
    holder: Holder
    duties: tuple[Duty, ...]
    acts: tuple[LifeAct, ...] = ()
    recorded_at: dt.datetime | None = None
    roles: tuple[str, ...] = ()

    def held(self, holder: Callable[[Any, Any], Holder], recorded_at: dt.datetime) -> Life:
        """The same life with every holder as ``holder`` gives it, and recorded all at once."""
        return replace(
            self,
            holder=holder(self.holder.unit, self.holder.officer),
            acts=tuple(
                act
                if act.holder is None
                else replace(act, holder=holder(act.holder.unit, act.holder.officer))
                for act in self.acts
            ),
            recorded_at=recorded_at,
        )

    def known_at(self, moment: dt.datetime) -> Life:
        """The same life as it was known at ``moment`` (inclusive)."""
        return replace(
            self, acts=tuple(a for a in self.acts if a.recorded_at is None or a.recorded_at <= moment)
        )
