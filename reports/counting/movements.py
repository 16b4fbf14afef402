"""Movements: the steps of a life turned into what statistics count.

A movement says: on this day, with this holder, so many cases and so much money went from one bucket to
another. It is kept as *legs*: inside one holder a movement is one leg; when it crosses from one holder to
another it is two, one on each side, each naming the other. So every leg belongs to one unit and one
officer, and a scope can be summed without looking outside it.

Pure: acts in, legs out (statistics.md §3).
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Hashable, Iterator
from typing import NamedTuple

from cases.rules import buckets, fold
from cases.rules.life import OPENING, Holder, Life, LifeAct
from thads.common.periods import fiscal_year_of

#: The books: every line, or the lines owed to the state budget (form 3).
ALL, STATE_BUDGET = "ALL", "STATE_BUDGET"
BOOKS = (ALL, STATE_BUDGET)

#: The side of a crossing a leg stands on.
INSIDE, LEAVES, ENTERS = 0, -1, 1


class Leg(NamedTuple):
    """One side of a movement. ``cases`` in việc, ``money`` in đồng; both are negative where a later act took
    back what was known.

    ``vintage``: the statistical year in which the thing entered the separate book or the ended bucket it
    now leaves; 0 elsewhere. ``seq``: the act that moved it. ``other_unit`` and ``other_officer`` name the
    other holder of a crossing.
    """

    effective_on: dt.date
    seq: int
    book: str
    unit: Hashable
    officer: Hashable | None
    initiation: str
    field: str
    source: str
    target: str
    vintage: int
    direction: int
    other_unit: Hashable | None
    other_officer: Hashable | None
    cases: int
    money: int

    @property
    def fiscal_year(self) -> int:
        return fiscal_year_of(self.effective_on)


class KnownLeg(NamedTuple):
    """A leg and the moment from which it was known."""

    recorded_at: dt.datetime
    leg: Leg


class _Book:
    """One book's view of a case: the same fold over a subset of its lines."""

    __slots__ = ("_case_holder", "_case_year", "_counted", "_lines", "_separate_year", "bucket", "name")

    def __init__(self, name: str, life: Life) -> None:
        self.name = name
        chosen = (i for i, duty in enumerate(life.duties) if name == ALL or duty.state_budget)
        self._lines = dict.fromkeys(chosen, buckets.ELIGIBLE)
        self._separate_year: dict[int, int] = {}
        #: Where and when each act's money (and the lines it ended) was counted, for an annulment to take it
        #: back from there.
        self._counted: dict[int, tuple[int, Holder]] = {}
        self.bucket = buckets.ELIGIBLE
        self._case_year = 0
        self._case_holder = life.holder

    @property
    def is_empty(self) -> bool:
        return not self._lines

    def opening(self, life: Life) -> Iterator[_Part]:
        money = sum(life.duties[index].amount or 0 for index in self._lines)
        yield _Part(buckets.OUTSIDE, buckets.ELIGIBLE, 0, life.holder, life.holder, 1, money)

    def step(self, step: fold.Step, state: fold.State) -> Iterator[_Part]:
        """What a step moved in this book, the money first and then the case, whose bucket is derived once
        after the act.
        """
        act, holder = step.act, step.holder
        year = fiscal_year_of(act.effective_on)
        for move in step.money:
            if move.line in self._lines:
                yield self._money(move, year, holder)
        crossed = step.holder_before != holder
        if crossed:
            yield from self._reassigned_money(step, state)
        for line in step.lines:
            if line.line in self._lines:
                self._lines[line.line] = line.target
                if line.target == buckets.SEPARATE:
                    self._separate_year[line.line] = year
        self._counted[act.seq] = (year, holder)
        now = buckets.case_bucket(set(self._lines.values()))
        if now != self.bucket:
            yield self._case(now, year, holder)
        elif crossed and now in buckets.OPEN:
            vintage = self._case_year if now == buckets.SEPARATE else 0
            yield _Part(now, now, vintage, step.holder_before, holder, 1, 0)

    def _money(self, move: fold.MoneyMove, year: int, holder: Holder) -> _Part:
        vintage, came_from = 0, holder
        if move.origin is not None:
            vintage, counted_at = self._counted[move.origin]
            if vintage == year:
                came_from = counted_at
        elif move.source == buckets.SEPARATE:
            vintage = self._separate_year[move.line]
        return _Part(move.source, move.target, vintage, came_from, holder, 0, move.amount)

    def _reassigned_money(self, step: fold.Step, state: fold.State) -> Iterator[_Part]:
        for index, bucket in self._lines.items():
            remaining = state.lines[index].remaining
            if remaining:
                vintage = self._separate_year[index] if bucket == buckets.SEPARATE else 0
                yield _Part(bucket, bucket, vintage, step.holder_before, step.holder, 0, remaining)

    def _case(self, now: str, year: int, holder: Holder) -> _Part:
        vintage, came_from = 0, holder
        if self.bucket in buckets.ENDED_SET:
            vintage = self._case_year
            if vintage == year:
                came_from = self._case_holder
        elif self.bucket == buckets.SEPARATE:
            vintage = self._case_year
        part = _Part(self.bucket, now, vintage, came_from, holder, 1, 0)
        self.bucket, self._case_year, self._case_holder = now, year, holder
        return part


class _Part(NamedTuple):
    source: str
    target: str
    vintage: int
    came_from: Holder
    holder: Holder
    cases: int
    money: int


