"""The past of a case, from its acts: as it stood on a day in law, as it was known at a moment, and what each
recording changed in what was known.

Two clocks, and the same fold for both. Pure: no clock, no database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final, NamedTuple

from cases.rules import fold, lifecycle
from cases.rules.deadlines import VIET_NAM
from cases.rules.fold import State, Unlawful
from cases.rules.life import OPENING, Holder, Life, LifeAct
from cases.rules.story import MAX_STEPS
from cases.rules.tables import tables
from thads.common.errors import Conflict, Fault, NotVisible

#: Acts whose own date only orders the register: what they say has been so from the beginning.
_ALWAYS_SO: Final = frozenset({"CORRECT", "RECLASSIFY"})


class LineStand(NamedTuple):
    """How a line stands: its money in đồng, and its bucket; who owes and is owed it, by place among the
    parties, where that was ever passed on.
    """

    due: int
    remaining: int
    bucket: str
    debtor: int | None = None
    creditor: int | None = None


@dataclass(frozen=True, slots=True)
class Stand:
    """How a case stands, and its lines in their order. Money is đồng."""

    bucket: str
    due: int
    remaining: int
    holder: Holder
    initiation: str
    field: str
    lines: tuple[LineStand, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """A case as it stood.

    ``acts`` counts the acts that were known and had taken effect, ``version`` all that were known; the
    opening is in both. ``last_act_on`` is the day of the latest act that stood, or of the opening.
    """

    stand: Stand
    status: str
    acts: int
    version: int
    last_act_on: dt.date


def stand(state: State) -> Stand:
    return Stand(
        state.bucket,
        state.due,
        state.remaining,
        state.holder,
        state.initiation,
        state.field,
        tuple(
            LineStand(line.due, line.remaining, line.bucket, line.debtor, line.creditor)
            for line in state.lines
        ),
    )


# --- As it stood --------------------------------------------------------------------------------------------


def effective_by(life: Life, day: dt.date) -> Life:
    """The life as far as it had taken effect by the end of ``day``.

    A correction strikes the act it names, and a reclassification holds, whatever their own dates: what is
    taken away is only what happened later.
    """
    voided = {act.voids for act in life.acts if act.voids is not None}
    return replace(
        life,
        acts=tuple(
            act
            for act in life.acts
            if act.effective_on <= day or act.type.effect in _ALWAYS_SO or act.seq in voided
        ),
    )


def check_opened(
    opened_on: dt.date, recorded_at: dt.datetime | None, as_of: dt.date | None, known_at: dt.datetime
) -> None:
    """Raises NotVisible when the case, opened on and recorded at these, was not known yet at ``known_at``, or
    not opened yet on ``as_of``.
    """
    if recorded_at is not None and recorded_at > known_at:
        raise NotVisible(_fault("CASE_NOT_KNOWN_YET", "known_at", known_at, recorded_at=recorded_at))
    if as_of is not None and as_of < opened_on:
        raise NotVisible(_fault("CASE_NOT_OPENED_YET", "as_of", as_of, opened_on=opened_on))


def past(life: Life, as_of: dt.date | None, known_at: dt.datetime) -> Past:
    """The case as it stood at the end of ``as_of`` (None: whatever the day), as it was known at ``known_at``.

    Raises NotVisible when there was no case then, Conflict when what was known then makes no lawful story: in
    a register restored under moments at which it cannot have stood.
    """
    check_opened(life.opened_on, life.recorded_at, as_of, known_at)
    known = life.known_at(known_at)
    chosen = known if as_of is None else effective_by(known, as_of)
    try:
        standing, state = fold.in_order(chosen), fold.fold(chosen)
        status = lifecycle.status_on(chosen, tables(), as_of or known_at.astimezone(VIET_NAM).date())
    except Unlawful as refusal:
        raise Conflict(_fault("CASE_PAST_UNLAWFUL", "known_at", known_at, place=refusal.seq)) from refusal
    # What has been so from the beginning is kept whatever its date, and is not counted before it.
    day = as_of or dt.date.max
    return Past(
        stand(state),
        status,
        acts=1 + sum(act.effective_on <= day for act in chosen.acts),
        version=1 + len(known.acts),
        last_act_on=max((a.effective_on for a in standing if a.effective_on <= day), default=life.opened_on),
    )


def _fault(code: str, parameter: str, asked: dt.date, **params: object) -> Fault:
    params = {"asked": asked, **params}
    return Fault(code, f"?{parameter}", {name: _shown(value) for name, value in params.items()})


def _shown(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.date) else value


# --- What each recording changed ----------------------------------------------------------------------------


class Recording(NamedTuple):
    """What was recorded of a case at one moment: the acts from place ``first`` to place ``last``."""

    recorded_at: dt.datetime | None
    first: int
    last: int

    @property
    def places(self) -> range:
        return range(self.first, self.last + 1)

    @property
    def version(self) -> int:
        """Of the case with these acts."""
        return self.last + 1


@dataclass(frozen=True, slots=True)
class Change:
    """What a recording changed in what was known of the case: ``before`` is None when nothing was.

    A stand is also None where the acts known make no lawful story (see ``past``). ``back_dated`` are the
    places of the acts that took effect before others that stood already.
    """

    recording: Recording
    before: Stand | None
    after: Stand | None
    back_dated: frozenset[int]


def recordings(life: Life) -> list[Recording]:
    """The moments at which something of the case was recorded, in order. Places follow the recording: every
    act has the place after those recorded before it.
    """
    moments = [(OPENING, life.recorded_at), *((act.seq, act.recorded_at) for act in life.acts)]
    found = []
    for at, own in groupby(moments, key=lambda one: one[1]):
        places = [seq for seq, _ in own]
        found.append(Recording(at, places[0], places[-1]))
    return found


def affordable(chosen: Sequence[Recording], lines: int) -> Sequence[Recording]:
    """As many of these recordings as one answer takes on, at least one, of a case with so many lines."""
    spent = 0
    for place, recording in enumerate(chosen):
        spent += recording.version * lines
        if place and spent > MAX_STEPS:
            return chosen[:place]
    return chosen


def changes(life: Life, chosen: Sequence[Recording]) -> Iterator[Change]:
    """What each of these recordings, which follow each other, changed."""
    if not chosen:
        return
    known = _Known(life, chosen[0].first - 1)
    for recording in chosen:
        before = known.stand
        back_dated = known.learn(recording.last)
        yield Change(recording, before, known.stand, back_dated)


class _Known:
    """A case as far as its acts up to a place are known; before the opening (-1), nothing is.

    Acts that follow all that stand are taken on top; anything else changes the past, and the whole is folded
    again.
    """

    def __init__(self, life: Life, last: int) -> None:
        self._life, self._last = life, last
        self._state: State | None = None
        self._latest = life.opened_on
        self.stand: Stand | None = None
        if last >= OPENING:
            self._fold()

    def learn(self, last: int) -> frozenset[int]:
        """Know the acts up to place ``last``; gives the places of those that are back-dated."""
        new = [act for act in self._life.acts if self._last < act.seq <= last]
        opened = self._last < OPENING
        dated = [act for act in new if act.type.effect not in _ALWAYS_SO]
        back_dated = frozenset(act.seq for act in dated if not opened and act.effective_on < self._latest)
        self._last = last
        if self._state is None or back_dated or len(dated) < len(new):
            self._fold()
        else:
            self._take(self._state, new)
        return back_dated

    def _fold(self) -> None:
        known = replace(self._life, acts=tuple(act for act in self._life.acts if act.seq <= self._last))
        try:
            standing = fold.in_order(known)
        except Unlawful:
            self._state = self.stand = None
            return
        self._latest = known.opened_on
        self._take(State(known), standing)

    def _take(self, state: State, acts: Sequence[LifeAct]) -> None:
        try:
            for act in sorted(acts, key=lambda act: (act.effective_on, act.seq)):
                state.apply(act)
        except Unlawful:
            self._state = self.stand = None
            return
        self._latest = max(self._latest, max((act.effective_on for act in acts), default=self._latest))
        self._state, self.stand = state, stand(state)
