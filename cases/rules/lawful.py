"""May this story, or this act, stand? Shape and fold together: the pure heart of every plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

from cases.rules import fold, story_text
from cases.rules.life import Holder, Life, LifeAct
from cases.rules.story import Reference, Refs, Story, StoryAct, parse, parse_act
from thads.common.errors import Fault, Refused

#: What is odd about a story brought in, because registers of the past are as they are, and refused in live
#: work.
_STRICT = frozenset({"GROUND_MISSING", "GROUND_UNKNOWN", "TO_AUTHORITY_MISSING", "PREREQUISITE_MISSING"})


@dataclass(frozen=True, slots=True)
class LawfulStory:
    """A story that may stand, its life as the fold reads it (holders by codes) and where that leads, what
    identifies its content, and what was odd about it.
    """

    story: Story
    life: Life
    state: fold.State
    digest: str
    warnings: tuple[Fault, ...]


def lawful_story(raw: object, reference: Reference, today: dt.date) -> LawfulStory:
    """Read and fold a story. Raises Refused with every fault of its shape, or Unlawful at the first act
    that may not stand.
    """
    story, warnings = parse(raw, reference, today)
    if sum(line.amount or 0 for line in story.obligations) > fold.MAX_DUE:
        raise Refused(Fault("AMOUNTS_TOO_LARGE", "/obligations", {"limit": fold.MAX_DUE}))
    life = story.life(reference.tables)
    return LawfulStory(story, life, fold.fold(life), story_text.digest(story), tuple(warnings))


@dataclass(frozen=True, slots=True)
class LawfulAct:
    """One more act that may stand: as written, as the fold reads it, the life with it and where that leads,
    and what was odd about it.
    """

    act: StoryAct
    life: Life
    state: fold.State
    warnings: tuple[Fault, ...]


def lawful_act(
    raw: object,
    *,
    life: Life,
    refs: Refs,
    reference: Reference,
    holder: Callable[[str, str | None], Holder],
    today: dt.date,
) -> LawfulAct:
    """Read one more act of a case and fold the whole life with it.

    Raises Refused with every fault of its shape, with what the law wants and it lacks, or with the reason why
    it, or a later act on top of it, may not stand. Pointers start at the act.
    """
    told: dict[str, dt.date] = {}
    for known in fold.in_order(life):
        told.setdefault(known.type.code, known.effective_on)
    act, warnings = parse_act(raw, reference, today, refs=refs, opened_on=life.opened_on, told=told)
    refused = [fault for fault in warnings if fault.code in _STRICT]
    if refused:
        raise Refused(refused)
    added = act.life_act(len(life.acts) + 1, holder)
    after = replace(life, acts=(*life.acts, added))
    try:
        state = fold.fold(after)
    except fold.Unlawful as refusal:
        raise Refused(_blamed(refusal, added, after)) from refusal
    return LawfulAct(act, after, state, tuple(warnings))


def _blamed(refusal: fold.Unlawful, added: LifeAct, life: Life) -> Fault:
    """The refusal as the one who adds the act has to read it: his own act, or a later one that would become
    impossible.
    """
    (fault,) = refusal.faults
    if refusal.seq == added.seq:
        return replace(fault, pointer=fault.pointer.removeprefix(f"/acts/{added.seq - 1}"))
    later = next(act for act in life.acts if act.seq == refusal.seq)
    params = {
        "act": later.type.code,
        "date": later.effective_on.isoformat(),
        "place": later.seq,
        "reason": fault.text("vi"),
        "reason_en": fault.text("en"),
    }
    return Fault("LATER_ACT_IMPOSSIBLE", "/effective_on", params, fault.legal_basis)
