"""Succession to rights and duties: who owes and who is owed when a party dies, merges, or hands a right or a
debt over (L25 Đ41.4; D152 Đ25).

What an act passes on, the fold passes on (``fold.State``). Here stands what is wrong with an act that passes
on, or that takes it back: refused in live work, a warning in a register brought in. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from cases.rules import fold
from cases.rules.life import Duty, Life, LifeAct
from cases.rules.story import PASSED_BETWEEN
from thads.common.errors import Fault

#: What the data of an act that passes on may say. What identifies a person stands with the parties alone.
DATA_KEYS: Final = frozenset({*PASSED_BETWEEN, "reason", "at", "clocks"})


class Sides(NamedTuple):
    """Who stands on the sides of a line now, by place among the parties; None: whom the decision named."""

    debtor: int | None
    creditor: int | None


def concerns(life: Life) -> bool:
    """Whether something was ever passed on, or meant to be, in this life."""
    return any(act.passing is not None for act in life.acts)


def sides(duties: Sequence[Duty], lines: Sequence[fold.Line]) -> list[Sides]:
    """Who stands on the sides of each line now, where it is not whom the decision named."""
    return [
        Sides(
            None if line.debtor == duty.debtor else line.debtor,
            None if line.creditor == duty.creditor else line.creditor,
        )
        for duty, line in zip(duties, lines, strict=True)
    ]


def faults(act: LifeAct, state: fold.State, life: Life, data: Mapping[str, Any]) -> list[Fault]:
    """What is wrong with an act, about to be applied to ``state``, that passes on, or that annuls one which
    did. Pointers start at the act.
    """
    if act.passing is not None:
        found = [*_data(act, data), *_between(act, state, life)]
    elif act.annuls is not None:
        found = list(_gone_on(act, state, life))
    else:
        return []
    return [fault for place, fault in enumerate(found) if fault not in found[:place]]


def upset(before: Life, after: Life) -> tuple[LifeAct, Fault] | None:
    """The first act whose passing on was lawful in ``before`` and is not in ``after``, with what is wrong
    with it now; None when there is none. Both are lives that fold.
    """
    if not concerns(before):
        return None
    stood = {act.seq: len(found) for act, found in _judged(before)}
    for act, found in _judged(after):
        if found and stood.get(act.seq) == 0:
            return act, found[0]
    return None


def _judged(life: Life) -> Iterator[tuple[LifeAct, list[Fault]]]:
    """Every act that stands and passes something on, or annuls one that did, with what is wrong with it."""
    state = fold.State(life)
    for act in fold.in_order(life):
        if act.passing is not None:
            yield act, list(_between(act, state, life))
        elif act.annuls is not None:
            yield act, list(_gone_on(act, state, life))
        state.apply(act)


def _data(act: LifeAct, data: Mapping[str, Any]) -> Iterator[Fault]:
    for key in data:
        if key not in DATA_KEYS:
            yield _fault(act, "SUCCESSION_DATA", "/data", key=key)


def _between(act: LifeAct, state: fold.State, life: Life) -> Iterator[Fault]:
    assert act.passing is not None
    source, target = act.passing
    if source == target:
        yield _fault(act, "SUCCESSOR_SAME", "/data/to")
        return
    touched: set[str] = set()
    if act.lines is None:
        open_lines = [line for line in state.lines if line.is_open]
        for line in open_lines:
            yield from _passed(act, line, "/data/to", touched)
        if not any(any(line.sides(source)) for line in open_lines):
            yield _fault(act, "SUCCESSION_NOT_HELD", "/data/from")
    else:
        for place, (index, amount) in enumerate(act.lines):
            line, pointer = state.lines[index], f"/lines/{place}"
            if amount is not None:
                yield _fault(act, "AMOUNT_NOT_TAKEN", f"{pointer}/amount")
            if not line.is_open:
                yield _fault(act, "LINE_ENDED", pointer, bucket=line.bucket)
            elif not any(line.sides(source)):
                yield _fault(act, "SUCCESSION_NOT_HELD", pointer)
            else:
                yield from _passed(act, line, pointer, touched)
    for side in sorted(touched):
        if life.roles[target] != side:
            yield _fault(act, "SUCCESSOR_ROLE", "/data/to", role=life.roles[target], needed=side)


def _passed(act: LifeAct, line: fold.Line, pointer: str, touched: set[str]) -> Iterator[Fault]:
    """Why the successor may not stand on this line, where its former party does; ``touched``: on which sides
    he would.
    """
    assert act.passing is not None
    source, target = act.passing
    own = list(line.sides(source))
    if own and any(line.sides(target)):
        yield _fault(act, "SUCCESSOR_ON_OTHER_SIDE", pointer)
    touched.update(own)


def _gone_on(act: LifeAct, state: fold.State, life: Life) -> Iterator[Fault]:
    """An act that passed on cannot be annulled while somebody else has succeeded to it since."""
    annulled = next((one for one in life.acts if one.seq == act.annuls), None)
    if annulled is None or annulled.passing is None:
        return
    for index, side in state.passed_by(annulled.seq):
        if side not in state.lines[index].sides(annulled.passing.target):
            yield _fault(act, "SUCCESSION_GONE_ON", "/annuls")
            return


def _fault(act: LifeAct, code: str, pointer: str, **params: Any) -> Fault:
    return Fault(code, pointer, {"act": act.type.code, **params}, act.type.basis_on(act.effective_on))


def blocked(act: LifeAct, fault: Fault) -> Fault:
    """The refusal of an act that would make a later passing on impossible."""
    params = {
        "act": act.type.code,
        "date": act.effective_on.isoformat(),
        "place": act.seq,
        "reason": fault.text("vi"),
        "reason_en": fault.text("en"),
    }
    return replace(fault, code="LATER_ACT_IMPOSSIBLE", pointer="/effective_on", params=params)