class _Count:
    """A count in the middle of a life: the fold, what its books made of it, and the legs so far."""

    __slots__ = ("_books", "_field", "_initiation", "_last", "_state", "_taken", "legs")

    def __init__(self, life: Life) -> None:
        self._field, self._initiation = fold.classification(life)
        self._books = [book for book in (_Book(name, life) for name in BOOKS) if not book.is_empty]
        self._state = fold.State(life)
        self._last = (life.opened_on, OPENING)
        self._taken: set[int] = set()
        self.legs: list[Leg] = []
        for book in self._books:
            self._post(book, book.opening(life), life.opened_on, OPENING)
        self.take(fold.in_order(life))

    def continues_with(self, acts: list[LifeAct]) -> bool:
        """Whether these acts, in order, all come after what was counted and leave it as it is, so that
        counting can go on with them and need not begin anew.
        """
        return all(
            (act.effective_on, act.seq) > self._last
            and act.type.effect not in _REACHING_BACK
            and (act.annuls is None or act.annuls in self._taken)
            for act in acts
        )

    def take(self, acts: list[LifeAct]) -> None:
        """Count acts, in order. Raises fold.Unlawful."""
        for act in acts:
            step = self._state.apply(act)
            # Most acts move nothing.
            if step.money or step.lines or step.holder != step.holder_before:
                for book in self._books:
                    self._post(book, book.step(step, self._state), act.effective_on, act.seq)
            self._last = (act.effective_on, act.seq)
            self._taken.add(act.seq)

    def _post(self, book: _Book, parts: Iterator[_Part], effective_on: dt.date, seq: int) -> None:
        _post(self.legs, book, parts, effective_on, seq, self._initiation, self._field)


#: The effects of acts that change how earlier acts count.
_REACHING_BACK = frozenset({"CORRECT", "RECLASSIFY"})


def legs(life: Life) -> list[Leg]:
    """All movements of a life as it stands, every book, in the order of its acts. Raises fold.Unlawful."""
    return _Count(life).legs


def known_legs(life: Life) -> list[KnownLeg]:
    """All movements of a life with the moment each was known from: what each recording changed (statistics.md
    §3, two clocks).

    An act without a ``recorded_at`` was recorded with the opening. What was recorded at t is the difference
    between the life as known at t and just before, so that an act learned late posts its own effective dates,
    and what it unmade is posted again with the sign turned. Acts that come one by one in their order are
    counted once; only what reaches back begins anew.
    """
    opened_at = life.recorded_at
    if opened_at is None:
        raise ValueError("known movements need the recording moment of the opening")
    recorded: dict[dt.datetime, list[LifeAct]] = {opened_at: []}
    for act in life.acts:
        recorded.setdefault(act.recorded_at or opened_at, []).append(act)
    if len(recorded) == 1:
        return [KnownLeg(opened_at, leg) for leg in legs(life)]
    found: list[KnownLeg] = []
    count: _Count | None = None
    for moment in sorted(recorded):
        new = sorted(recorded[moment], key=lambda act: (act.effective_on, act.seq))
        if count is not None and count.continues_with(new):
            known = len(count.legs)
            count.take(new)
            found.extend(KnownLeg(moment, leg) for leg in count.legs[known:])
            continue
        before = count.legs if count is not None else []
        count = _Count(life.known_at(moment))
        found.extend(KnownLeg(moment, leg) for leg in difference(count.legs, before))
    return found


def difference(now: list[Leg], before: list[Leg]) -> list[Leg]:
    """``now − before`` as legs: what is new, and what is gone with the sign turned."""
    common = 0
    for new, old in zip(now, before, strict=False):
        if new != old:
            break
        common += 1
    new_tail, old_tail = now[common:], before[common:]
    if not old_tail:
        return new_tail
    surplus = Counter(new_tail)
    surplus.subtract(old_tail)
    gone = [leg._replace(cases=-leg.cases, money=-leg.money) for leg in _expand(old_tail, surplus, -1)]
    return gone + list(_expand(new_tail, surplus, 1))


def _expand(tail: list[Leg], surplus: Counter[Leg], sign: int) -> Iterator[Leg]:
    left = {leg: sign * count for leg, count in surplus.items() if sign * count > 0}
    for leg in tail:
        if left.get(leg, 0) > 0:
            left[leg] -= 1
            yield leg


def _post(
    found: list[Leg],
    book: _Book,
    parts: Iterator[_Part],
    effective_on: dt.date,
    seq: int,
    initiation: str,
    field: str,
) -> None:
    """Sum the parts of one act that share their key, and append them as legs."""
    sums: dict[tuple[str, str, int, Holder, Holder], tuple[int, int]] = {}
    for source, target, vintage, came_from, holder, cases, money in parts:
        key = (source, target, vintage, came_from, holder)
        had = sums.get(key)
        sums[key] = (cases, money) if had is None else (had[0] + cases, had[1] + money)
    for (source, target, vintage, came_from, holder), (cases, money) in sums.items():
        sides: tuple[tuple[Holder, int, Holder | None], ...] = ((holder, INSIDE, None),)
        if came_from != holder:
            sides = ((came_from, LEAVES, holder), (holder, ENTERS, came_from))
        for at, direction, other in sides:
            found.append(
                Leg(
                    effective_on,
                    seq,
                    book.name,
                    at.unit,
                    at.officer,
                    initiation,
                    field,
                    source,
                    target,
                    vintage,
                    direction,
                    other and other.unit,
                    other and other.officer,
                    cases,
                    money,
                )
            )
