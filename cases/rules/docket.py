"""The docket of a case: every legal clock its acts have started, and what became of each.

A clock starts with an act or a fact (``data/clocks.toml``), stands still while the case is deferred or stayed
where its row says so, is met by the first act that meets it, and otherwise ends: as a breach where the
authority had to act, as a step that is due next where somebody else had. A clock whose trigger was struck or
whose ground has gone is void. Pure: the same acts, tables, calendar and day give the same docket.
"""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final

from cases.rules import buckets, fold
from cases.rules.clocks import started_by
from cases.rules.deadlines import VIET_NAM, Pause, due
from cases.rules.life import OPENING, Life, LifeAct
from cases.rules.lifecycle import VOLUNTARY_PERIOD, Course
from cases.rules.story import FACT_NOTED
from cases.rules.tables import Clock, DocketRule, Tables
from cases.rules.working_days import WorkingCalendar
from thads.common.errors import Refused

RUNNING, PAUSED, MET, BREACHED, ENDED, VOID = "RUNNING", "PAUSED", "MET", "BREACHED", "ENDED", "VOID"
#: What a clock may have come to.
STATES: Final = (RUNNING, PAUSED, MET, BREACHED, ENDED, VOID)
#: The authority's own people: what they are late with is a breach.
OWN: Final = frozenset({"T", "T_RECEIVING", "C", "REGISTRY", "ACCOUNTANT", "AUTHORITY", "HEAD"})
#: Steps that only become possible or necessary when the term is over.
NEXT_STEPS: Final = frozenset(
    {"SEPARATE_BOOK", "RETURN_OR_SEPARATE", "CONTINUE", "PROPOSE_RELIEF", "FORFEIT", "VERIFY_AND_COERCE"}
)
_DAY: Final = dt.timedelta(days=1)
_PAUSED_BUCKETS: Final = {
    "DEFERRED": frozenset({buckets.DEFERRED, buckets.DEFERRED_CONSENT}),
    "STAYED": frozenset({buckets.STAYED}),
}
_NO_RULE: Final = DocketRule(label="", label_en="", code="", basis="")


