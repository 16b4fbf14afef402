"""What may be done in a case on a day: every type of act, tried on the case as the recording of it would.

Nothing is decided here a second time. An act is written as its sender would write it, read by the reader of
stories, held against the ways of its law and applied to the fold; what comes back is why not, or where to.
Lines, grounds and dates that are alike to the rules are tried once. Pure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, NamedTuple

from cases.rules import fold, publications, succession
from cases.rules.clock_words import FACTS
from cases.rules.deferral import DEFERS, REQUESTED_ON, UNTIL
from cases.rules.lawful import AT_AN_HOUR, STRICT, blamed
from cases.rules.life import Holder, Life, LifeAct
from cases.rules.lifecycle import Course
from cases.rules.story import (
    CONCLUDES,
    FACT_NOTED,
    PASSED_BETWEEN,
    PASSES_ON,
    SUCCESSION_REASONS,
    Reference,
    Refs,
    parse_act,
)
from cases.rules.tables import CONCLUSIONS, ActType, Ground, Tables, Transition
from thads.common.errors import Fault, Refused

#: Acts of these effects choose lines.
_ON_LINES: Final = frozenset({"COLLECT", "PERFORM", "INTEREST", "AMEND", "STATE", "END", "RELIEF"})
#: Of these, acts to which a line with money is as any other.
_WHATEVER_THE_MONEY: Final = frozenset({"STATE", "END"})
#: Acts that take an amount for each line they name.
_AMOUNTS: Final = frozenset({"required", "signed"})
#: How many acts, from the last one back, are tried as what may be annulled or voided.
CANDIDATES: Final = 20
#: Words for a place that is filled in later.
_FILLED: Final = "…"


class LineChoice(NamedTuple):
    """A line (by index) that may be named, and whether an amount is needed with it."""

    line: int
    amount: str


@dataclass(frozen=True, slots=True)
class GroundChoice:
    """A ground of the catalogue, and whether the act may be made on it now."""

    ground: Ground
    may: bool
    reasons: tuple[Fault, ...]


class DataKey(NamedTuple):
    """What an act says in its data: the key, whether it must, and the words it takes (none: any text)."""

    key: str
    required: bool
    choices: tuple[str, ...] = ()


class Chance(NamedTuple):
    """An act: whether it may be done, and if not why not.

    ``whole``: without naming lines. ``lines`` may be named; ``annuls`` and ``voids`` are places of acts that
    may be. ``leads_to`` is the status of the case after it, done whole or else on its first line. ``row`` is
    the move of the procedure it makes.
    """

    type: ActType
    may: bool
    basis: str | None
    row: Transition | None = None
    whole: bool = False
    lines: tuple[LineChoice, ...] = ()
    grounds: tuple[GroundChoice, ...] = ()
    annuls: tuple[int, ...] = ()
    voids: tuple[int, ...] = ()
    data: tuple[DataKey, ...] = ()
    leads_to: str | None = None
    reasons: tuple[Fault, ...] = ()


class _Trial(NamedTuple):
    """What came of trying: why not, or the status of the case after it."""

    faults: tuple[Fault, ...]
    status: str | None

    @property
    def may(self) -> bool:
        return not self.faults


@dataclass(frozen=True, slots=True)
class _Law:
    """What one law says of the types of acts: the moves each makes, what it says in its data, and which are
    plain: of those the rules know nothing but their moves (by number, under any law).
    """

    rows: Mapping[str, tuple[Transition, ...]]
    data: Mapping[str, tuple[DataKey, ...]]
    plain: Mapping[str, tuple[str, ...]]

    @classmethod
    def read(cls, tables: Tables, regime: str) -> _Law:
        rows = {
            act: tuple(row for row in moves if row.of_regime("basis", regime))
            for act, moves in tables.moves.items()
        }
        data = {code: tuple(_data_of(code, rows.get(code, ()), regime)) for code in tables.act_types}
        plain = {
            kind.code: tuple(row.number for row in tables.moves.get(kind.code, ()))
            for kind in tables.act_types.values()
            if _is_plain(kind)
        }
        return cls(rows, data, plain)


_LAWS: dict[tuple[str, str], _Law] = {}


def _law_of(tables: Tables, regime: str) -> _Law:
    """Worked out once for each version of the tables."""
    key = tables.version, regime
    if key not in _LAWS:
        _LAWS[key] = _Law.read(tables, regime)
    return _LAWS[key]


def _data_of(code: str, rows: Iterable[Transition], regime: str) -> Iterator[DataKey]:
    if code == FACT_NOTED:
        yield DataKey("fact", True, tuple(FACTS))
    if code == CONCLUDES:
        yield DataKey("conclusion", False, CONCLUSIONS)
    if code in AT_AN_HOUR:
        yield DataKey("at", False)
    if code == DEFERS:
        yield DataKey(REQUESTED_ON, False)
        yield DataKey(UNTIL, False)
    for key in dict.fromkeys(key for row in rows for key in row.of_regime("needs", regime)):
        choices = SUCCESSION_REASONS if (code, key) == (PASSES_ON, "reason") else ()
        yield DataKey(key, True, choices)


def _is_plain(kind: ActType) -> bool:
    asks = kind.needs or kind.needs_one_of or kind.catalogue or kind.prerequisites or kind.code == FACT_NOTED
    limited = kind.valid_from or kind.valid_to or kind.code == CONCLUDES or kind.code in publications.ACTS
    return kind.effect == "NONE" and kind.in_story and not asks and not limited


class Chances:
    """A case on ``day``, and what may be done in it. ``names`` gives what acts are called, by their places;
    ``lines`` what lines are called; ``unit`` is the code of who has the case. Raises Unlawful when the case
    itself is none.
    """

    def __init__(
        self,
        life: Life,
        *,
        refs: Refs,
        names: Mapping[int, str],
        lines: Sequence[str],
        unit: str,
        day: dt.date,
        tables: Tables,
    ) -> None:
        self._life, self._refs, self._names, self._line_names = life, refs, names, lines
        self._day, self._tables = day, tables
        self._reference = Reference((unit,), (), tables, creates_officers=False)
        self._unit = unit
        self.regime = tables.regime_on(day)
        self._state, self._course = fold.State(life), Course(life, tables)
        self._law = _law_of(tables, self.regime)
        self._later: list[LifeAct] = []
        self._plain: dict[tuple[str, ...], _Trial] = {}
        self._told: dict[str, dt.date] = {}
        for act in fold.in_order(life):
            self._told.setdefault(act.type.code, act.effective_on)
            if act.effective_on > day:
                self._later.append(act)
            else:
                self._state.apply(act)
                self._course.take(act, self._state)

    @cached_property
    def status(self) -> str:
        """The status of the case on the day."""
        return self._course.status(self._state, self._day)

    def all(self) -> Iterator[Chance]:
        """Every type of act, in the order of the table."""
        for act_type in self._tables.act_types.values():
            yield self.of(act_type)

    def of(self, act_type: ActType) -> Chance:
        row = self._row(act_type)
        basis = (row and row.of_regime("basis", self.regime)) or act_type.basis_on(self._day)
        chance = Chance(act_type, False, basis, row, data=self._law.data[act_type.code])
        if not act_type.in_story:
            params = {"act": act_type.code}
            return chance._replace(reasons=(Fault("ACT_OF_INTAKE", "/type", params, basis),))
        if act_type.effect in ("ANNUL", "CORRECT"):
            return self._undoing(chance)
        if act_type.catalogue is None:
            return self._with_lines(chance, {})
        return self._on_grounds(chance, act_type.catalogue)

    # Ways to do an act.

    def _on_grounds(self, chance: Chance, catalogue: str) -> Chance:
        """The act on each ground of its catalogue under this law; grounds that the rules treat alike once."""
        grounds = self._tables.grounds_of(catalogue, self.regime)
        if self._rows(chance.type):
            # One catalogue may serve two acts, each with grounds of its own.
            grounds = tuple(one for one in grounds if self._rows_on(chance.type, one.letter))
        if not grounds:
            return self._with_lines(chance, {})
        tried: dict[Any, Chance] = {}
        choices = []
        for ground in grounds:
            alike = chance.type.target(ground.letter), self._rows_on(chance.type, ground.letter)
            if alike not in tried:
                tried[alike] = self._with_lines(chance, {"ground": ground.letter})
            choices.append(GroundChoice(ground, tried[alike].may, tried[alike].reasons))
        ways = list(tried.values())
        best = min(ways, key=lambda one: (not one.may, not one.whole, len(one.reasons)))
        lines = {choice.line: choice for way in ways for choice in way.lines}
        return best._replace(grounds=tuple(choices), lines=tuple(lines[line] for line in sorted(lines)))

    def _with_lines(self, chance: Chance, more: Mapping[str, Any]) -> Chance:
        """The act on the whole case, and on each of its lines by itself."""
        kind = chance.type
        whole = self._try(kind, more)
        if kind.effect not in _ON_LINES:
            return chance._replace(
                may=whole.may, whole=whole.may, leads_to=whole.status, reasons=whole.faults
            )
        trials = self._on_lines(kind, more, whole)
        named = tuple(LineChoice(line, kind.amount) for line, trial in trials if trial.may)
        good = [trial for trial in (whole, *(trial for _, trial in trials)) if trial.may]
        if good:
            return chance._replace(may=True, whole=whole.may, lines=named, leads_to=good[0].status)
        failed = [trial for _, trial in trials] if kind.amount in _AMOUNTS and trials else [whole]
        return chance._replace(reasons=min(failed, key=lambda one: len(one.faults)).faults)

    def _on_lines(self, kind: ActType, more: Mapping[str, Any], whole: _Trial) -> list[tuple[int, _Trial]]:
        """What comes of naming each open line by itself; lines that the rules treat alike once. Where all of
        them are, and no amount is asked for, to name one is no other question than to name none.
        """
        told_apart = kind.effect not in _WHATEVER_THE_MONEY
        lines = [
            (index, (line.bucket, line.put_by, told_apart and line.has_money))
            for index, line in enumerate(self._state.lines)
            if line.is_open
        ]
        needs_amount = kind.amount in _AMOUNTS
        tried: dict[Any, _Trial] = {}
        if not needs_amount and len({alike for _, alike in lines}) == 1:
            tried[lines[0][1]] = whole
        for index, alike in lines:
            if alike not in tried:
                named = {"obligation": self._line_names[index], **({"amount": "1"} if needs_amount else {})}
                tried[alike] = self._try(kind, {**more, "lines": [named]})
        return [(index, tried[alike]) for index, alike in lines]

    def _undoing(self, chance: Chance) -> Chance:
        """Which acts may be annulled, or voided as wrongly recorded."""
        key = "annuls" if chance.type.effect == "ANNUL" else "voids"
        known = sorted((act.seq for act in self._life.acts), reverse=True)[:CANDIDATES]
        trials = {seq: self._try(chance.type, {key: self._names[seq]}) for seq in known}
        good = tuple(sorted(seq for seq, trial in trials.items() if trial.may))
        if good:
            found = chance._replace(may=True, whole=True)
            return found._replace(annuls=good) if key == "annuls" else found._replace(voids=good)
        faults = next((trial.faults for trial in trials.values()), ())
        reasons = faults or (Fault("NOTHING_TO_UNDO", f"/{key}", {"act": chance.type.code}, chance.basis),)
        return chance._replace(reasons=reasons)

    # Trying.

    def _try(self, kind: ActType, more: Mapping[str, Any]) -> _Trial:
        """What recording this act on the day would say. Of types that the rules do not tell apart one is
        tried.
        """
        alike = None if more else self._law.plain.get(kind.code)
        if alike is None:
            return self._tried(kind, more)
        if alike not in self._plain:
            self._plain[alike] = self._tried(kind, more)
        trial = self._plain[alike]
        if trial.may:
            return trial
        return _Trial(tuple(_of_type(fault, kind) for fault in trial.faults), None)

    def _tried(self, kind: ActType, more: Mapping[str, Any]) -> _Trial:
        try:
            added, data = self._read({**self._written(kind), **more})
        except Refused as refusal:
            return _Trial(refusal.faults, None)
        if kind.effect == "CORRECT":
            return self._retold(added)
        to_fill_in = {one.key: _FILLED for one in self._law.data[kind.code] if one.required}
        odd = self._course.deviations(added, self._state, {**to_fill_in, **data})
        odd += succession.faults(added, self._state, self._life, data)
        odd += publications.untimely(added, self._course.told)
        if odd:
            return _Trial(tuple(odd), None)
        if kind.effect == "NONE" and not any(row.to for row in self._rows(kind)):
            return _Trial((), self.status)
        state = self._state.forked()
        try:
            state.apply(added)
            course = self._course.forked(self._with(added))
            course.take(added, state)
            status = course.status(state, self._day)
            for act in self._later:
                state.apply(act)
        except fold.Unlawful as refusal:
            return _Trial((blamed(refusal, added, self._with(added)),), None)
        return _Trial((), status)

    def _retold(self, added: LifeAct) -> _Trial:
        """The whole life with a correction in it."""
        after = self._with(added)
        try:
            fold.fold(after)
        except fold.Unlawful as refusal:
            return _Trial((blamed(refusal, added, after),), None)
        upset = succession.upset(self._life, after)
        return _Trial(() if upset is None else (succession.blocked(*upset),), None)

    def _with(self, added: LifeAct) -> Life:
        return replace(self._life, acts=(*self._life.acts, added))

    def _read(self, raw: Mapping[str, Any]) -> tuple[LifeAct, Mapping[str, Any]]:
        """The act as the reader of stories reads it. Raises Refused."""
        act, warnings = parse_act(
            raw,
            self._reference,
            self._day,
            refs=self._refs,
            opened_on=self._life.opened_on,
            told=self._told,
        )
        refused = [fault for fault in warnings if fault.code in STRICT]
        if refused:
            raise Refused(refused)
        return act.life_act(len(self._life.acts) + 1, self._holder), act.data or {}

    def _holder(self, unit: str, officer: str | None) -> Holder:
        return self._state.holder

    def _written(self, kind: ActType) -> dict[str, Any]:
        """The act as its sender would write it, with everything that he has to fill in."""
        raw: dict[str, Any] = {"type": kind.code, "effective_on": self._day.isoformat()}
        if "to_authority" in kind.needs:
            raw["to_authority"] = _FILLED
        if "unit" in kind.needs:
            raw["unit"] = self._unit
        if kind.needs_one_of:
            raw["field"] = self._state.field
        data = {one.key: (one.choices or (_FILLED,))[0] for one in self._law.data[kind.code] if one.required}
        if kind.code == PASSES_ON:
            # Whom it is passed on from and to are parties, and no text will do.
            data = {key: said for key, said in data.items() if key not in PASSED_BETWEEN}
        return {**raw, "data": data} if data else raw

    # The tables.

    def _rows(self, kind: ActType) -> tuple[Transition, ...]:
        """The moves that the act makes under this law."""
        return self._law.rows.get(kind.code, ())

    def _row(self, kind: ActType) -> Transition | None:
        """The move it makes from where the case is now, or else the first of its moves; none where it may be
        done without any.
        """
        rows, here = self._rows(kind), self.status
        moves = (row for row in rows if here in row.starts)
        return next(moves, next((row for row in rows if not row.elsewhere), None))

    def _rows_on(self, kind: ActType, letter: str) -> tuple[str, ...]:
        """The moves made on this ground."""
        rows = self._rows(kind)
        return tuple(
            row.number for row in rows if letter in (row.of_regime("grounds", self.regime) or (letter,))
        )


def _of_type(fault: Fault, kind: ActType) -> Fault:
    """A fault of an act that the rules do not tell from one of this type."""
    return replace(fault, params={**fault.params, "act": kind.code})
