"""The status of a case, and which acts its law allows from there (``data/transitions.toml``).

A status is finer than a bucket. Where lines wait or have ended, it follows from their buckets and from the
act that put them there; where they are being enforced, it is how far the case has come: one step after the
other, by the acts and by the end of the voluntary period. Pure: acts in, statuses out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from cases.rules import buckets, deferral, fold, succession
from cases.rules.deadlines import due
from cases.rules.life import OPENING, Life, LifeAct
from cases.rules.tables import Clock, Tables, Transition
from cases.rules.working_days import vietnam
from thads.common.errors import Fault

OPENED: Final = "OPENED"
ASSIGNED: Final = "ASSIGNED"
VOLUNTARY_PERIOD: Final = "VOLUNTARY_PERIOD"
VERIFYING: Final = "VERIFYING"
ENFORCEABLE: Final = "ENFORCEABLE"
#: What else than a return or a termination leads out of the stock, by the act that did it.
_REVOKED_BY: Final = {"ANNULMENT_DECISION": "ANNULLED", "FILE_PULL_DECISION": "PULLED_UP"}
#: Effects whose acts choose their lines by the bucket these are in.
_ON_LINES: Final = frozenset({"STATE", "END"})


class Course:
    """A case on its way: how far its enforcement has come, and what put each of its lines where it is.

    ``take`` follows the fold, act by act.
    """

    __slots__ = ("_life", "_reached", "_served", "_tables", "_told", "_without")

    def __init__(self, life: Life, tables: Tables) -> None:
        self._life, self._tables = life, tables
        self._reached = ASSIGNED if life.holder.officer is not None else OPENED
        self._served: dt.date | None = None
        #: Since when, and on which ground, each line has been without conditions.
        self._without: dict[int, LifeAct] = {}
        self._told: list[LifeAct] = []

    def reached(self, day: dt.date) -> str:
        """How far the enforcement of lines that neither wait nor have ended has come on ``day``."""
        if self._reached == VOLUNTARY_PERIOD and self._served is not None:
            return VOLUNTARY_PERIOD if day <= self._voluntary_until() else VERIFYING
        return self._reached

    def line_status(self, state: fold.State, index: int, day: dt.date) -> str:
        line = state.lines[index]
        if line.bucket == buckets.ELIGIBLE:
            return self.reached(day)
        if line.bucket == buckets.REVOKED:
            return _REVOKED_BY.get(self._type_at(line.put_by), "REVOKED")
        return _status_of_bucket(self._tables, line.bucket)

    def status(self, state: fold.State, day: dt.date) -> str:
        """The status of the case as a whole: of its lines, the one that decides its bucket."""
        bucket = state.bucket
        for index, line in enumerate(state.lines):
            if line.bucket == bucket:
                return self.line_status(state, index, day)
        # Lines that were reduced to nothing count as terminated.
        return _status_of_bucket(self._tables, bucket)

    def take(self, act: LifeAct, state: fold.State) -> None:
        """Follow ``act``, which has just been applied to ``state``."""
        self._told.append(act)
        row = self._row_leading_on(act, state)
        if row is not None and row.to is not None:
            self._reached = row.to
            if row.to == VOLUNTARY_PERIOD:
                self._served = act.effective_on
        elif act.type.code == "CONTINUE_DECISION":
            self._reached = ENFORCEABLE
        for index, line in enumerate(state.lines):
            if line.bucket != buckets.INELIGIBLE:
                self._without.pop(index, None)
            elif line.put_by == act.seq:
                self._without[index] = act

    @property
    def told(self) -> Sequence[LifeAct]:
        """The acts taken, in their order."""
        return self._told

    def deviations(self, act: LifeAct, state: fold.State, data: Mapping[str, Any]) -> list[Fault]:
        """Where ``act``, about to be applied to ``state``, leaves the ways of its law. ``data``: its own
        ``data``. Pointers start at the act.
        """
        rows = self._tables.moves.get(act.type.code, ())
        if not rows or act.annuls is not None:
            return []
        regime = self._tables.regime_on(act.effective_on)
        known = [row for row in rows if row.of_regime("basis", regime)]
        if not known:
            return [self._unknown_to_law(act, rows, regime)]
        on_ground = [row for row in known if self._has_ground(row, regime, act)]
        if not on_ground:
            return [_fault(act, "GROUND_OF_OTHER_ACT", "/ground", known, regime, ground=act.ground)]
        if act.relief is not None:
            # It only follows what the relief has done, be that the end of the line.
            return []
        faults: list[Fault] = []
        for place, index in self._touched(act, state):
            status = self._status_at(state, index, act.effective_on)
            able = [
                row
                for row in on_ground
                if row.elsewhere or status in row.starts or self._has_line_in(row, act, state)
            ]
            pointer = f"/lines/{place}" if place >= 0 else "/type"
            if not able:
                faults.append(self._wrong_status(act, pointer, status, on_ground, regime))
                continue
            ways: list[list[Fault]] = [
                list(self._hindrances(row, act, index, state, regime, data)) for row in able
            ]
            faults += sorted(ways, key=len)[0]
        return [fault for place, fault in enumerate(faults) if fault not in faults[:place]]

    def forked(self, life: Life) -> Course:
        """The same course, to be taken on by itself, of a life that goes on from here."""
        other = Course.__new__(Course)
        other._life, other._tables = life, self._tables
        other._reached, other._served = self._reached, self._served
        other._without, other._told = self._without.copy(), self._told.copy()
        return other

    # Parts of it.

    def _voluntary_until(self) -> dt.date:
        """The last day of the voluntary period (L25 Đ36.1, L08 Đ45.1)."""
        assert self._served is not None
        clock = self._tables.clock("K16", "", self._tables.regime_on(self._served), self._served)
        return _last_day(clock, self._served)

    def _status_at(self, state: fold.State, index: int | None, day: dt.date) -> str:
        return self.status(state, day) if index is None else self.line_status(state, index, day)

    def _has_line_in(self, row: Transition, act: LifeAct, state: fold.State) -> bool:
        """Whether one line is where the row starts, and that is enough for it."""
        day = act.effective_on
        return row.any_line and any(
            self.line_status(state, index, day) in row.starts for index in range(len(state.lines))
        )

    def _touched(self, act: LifeAct, state: fold.State) -> Iterator[tuple[int, int | None]]:
        """The place of a line in the act (below zero: not named) and its index; None for the whole case."""
        if act.type.effect not in _ON_LINES:
            yield -1, None
            return
        target = act.type.target(act.ground)
        places = (
            list(enumerate(index for index, _ in act.lines))
            if act.lines is not None
            else [
                (-1, index)
                for index, line in enumerate(state.lines)
                if line.is_open and line.bucket in act.type.from_buckets
            ]
        )
        # Of the lines of an act that takes the whole case, those that are there already do not move.
        moving = [(place, index) for place, index in places if state.lines[index].bucket != target]
        if places:
            yield from moving or places
        else:
            yield -1, None

    def _hindrances(
        self,
        row: Transition,
        act: LifeAct,
        index: int | None,
        state: fold.State,
        regime: str,
        data: Mapping[str, Any],
    ) -> Iterator[Fault]:
        """What keeps ``act`` from making the move of this row."""
        start = row.of_regime("initiation", regime)
        if start is not None and start != state.initiation:
            yield _fault(act, "TRANSITION_OF_OTHER_INITIATION", "/type", [row], regime, needed=start)
        for key in row.of_regime("needs", regime):
            if key not in data:
                yield _fault(act, "DATA_NEEDED", f"/data/{key}", [row], regime, key=key)
        for said, basis in row.of_regime("refuses", regime).items():
            key, _, value = said.partition("=")
            if data.get(key) == value:
                params = {"act": act.type.code, "key": key, "value": value}
                yield Fault("DATA_FORBIDDEN", f"/data/{key}", params, basis)
        if row.once and any(self._same(told, act, row, regime) for told in self._told):
            yield _fault(act, "ONCE_ONLY", "/type", [row], regime)
        since = self._without.get(index) if index is not None else None
        if since is not None:
            yield from self._not_yet(row, act, since, regime)

    def _not_yet(self, row: Transition, act: LifeAct, since: LifeAct, regime: str) -> Iterator[Fault]:
        years = row.years(regime, since.ground)
        earliest = _years_after(since.effective_on, years)
        if years and act.effective_on < earliest:
            yield _fault(
                act, "TERM_NOT_OVER", "/effective_on", [row], regime,
                years=years, since=since.effective_on.isoformat(), earliest=earliest.isoformat(),
            )  # fmt: skip
        wanted = row.of_regime("verifications", regime)
        had = sum(
            told.type.code == "VERIFICATION" and told.effective_on >= since.effective_on
            for told in self._told
        )
        if had < wanted:
            yield _fault(act, "VERIFICATIONS_MISSING", "/type", [row], regime, wanted=wanted, had=had)

    def _row_leading_on(self, act: LifeAct, state: fold.State) -> Transition | None:
        """The row by which an act carries enforcement on, from where it has come to."""
        at = self.reached(act.effective_on)
        for row in self._tables.moves.get(act.type.code, ()):
            leads = row.to is not None and self._tables.statuses[row.to].kind == "active"
            if not leads or at not in row.starts:
                continue
            if row.interim != self._without_voluntary_period and act.type.code == "SERVICE":
                continue
            if row.conclusion is not None and row.conclusion != (act.conclusion or ENFORCEABLE):
                continue
            if row.to == ASSIGNED and state.holder.officer is None:
                continue
            return row
        return None

    def _has_ground(self, row: Transition, regime: str, act: LifeAct) -> bool:
        """Whether the row is made on the ground of the act; one that no law knows is refused elsewhere."""
        grounds = row.of_regime("grounds", regime)
        return (
            not grounds
            or act.ground in grounds
            or not self._tables.ground_known(act.type.catalogue or "", act.ground or "", regime)
        )

    @property
    def _without_voluntary_period(self) -> bool:
        return not any(duty.voluntary for duty in self._life.duties)

    def _type_at(self, seq: int) -> str:
        return next((act.type.code for act in self._life.acts if act.seq == seq), "")

    def _same(self, told: LifeAct, act: LifeAct, row: Transition, regime: str) -> bool:
        return told.type.code == act.type.code and told.ground in row.of_regime("grounds", regime)

    def _wrong_status(
        self, act: LifeAct, pointer: str, status: str, rows: Sequence[Transition], regime: str
    ) -> Fault:
        allowed = {start for row in rows for start in row.starts}
        names = [name for code, name in self._tables.statuses.items() if code in allowed]
        here = self._tables.statuses[status]
        return _fault(
            act, "WRONG_STATUS", pointer, rows, regime,
            status=here.label, status_en=here.label_en,
            allowed=", ".join(name.label for name in names),
            allowed_en=", ".join(name.label_en for name in names),
        )  # fmt: skip

    def _unknown_to_law(self, act: LifeAct, rows: Sequence[Transition], regime: str) -> Fault:
        law = self._tables.regimes[regime]
        return replace(
            _fault(act, "ACT_NOT_OF_THIS_LAW", "/type", rows, regime, law=law.label, law_en=law.label_en),
            legal_basis=act.type.basis_on(act.effective_on),
        )


@dataclass(frozen=True, slots=True)
class Way:
    """The whole way of a case: where it has come to, and by place where its acts left the law."""

    course: Course
    state: fold.State
    deviations: Mapping[int, list[Fault]]

    def status(self, day: dt.date) -> str:
        """The status of the case on ``day``, by the acts told of."""
        return self.course.status(self.state, day)


def follow(
    life: Life, tables: Tables, data: Mapping[int, Mapping[str, Any]], *, only: int | None = None
) -> Way:
    """Follow a lawful life to its end, looking at every act, or at the one at place ``only``. ``data`` says
    what the ``data`` of an act has. Raises Unlawful.
    """
    state, way = fold.State(life), Course(life, tables)
    found: dict[int, list[Fault]] = {}
    for act in fold.in_order(life):
        if only is None or act.seq == only:
            said = data.get(act.seq, {})
            faults = [
                *way.deviations(act, state, said),
                *succession.faults(act, state, life, said),
                *deferral.faults(act, said, tables),
            ]
            if faults:
                found[act.seq] = faults
        state.apply(act)
        way.take(act, state)
    return Way(way, state, found)


def status_on(life: Life, tables: Tables, day: dt.date) -> str:
    """The status of a case on ``day``, by all acts of its life. Raises Unlawful."""
    return follow(life, tables, {}, only=OPENING).status(day)


def _status_of_bucket(tables: Tables, bucket: str) -> str:
    for status in tables.statuses.values():
        if bucket == status.bucket or bucket in status.bucket_by_ground.values():
            return status.code
    return "TERMINATED"


@lru_cache(maxsize=10_000)
def _last_day(clock: Clock, started_on: dt.date) -> dt.date:
    return due(clock, started_on, vietnam()).due_on


def _fault(
    act: LifeAct, code: str, pointer: str, rows: Sequence[Transition], regime: str, /, **params: Any
) -> Fault:
    params["act"] = act.type.code
    basis = "; ".join(dict.fromkeys(b for row in rows if (b := row.of_regime("basis", regime))))
    return Fault(code, pointer, params, basis or None)


def _years_after(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        # The 29th of February, in a year without one: the last day of the month (BLDS Đ148).
        return day.replace(year=day.year + years, day=28)