@dataclass(frozen=True, slots=True)
class Note:
    """What an act says for the clocks: the fact it records, the hour at which it was, the variants of clocks
    that it names by clock, and the result of an auction.
    """

    fact: str | None = None
    at: dt.datetime | None = None
    variants: Mapping[str, str] = field(default_factory=dict)
    result: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One clock of a case.

    ``trigger`` is the code of the act or fact that started it, ``seq`` the place of the act (0: the opening),
    ``chained`` when it started at the end of another clock. ``due_on`` is None while it is paused.
    ``closed_on``: when it was met or became void. ``breached`` stays true of one met late. ``brought_in``:
    its trigger came with the case, ``closed_live``: what closed it was recorded later.
    """

    clock: Clock
    trigger: str
    seq: int
    chained: bool
    started_on: dt.date
    started_at: dt.datetime | None
    pauses: tuple[Pause, ...]
    due_on: dt.date | None
    due_at: dt.datetime | None
    state: str
    closed_on: dt.date | None = None
    met_by: int | None = None
    breached: bool = False
    brought_in: bool = False
    closed_live: bool = False

    @property
    def key(self) -> tuple[str, str, str, int, str]:
        """What tells it from the other clocks of its case."""
        return self.clock.code, self.clock.variant, self.clock.regime, self.seq, self.trigger

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.state in (RUNNING, PAUSED) or (self.state in (ENDED, BREACHED) and self.closed_on is None)


@dataclass(frozen=True, slots=True, order=True)
class _Event:
    """Something that happened: on a day, as the act at place ``seq`` or as the end of a clock."""

    on: dt.date
    seq: int
    code: str
    chained: bool = False
    at: dt.datetime | None = field(default=None, compare=False)
    act: LifeAct | None = field(default=None, compare=False)
    #: The day from which terms are counted, where it is not this one.
    since: dt.date | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """How the case stood from ``on`` on, after the act at place ``seq``."""

    on: dt.date
    seq: int
    statuses: frozenset[str]
    bucket: str
    is_open: bool
    #: On which conditions were found lacking last.
    ground: str | None


@dataclass(frozen=True, slots=True)
class Docket:
    """The clocks of a case in the order of their triggers, and its status, both of one day."""

    entries: tuple[Entry, ...]
    status: str


def moment_of(text: object) -> dt.datetime | None:
    """The moment written so, with its offset; None for anything else."""
    try:
        moment = dt.datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def docket(
    life: Life,
    *,
    kinds: Collection[str],
    notes: Mapping[int, Note],
    tables: Tables,
    calendar: WorkingCalendar,
    today: dt.date,
) -> Docket:
    """Every clock of a lawful life as it stands on ``today``. ``kinds`` are those of its duties, ``notes``
    what its acts say for the clocks. Raises Unlawful.
    """
    reading = _Docket(life, kinds, notes, tables, calendar, today)
    return Docket(tuple(reading.entries()), reading.status)


class _Docket:
    def __init__(
        self,
        life: Life,
        kinds: Collection[str],
        notes: Mapping[int, Note],
        tables: Tables,
        calendar: WorkingCalendar,
        today: dt.date,
    ) -> None:
        self._life, self._kinds, self._notes = life, frozenset(kinds), notes
        self._tables, self._calendar, self._today = tables, calendar, today
        self._stretches: list[_Stretch] = []
        self._told_on: dict[int, dt.date] = {}
        self._events: list[_Event] = []
        self._annulled = {act.annuls: act for act in fold.in_order(life) if act.annuls is not None}
        self._live_after = life.recorded_at
        self._ground: str | None = None
        self._tell()

    def entries(self) -> list[Entry]:
        found: list[Entry] = []
        waiting = list(self._events)
        heapq.heapify(waiting)
        while waiting:
            event = heapq.heappop(waiting)
            for clock in self._clocks_of(event):
                entry = self._entry(clock, event)
                if entry is None:
                    continue
                found.append(entry)
                then = self._rule(clock).then
                over = entry.due_on is not None and entry.due_on < self._today
                if then and over and entry.due_on is not None and entry.state in (ENDED, BREACHED):
                    chained = _Event(entry.due_on, entry.seq, then, chained=True, act=event.act)
                    self._events.append(chained)
                    heapq.heappush(waiting, chained)
        return found

    # What happened.

    def _tell(self) -> None:
        """The events of the life, and how the case stood after each."""
        life = self._life
        state, course = fold.State(life), Course(life, self._tables)
        opening = f"ENF_DECISION_{life.initiation}"
        verified: dt.date | None = None
        self._add(life.opened_on, OPENING, opening, *_DECISION)
        if life.holder.officer is not None:
            self._add(life.opened_on, OPENING, "ASSIGNMENT")
        self._stand(state, course, life.opened_on, OPENING)
        for act in fold.in_order(life):
            was = course.reached(act.effective_on)
            state.apply(act)
            course.take(act, state)
            self._told(act, was, course)
            if act.type.code == "VERIFICATION":
                verified = act.effective_on
            elif act.type.code == "NO_CONDITION_DECISION":
                self._ground = act.ground
                # It is from the last verification that the next one is due.
                again = _Event(act.effective_on, act.seq, "VERIFICATION", act=act, since=verified)
                self._events.append(again)
            self._stand(state, course, act.effective_on, act.seq)
            if not state.is_open and state.bucket == buckets.COMPLETED:
                self._add(act.effective_on, act.seq, "DUTIES_FULFILLED", act=act)
        self.status = course.status(state, self._today)

    def _told(self, act: LifeAct, was: str, course: Course) -> None:
        kind, note = act.type, self._notes.get(act.seq, Note())
        codes = [kind.code]
        if kind.code == FACT_NOTED:
            codes = [note.fact] if note.fact else []
        elif kind.decision_type is not None:
            codes += _DECISION
        reached = course.reached(act.effective_on)
        if kind.code == "SERVICE" and was != VOLUNTARY_PERIOD and reached == VOLUNTARY_PERIOD:
            codes.append("ENF_DECISION_SERVED")
        elif kind.code == "COLLECTION":
            codes.append("MONEY_RECEIVED")
        elif kind.code == "VERIFICATION" and act.conclusion == "NO_CONDITION":
            codes.append("NO_CONDITION_GROUND")
        elif kind.code == "REASSIGN" and act.holder is not None and act.holder.officer is not None:
            codes.append("ASSIGNMENT")
        elif kind.code == "AUCTION" and note.result is not None:
            codes.append("AUCTION_WON" if note.result == "SOLD" else "AUCTION_FAILED_REPORTED")
        self._add(act.effective_on, act.seq, *codes, at=note.at, act=act)

    def _add(
        self,
        on: dt.date,
        seq: int,
        *codes: str,
        at: dt.datetime | None = None,
        act: LifeAct | None = None,
    ) -> None:
        self._events += [_Event(on, seq, code, at=at, act=act) for code in codes]

    def _stand(self, state: fold.State, course: Course, on: dt.date, seq: int) -> None:
        statuses = {course.line_status(state, index, on) for index in range(len(state.lines))}
        statuses.add(course.status(state, on))
        stretch = _Stretch(on, seq, frozenset(statuses), state.bucket, state.is_open, self._ground)
        self._stretches.append(stretch)
        self._told_on[seq] = on

    # Which clocks start.

    def _clocks_of(self, event: _Event) -> Iterator[Clock]:
        """The clocks that an event starts in this case: of each one variant, and what reaches back."""
        rows: dict[str, list[Clock]] = {}
        for row in started_by(event.code, event.on, self._tables):
            rows.setdefault(row.code, []).append(row)
        note = self._notes.get(event.seq, Note())
        for code, own in rows.items():
            rule = self._tables.docket.get(code, _NO_RULE)
            if not self._belongs(rule, event):
                continue
            plain = [row for row in own if not row.retroactive]
            named = note.variants.get(code)
            if named is not None:
                yield from (row for row in plain if row.variant == named)
            elif rule.only_named:
                continue
            elif rule.by_ground:
                variant = rule.by_ground.get(self._ground_at(event), rule.by_ground.get("-", ""))
                yield from (row for row in plain if row.variant == variant)
            else:
                general = [row for row in plain if row.is_general]
                yield from general[:1] or (plain if len(plain) == 1 else ())
            yield from (row for row in own if row.retroactive)

    def _belongs(self, rule: DocketRule, event: _Event) -> bool:
        if rule.kinds and not self._kinds.intersection(rule.kinds):
            return False
        if rule.statuses and event.code not in _AT_OPENING and not self._is_at(rule, event):
            return False
        before = [one.code for one in self._events if (one.on, one.seq) <= (event.on, event.seq)]
        if rule.needs and not any(code in before for code in rule.needs):
            return False
        if rule.unless_last is not None:
            told = [code for code in before if code in (*rule.needs, rule.unless_last)]
            return not told or told[-1] != rule.unless_last
        return True

    def _ground_at(self, event: _Event) -> str:
        """The ground of the act, or of the lack of conditions that stood then."""
        if event.act is not None and event.act.type.catalogue is not None:
            return event.act.ground or "-"
        after = [one for one in self._stretches if (one.on, one.seq) <= (event.on, event.seq)]
        return (after[-1].ground if after else None) or "-"

    def _is_at(self, rule: DocketRule, event: _Event) -> bool:
        """Whether the case, or a line of it, is at a status of the rule right after the event."""
        after = [one for one in self._stretches if (one.on, one.seq) <= (event.on, event.seq)]
        return bool(after) and not after[-1].statuses.isdisjoint(rule.statuses)

    # What becomes of them.

    def _entry(self, clock: Clock, event: _Event) -> Entry | None:
        """The clock as this event started it; None where no day follows."""
        pauses, paused = self._pauses(clock, event.on)
        in_hours = clock.unit == "HOUR"
        trigger: dt.date = event.since or event.on
        if in_hours:
            # Of an act of which no hour is told, the whole day is given.
            trigger = event.at or dt.datetime.combine(event.on, dt.time(23, 59, 59), VIET_NAM)
            pauses = ()
        try:
            due_on, due_at = _due(clock, trigger, pauses, self._calendar)
        except Refused:
            # A day beyond the calendar.
            return None
        act = event.act
        recorded = None if act is None else act.recorded_at
        entry = Entry(
            clock, event.code, event.seq, event.chained, event.since or event.on,
            trigger if isinstance(trigger, dt.datetime) else None,
            pauses, due_on, due_at, RUNNING,
            brought_in=not self._is_live(recorded),
        )  # fmt: skip
        return self._followed(entry, paused)

    def _followed(self, entry: Entry, paused: bool) -> Entry:
        met = self._first_met(entry)
        void = self._void_on(entry)
        due_on = entry.due_on
        assert due_on is not None
        if met is not None and (void is None or met.on <= void[0]):
            late = met.on > due_on
            state = BREACHED if late and self._is_breach(entry.clock) else MET
            return replace(
                entry,
                state=state,
                closed_on=met.on,
                met_by=met.seq,
                breached=state == BREACHED,
                closed_live=self._live_at(met.seq),
            )
        if void is not None:
            entry = replace(entry, closed_live=self._live_at(void[1]))
        if void is not None and void[0] <= due_on:
            return replace(entry, state=VOID, closed_on=void[0])
        if paused:
            return replace(entry, state=PAUSED, due_on=None, due_at=None)
        if due_on >= self._today:
            return entry
        breached = self._is_breach(entry.clock)
        closed_on = None if void is None else void[0]
        return replace(entry, state=BREACHED if breached else ENDED, closed_on=closed_on, breached=breached)

    def _first_met(self, entry: Entry) -> _Event | None:
        wanted = set(entry.clock.met_by)
        after = (self._on(entry), entry.seq)
        same = entry.trigger in wanted
        found = [
            event
            for event in self._events
            if event.code in wanted
            and ((event.on, event.seq) > after or ((event.on, event.seq) == after and not same))
            and event.seq not in self._annulled
        ]
        return min(found, default=None)

    def _void_on(self, entry: Entry) -> tuple[dt.date, int] | None:
        """When the clock lost its ground, and by the act at which place: its trigger was annulled, its status
        left, or the case ended.
        """
        days: list[tuple[dt.date, int]] = []
        annulled = self._annulled.get(entry.seq)
        if annulled is not None and not entry.chained:
            days.append((annulled.effective_on, annulled.seq))
        rule = self._rule(entry.clock)
        since = (self._on(entry), entry.seq)
        after = [one for one in self._stretches if (one.on, one.seq) >= since]
        if not rule.after_end:
            days += [(one.on, one.seq) for one in after if not one.is_open][:1]
        if rule.statuses:
            standing = self._standing(entry.clock)
            left = (one for one in after if one.statuses.isdisjoint(rule.statuses))
            days += [(one.on, one.seq) for one in left if one.bucket not in standing][:1]
        return min(days, default=None)

    def _pauses(self, clock: Clock, start: dt.date) -> tuple[tuple[Pause, ...], bool]:
        """The stretches after its start in which the clock stands still, and whether it does today."""
        standing = self._standing(clock)
        if not standing or clock.direction == "BEFORE":
            return (), False
        pauses: list[Pause] = []
        since: dt.date | None = None
        for one in self._stretches:
            if one.bucket in standing and since is None:
                since = max(one.on, start + _DAY)
            elif one.bucket not in standing and since is not None:
                if one.on - _DAY >= since:
                    pauses.append(Pause(since, one.on - _DAY))
                since = None
        return tuple(pauses), since is not None and since <= self._today

    def _standing(self, clock: Clock) -> set[str]:
        """The buckets while the case is in which the clock stands still."""
        return {bucket for name in clock.pauses for bucket in _PAUSED_BUCKETS.get(name, ())}

    def _is_live(self, recorded: dt.datetime | None) -> bool:
        return recorded is not None and self._live_after is not None and recorded > self._live_after

    def _live_at(self, seq: int) -> bool:
        """Whether the act at this place was recorded after the case had come in."""
        return self._is_live(next((act.recorded_at for act in self._life.acts if act.seq == seq), None))

    def _on(self, entry: Entry) -> dt.date:
        """The day of the event that started the clock: what is counted from may lie before it."""
        return entry.started_on if entry.chained else self._told_on[entry.seq]

    def _is_breach(self, clock: Clock) -> bool:
        return clock.actor in OWN and clock.on_expiry not in NEXT_STEPS

    def _rule(self, clock: Clock) -> DocketRule:
        return self._tables.docket.get(clock.code, _NO_RULE)


_DECISION: Final = ("DOCUMENT_DATED", "DECISION_DATED")
#: What happens at the opening, before the case has any other status.
_AT_OPENING: Final = frozenset({"ENF_DECISION_EX_OFFICIO", "ENF_DECISION_ON_REQUEST"})


def nothing_to_watch(life: Life, *, is_open: bool, told: bool, brought_in_on: dt.date) -> bool:
    """Whether a case that came with all its acts had ended so long before that none of its clocks can be
    kept: those that go on after the end were over too. ``told``: an act of it says something for the clocks.
    """
    last = max((act.effective_on for act in life.acts), default=life.opened_on)
    live = any(act.recorded_at != life.recorded_at for act in life.acts)
    return not (is_open or told or live) and last + _LONG_AFTER_END < brought_in_on


#: Longer than any clock of ``docket.toml`` that goes on after the end of the case.
_LONG_AFTER_END: Final = dt.timedelta(days=183)


def brought_in_silently(entry: Entry, tables: Tables, brought_in_on: dt.date) -> bool:
    """Whether a clock of a register that was brought in had ended before, and nobody can say what was done:
    such a one is not shown as late, unless its row says that it is due all the same.
    """
    rule = tables.docket.get(entry.clock.code, _NO_RULE)
    if rule.still_due or not entry.brought_in or entry.due_on is None:
        return False
    return entry.due_on < brought_in_on


@lru_cache(maxsize=50_000)
def _due(
    clock: Clock, trigger: dt.date, pauses: tuple[Pause, ...], calendar: WorkingCalendar
) -> tuple[dt.date, dt.datetime | None]:
    """When a clock ends; the same few days are asked for again and again."""
    end = due(clock, trigger, calendar, pauses)
    return end.due_on, end.due_at
