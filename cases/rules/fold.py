"""The fold: what the acts of a case do to its lines and their money, one lawful step after another.

Statistics.md §2 in code, and the only implementation of it. Pure: acts in, steps out; it reads no clock and
no database. Planning an act folds the story with it and takes the refusal; counting (``reports.counting``)
turns the same steps into movements.

Acts fold in order of their effective date, then of their place in the story. A voided act and its correction
are left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple, Never

from cases.rules import buckets
from cases.rules.life import Holder, Life, LifeAct
from thads.common.errors import Fault, Refused


class MoneyMove(NamedTuple):
    """Money of one line going from a bucket to another (đồng, above zero). ``origin``: the act whose money
    an annulment returns.
    """

    line: int
    source: str
    target: str
    amount: int
    origin: int | None = None


class LineMove(NamedTuple):
    """A line changing its bucket as a whole."""

    line: int
    source: str
    target: str


class Step(NamedTuple):
    """What one act did, with the holder before and after it."""

    act: LifeAct
    money: list[MoneyMove]
    lines: list[LineMove]
    holder_before: Holder
    holder: Holder


class Unlawful(Refused):
    """An act the story does not allow. ``seq`` is its place in the story; pointers start at ``/acts/<seq -
    1>``.
    """

    code = "ACT_REFUSED"

    def __init__(self, seq: int, fault: Fault) -> None:
        self.seq = seq
        super().__init__(fault.under(f"/acts/{seq - 1}"))


#: The sides of a line, by the roles of those who stand there.
DEBTOR: Final = "DEBTOR"
CREDITOR: Final = "CREDITOR"


@dataclass(slots=True)
class Line:
    """A line of duty as it stands. ``moved`` is the money standing in ended buckets, ``put_by`` the act
    that put it where it is; ``debtor`` and ``creditor`` are who owes and is owed now (see ``Duty``).
    """

    has_money: bool
    due: int
    remaining: int
    bucket: str = buckets.ELIGIBLE
    put_by: int = 0
    moved: dict[str, int] = field(default_factory=dict)
    debtor: int | None = None
    creditor: int | None = None

    @property
    def is_open(self) -> bool:
        return self.bucket in buckets.OPEN

    def copy(self) -> Line:
        moved = self.moved.copy()
        return Line(
            self.has_money, self.due, self.remaining, self.bucket, self.put_by, moved,
            self.debtor, self.creditor,
        )  # fmt: skip

    def sides(self, party: int) -> Iterator[str]:
        """On which sides of the line a party stands now."""
        if self.debtor == party:
            yield DEBTOR
        if self.creditor == party:
            yield CREDITOR

    def pass_on(self, side: str, party: int) -> None:
        """Another party stands on this side from now on."""
        if side == DEBTOR:
            self.debtor = party
        else:
            self.creditor = party


class State:
    """A case in the middle of its life. ``apply`` is the one door: it refuses, or changes the state and
    says what moved.
    """

    __slots__ = ("_annulled", "_did", "_due", "_passed", "field", "holder", "initiation", "lines")

    def __init__(self, life: Life) -> None:
        self.holder = life.holder
        self.field, self.initiation = classification(life)
        self.lines = [
            Line(
                duty.amount is not None, duty.amount or 0, duty.amount or 0,
                debtor=duty.debtor, creditor=duty.creditor,
            )
            for duty in life.duties
        ]  # fmt: skip
        self._did: dict[int, tuple[Step, frozenset[int]]] = {}
        self._annulled: set[int] = set()
        #: What was passed on, by the act that did it: the line and the side.
        self._passed: dict[int, list[tuple[int, str]]] = {}
        self._due = sum(line.due for line in self.lines)

    @property
    def bucket(self) -> str:
        return buckets.case_bucket({line.bucket for line in self.lines})

    @property
    def is_open(self) -> bool:
        return any(line.is_open for line in self.lines)

    @property
    def due(self) -> int:
        """What the case was ever to bring in, đồng."""
        return self._due

    @property
    def remaining(self) -> int:
        """What of it remains, đồng."""
        return sum(line.remaining for line in self.lines)

    def apply(self, act: LifeAct) -> Step:
        """Take one act. Raises Unlawful, leaving the state unusable: fold again after a refusal."""
        step = Step(act, [], [], self.holder, self.holder)
        touched = _EFFECTS[act.type.effect](self, act, step)
        if self.holder is not step.holder:
            step = step._replace(holder=self.holder)
        self._did[act.seq] = (step, frozenset(touched))
        return step

    def forked(self) -> State:
        """The same state, to be taken on by itself."""
        other = State.__new__(State)
        other.holder, other.field, other.initiation = self.holder, self.field, self.initiation
        other.lines = [line.copy() for line in self.lines]
        other._did, other._annulled, other._due = self._did.copy(), self._annulled.copy(), self._due
        other._passed = self._passed.copy()
        return other

    def passed_by(self, seq: int) -> list[tuple[int, str]]:
        """What the act at this place has passed on: lines (by index), each with the side."""
        return self._passed.get(seq, [])

    # Effects: each takes the act, fills the step and returns the indexes of the lines it touched.

    def _collect(self, act: LifeAct, step: Step) -> list[int]:
        for place, index, amount in self._named(act):
            line = self._open_line(act, place, index)
            self._move_out(act, step, place, index, line, buckets.COMPLETED, _needed(act, place, amount))
        return _indexes(act)

    def _perform(self, act: LifeAct, step: Step) -> list[int]:
        touched = []
        for place, index, amount in self._lines_or_open(act, lambda line: not line.has_money):
            line = self._open_line(act, place, index)
            if line.has_money:
                _refuse(act, "MONEY_LINE_PERFORMED", _at(act, place))
            if amount is not None:
                _refuse(act, "AMOUNT_ON_LINE_WITHOUT_MONEY", _at(act, place, "/amount"))
            self._end(act, step, index, line, buckets.COMPLETED)
            touched.append(index)
        return touched

    def _interest(self, act: LifeAct, step: Step) -> list[int]:
        for place, index, amount in self._named(act):
            line = self._open_line(act, place, index)
            self._raise_due(act, step, place, index, line, _needed(act, place, amount))
        return _indexes(act)

    def _amend(self, act: LifeAct, step: Step) -> list[int]:
        for place, index, amount in self._named(act):
            line = self._open_line(act, place, index)
            change = _needed(act, place, amount)
            if change > 0:
                self._raise_due(act, step, place, index, line, change)
                continue
            self._check_money(act, place, line)
            if -change > line.remaining:
                _refuse(
                    act,
                    "MORE_THAN_REMAINS",
                    _at(act, place, "/amount"),
                    amount=-change,
                    remaining=line.remaining,
                )
            line.due += change
            line.remaining += change
            self._due += change
            step.money.append(MoneyMove(index, line.bucket, buckets.OUTSIDE, -change))
            if not line.remaining:
                self._end(act, step, index, line, _ended_bucket(line, buckets.REVOKED))
        return _indexes(act)

    def _state(self, act: LifeAct, step: Step) -> list[int]:
        target = _target(act)
        # To the bucket a line is already in, an act is accepted and moves nothing.
        allowed = (*act.type.from_buckets, target)
        if act.type.strict_from and act.lines is None:
            for line in self.lines:
                if line.is_open and line.bucket not in allowed:
                    self._refuse_bucket(act, "", line)
        touched = []
        for place, index, amount in self._lines_or_open(act, lambda line: line.bucket in allowed):
            line = self._open_line(act, place, index)
            if amount is not None:
                _refuse(act, "AMOUNT_NOT_TAKEN", _at(act, place, "/amount"), act=act.type.code)
            if line.bucket not in allowed:
                self._refuse_bucket(act, _at(act, place), line)
            self._put(act, step, index, line, target)
            touched.append(index)
        return touched

    def _end_lines(self, act: LifeAct, step: Step) -> list[int]:
        if act.relief is not None:
            return self._named_relief(act)
        target = _target(act)
        allowed = act.type.from_buckets
        if act.type.initiation is not None and act.type.initiation != self.initiation:
            _refuse(act, "OTHER_INITIATION", "/type", act=act.type.code, initiation=self.initiation)
        whole = act.type.amount == "whole"
        touched = []
        for place, index, amount in self._lines_or_open(act, lambda line: line.bucket in allowed):
            line = self._open_line(act, place, index)
            if line.bucket not in allowed:
                self._refuse_bucket(act, _at(act, place), line)
            if amount is not None and whole:
                _refuse(act, "AMOUNT_NOT_TAKEN", _at(act, place, "/amount"), act=act.type.code)
            if line.has_money:
                self._move_out(
                    act, step, place, index, line, target, line.remaining if amount is None else amount
                )
            elif amount is not None:
                _refuse(act, "AMOUNT_ON_LINE_WITHOUT_MONEY", _at(act, place, "/amount"))
            else:
                self._end(act, step, index, line, target)
            touched.append(index)
        return touched

    def _named_relief(self, act: LifeAct) -> list[int]:
        """A termination that names the relief it follows moves nothing: the relief has moved its amount
        already.
        """
        relief = self._did.get(act.relief or 0)
        if relief is None or relief[0].act.type.effect != "RELIEF":
            _refuse(act, "RELIEF_UNKNOWN", "/data/relief")
        return []

    def _relieve(self, act: LifeAct, step: Step) -> list[int]:
        for place, index, amount in self._named(act):
            line = self._open_line(act, place, index)
            self._move_out(act, step, place, index, line, buckets.REDUCED, _needed(act, place, amount))
        return _indexes(act)

    def _reassign(self, act: LifeAct, step: Step) -> list[int]:
        if not self.is_open:
            _refuse(act, "REASSIGN_ENDED_CASE", "")
        if act.lines is not None:
            _refuse(act, "LINES_NOT_TAKEN", "/lines", act=act.type.code)
        assert act.holder is not None
        self.holder = act.holder
        return []

    def _reclassify(self, act: LifeAct, step: Step) -> list[int]:
        if act.lines is not None:
            _refuse(act, "LINES_NOT_TAKEN", "/lines", act=act.type.code)
        return []

    def _annul(self, act: LifeAct, step: Step) -> list[int]:
        if act.lines is not None:
            _refuse(act, "LINES_NOT_TAKEN", "/lines", act=act.type.code)
        assert act.annuls is not None
        done = self._did.get(act.annuls)
        if done is None:
            _refuse(act, "ANNULS_LATER_ACT", "/annuls")
        annulled, touched = done
        if annulled.act.type.effect in _NOT_ANNULLED:
            _refuse(act, "NOT_ANNULLABLE", "/annuls", act=annulled.act.type.code)
        if act.annuls in self._annulled:
            _refuse(act, "ANNULLED_TWICE", "/annuls")
        if any(self.lines[index].bucket == buckets.SEPARATE for index in touched):
            _refuse(act, "ANNUL_IN_SEPARATE", "/annuls")
        self._annulled.add(act.annuls)
        if annulled.act.type.effect == "STATE":
            for index in sorted(touched):
                line = self.lines[index]
                if line.put_by == act.annuls and line.is_open:
                    self._put(act, step, index, line, buckets.ELIGIBLE)
        elif annulled.act.passing is not None:
            self._hand_back(annulled.act.seq, *annulled.act.passing)
        else:
            self._give_back(act, step, annulled)
        return sorted(touched)

    def _give_back(self, act: LifeAct, step: Step, annulled: Step) -> None:
        """Each amount comes back; a line that had ended reopens as ELIGIBLE, on an open line the amount
        joins it.
        """
        origin = annulled.act.seq
        for move in annulled.money:
            line = self.lines[move.line]
            line.moved[move.target] -= move.amount
            line.remaining += move.amount
            if not line.is_open:
                self._reopen(act, step, move.line, line)
            step.money.append(MoneyMove(move.line, move.target, line.bucket, move.amount, origin))
        for ended in annulled.lines:
            line = self.lines[ended.line]
            if not line.has_money and not line.is_open:
                self._reopen(act, step, ended.line, line)

    def _hand_back(self, seq: int, source: int, target: int) -> None:
        """What an annulled act has passed on stands with whom it came from, unless it has gone on since."""
        for index, side in self.passed_by(seq):
            line = self.lines[index]
            if side in line.sides(target):
                line.pass_on(side, source)

    def _nothing(self, act: LifeAct, step: Step) -> list[int]:
        if act.passing is None:
            return _indexes(act)
        self._pass_on(act, *act.passing)
        return []

    def _pass_on(self, act: LifeAct, source: int, target: int) -> None:
        """Another party stands where ``source`` did, on the open lines named or on all of them. Moves no
        line and no money, and refuses nothing: ``succession.faults`` says what is wrong with it.
        """
        named = range(len(self.lines)) if act.lines is None else _indexes(act)
        self._passed[act.seq] = passed = []
        for index in named:
            line = self.lines[index]
            if not line.is_open or any(line.sides(target)):
                continue
            for side in tuple(line.sides(source)):
                line.pass_on(side, target)
                passed.append((index, side))

    # Parts of the effects.

    def _put(self, act: LifeAct, step: Step, index: int, line: Line, target: str) -> None:
        """A whole line and its remaining money to another open bucket; to the bucket it is in, nothing
        happens.
        """
        if line.bucket == target:
            return
        if line.remaining:
            step.money.append(MoneyMove(index, line.bucket, target, line.remaining))
        step.lines.append(LineMove(index, line.bucket, target))
        line.bucket, line.put_by = target, act.seq

    def _end(self, act: LifeAct, step: Step, index: int, line: Line, target: str) -> None:
        step.lines.append(LineMove(index, line.bucket, target))
        line.bucket, line.put_by = target, act.seq

    def _reopen(self, act: LifeAct, step: Step, index: int, line: Line) -> None:
        step.lines.append(LineMove(index, line.bucket, buckets.ELIGIBLE))
        line.bucket, line.put_by = buckets.ELIGIBLE, act.seq

    def _move_out(
        self, act: LifeAct, step: Step, place: int, index: int, line: Line, target: str, amount: int
    ) -> None:
        """Money of an open line to an ended bucket; when nothing remains the line ends."""
        if not line.has_money:
            _refuse(act, "AMOUNT_ON_LINE_WITHOUT_MONEY", _at(act, place, "/amount"))
        if amount > line.remaining:
            _refuse(
                act, "MORE_THAN_REMAINS", _at(act, place, "/amount"), amount=amount, remaining=line.remaining
            )
        line.remaining -= amount
        line.moved[target] = line.moved.get(target, 0) + amount
        step.money.append(MoneyMove(index, line.bucket, target, amount))
        if not line.remaining:
            self._end(act, step, index, line, _ended_bucket(line, target))

    def _raise_due(self, act: LifeAct, step: Step, place: int, index: int, line: Line, amount: int) -> None:
        self._check_money(act, place, line)
        line.due += amount
        line.remaining += amount
        self._due += amount
        if self._due > MAX_DUE:
            _refuse(act, "AMOUNTS_TOO_LARGE", _at(act, place, "/amount"), limit=MAX_DUE)
        step.money.append(MoneyMove(index, buckets.OUTSIDE, line.bucket, amount))

    def _check_money(self, act: LifeAct, place: int, line: Line) -> None:
        if not line.has_money:
            _refuse(act, "AMOUNT_ON_LINE_WITHOUT_MONEY", _at(act, place, "/amount"))
        if line.bucket == buckets.SEPARATE:
            _refuse(act, "CONTINUE_FIRST", _at(act, place), act=act.type.code)

    def _refuse_bucket(self, act: LifeAct, pointer: str, line: Line) -> Never:
        allowed = ", ".join(act.type.from_buckets)
        _refuse(act, "WRONG_BUCKET", pointer, act=act.type.code, bucket=line.bucket, allowed=allowed)

    def _open_line(self, act: LifeAct, place: int, index: int) -> Line:
        line = self.lines[index]
        if not line.is_open:
            _refuse(act, "LINE_ENDED", _at(act, place), bucket=line.bucket)
        return line

    def _named(self, act: LifeAct) -> Iterator[tuple[int, int, int | None]]:
        """The lines of an act that must name them with their amounts."""
        if act.lines is None:
            _refuse(
                act, "NOTHING_OPEN" if not self.is_open else "AMOUNT_MISSING", "/lines", act=act.type.code
            )
        for place, (index, amount) in enumerate(act.lines):
            yield place, index, amount

    def _lines_or_open(
        self, act: LifeAct, may_touch: Callable[[Line], bool]
    ) -> Iterator[tuple[int, int, int | None]]:
        """The named lines, or every open line the act may touch: resolved anew in each fold."""
        if act.lines is not None:
            for place, (index, amount) in enumerate(act.lines):
                yield place, index, amount
            return
        open_lines = [index for index, line in enumerate(self.lines) if line.is_open]
        if not open_lines:
            _refuse(act, "NOTHING_OPEN", "", act=act.type.code)
        chosen = [index for index in open_lines if may_touch(self.lines[index])]
        if not chosen:
            _refuse(
                act, "NO_LINE_FOR_ACT", "", act=act.type.code,
                bucket=", ".join(sorted({self.lines[index].bucket for index in open_lines})),
            )  # fmt: skip
        for index in chosen:
            yield -1, index, None


_EFFECTS: dict[str, Callable[[State, LifeAct, Step], list[int]]] = {
    "COLLECT": State._collect,
    "PERFORM": State._perform,
    "INTEREST": State._interest,
    "AMEND": State._amend,
    "STATE": State._state,
    "END": State._end_lines,
    "RELIEF": State._relieve,
    "REASSIGN": State._reassign,
    "RECLASSIFY": State._reclassify,
    "ANNUL": State._annul,
    "NONE": State._nothing,
}

#: What one case may owe in all, đồng: above what the whole country has to enforce would be no case.
MAX_DUE = 10**17
#: How many corrections of an unlawful story are tried for the one to blame.
_BLAMED = 20

#: What an annulment may not reverse: amend, reassign or reclassify again, or correct a typing error, instead.
_NOT_ANNULLED = frozenset({"REASSIGN", "RECLASSIFY", "CORRECT", "ANNUL", "INTEREST", "AMEND"})


def steps(life: Life) -> Iterator[tuple[Step, State]]:
    """The steps of a life in order, each with the state right after it. Raises Unlawful at the first act
    that may not stand.
    """
    state = State(life)
    for act in in_order(life):
        yield state.apply(act), state


def fold(life: Life) -> State:
    """Where a life has come to. Raises Unlawful; blames the correction when only a correction makes a later
    act impossible.
    """
    state = State(life)
    seq = 0
    try:
        for act in in_order(life):
            seq = act.seq
            state.apply(act)
    except Unlawful as refusal:
        if refusal.seq == seq:
            _blame_correction(life, refusal)
        raise
    return state


def in_order(life: Life) -> list[LifeAct]:
    """The acts that stand, in folding order. Raises Unlawful for a correction that may not be."""
    voided = _voided(life)
    standing = [a for a in life.acts if a.seq not in voided and a.type.effect != "CORRECT"]
    if voided:
        corrections = set(voided.values())
        for act in standing:
            if act.annuls in corrections:
                _refuse(act, "NOT_ANNULLABLE", "/annuls", act="CORRECTION")
            correction = voided.get(act.annuls or 0)
            if correction is None:
                continue
            if correction > act.seq:
                raise _blocked(correction, act)
            _refuse(act, "ANNULS_VOIDED", "/annuls")
    standing.sort(key=lambda a: (a.effective_on, a.seq))
    return standing


def _voided(life: Life) -> dict[int, int]:
    """The places of voided acts, each with the correction that voided it. The date of a correction only
    orders the register.
    """
    voided: dict[int, int] = {}
    by_seq: dict[int, LifeAct] | None = None
    for act in life.acts:
        if act.type.effect != "CORRECT":
            continue
        if by_seq is None:
            by_seq = {other.seq: other for other in life.acts}
        if act.lines is not None:
            _refuse(act, "LINES_NOT_TAKEN", "/lines", act=act.type.code)
        target = by_seq.get(act.voids or 0)
        if target is None or target.seq >= act.seq:
            _refuse(act, "VOIDS_LATER_ACT", "/voids")
        if target.type.effect == "CORRECT":
            _refuse(act, "VOIDS_CORRECTION", "/voids")
        if target.seq in voided:
            _refuse(act, "VOIDED_TWICE", "/voids")
        voided[target.seq] = act.seq
    return voided


def _blame_correction(life: Life, refusal: Unlawful) -> None:
    """If the story was lawful up to a correction and is not with it, it is the correction that is refused."""
    corrections = [a.seq for a in life.acts if a.type.effect == "CORRECT"]
    for seq in corrections[:_BLAMED]:
        known = tuple(a for a in life.acts if a.seq <= seq)
        if _first_refusal(_replace_acts(life, known[:-1])) is not None:
            return
        standing_in_way = _first_refusal(_replace_acts(life, known))
        if standing_in_way is not None:
            raise _blocked(seq, next(a for a in known if a.seq == standing_in_way.seq)) from refusal


def _blocked(correction: int, act: LifeAct) -> Unlawful:
    """The refusal of a correction that ``act`` stands in the way of."""
    params = {"act": act.type.code, "date": act.effective_on.isoformat(), "place": act.seq}
    return Unlawful(correction, Fault("CORRECTION_BLOCKED", "/voids", params))


def _replace_acts(life: Life, acts: tuple[LifeAct, ...]) -> Life:
    return replace(life, acts=acts)


def _first_refusal(life: Life) -> Unlawful | None:
    state = State(life)
    try:
        for act in in_order(life):
            state.apply(act)
    except Unlawful as refusal:
        return refusal
    return None


def classification(life: Life) -> tuple[str, str]:
    """Case field (loại án) and initiation as corrected: a reclassification was always so."""
    case_field, initiation = life.field, life.initiation
    reclassified = [a for a in life.acts if a.type.effect == "RECLASSIFY"]
    if reclassified:
        voided = {a.voids for a in life.acts if a.type.effect == "CORRECT"}
        for act in sorted(reclassified, key=lambda a: (a.effective_on, a.seq)):
            if act.seq not in voided:
                case_field, initiation = act.field or case_field, act.initiation or initiation
    return case_field, initiation


def _ended_bucket(line: Line, last: str) -> str:
    """Where a money line ends: COMPLETED when something was collected and nothing revoked or returned, else
    by the last act.
    """
    moved = line.moved
    if moved.get(buckets.COMPLETED) and not moved.get(buckets.REVOKED) and not moved.get(buckets.RETURNED):
        return buckets.COMPLETED
    return last


def _target(act: LifeAct) -> str:
    target = act.type.target(act.ground)
    assert target is not None, f"{act.type.code} leads nowhere"
    return target


def _needed(act: LifeAct, place: int, amount: int | None) -> int:
    if amount is None:
        _refuse(act, "AMOUNT_MISSING", _at(act, place), act=act.type.code)
    return amount


def _indexes(act: LifeAct) -> list[int]:
    return [index for index, _ in act.lines or ()]


def _at(act: LifeAct, place: int, part: str = "") -> str:
    return f"/lines/{place}{part}" if place >= 0 else ""


def _refuse(act: LifeAct, code: str, pointer: str, /, **params: Any) -> Never:
    raise Unlawful(act.seq, Fault(code, pointer, params, act.type.basis_on(act.effective_on)))


def last_day(life: Life) -> dt.date:
    """The day of the latest act that stands, or of the opening."""
    return max((a.effective_on for a in in_order(life)), default=life.opened_on)
