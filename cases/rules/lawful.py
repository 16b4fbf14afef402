"""May this story, or this act, stand? Shape and fold together: the pure heart of every plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

from cases.rules import fold, lifecycle, story_text, succession
from cases.rules.coercion_hours import forbidden, next_allowed
from cases.rules.conflicts import replacement_faults
from cases.rules.docket import moment_of
from cases.rules.life import Holder, Life, LifeAct
from cases.rules.story import Reference, Refs, Story, StoryAct, parse, parse_act
from cases.rules.tables import Tables
from cases.rules.values import MAX_FAULTS, shown
from cases.rules.working_days import vietnam
from thads.common.errors import Fault, Refused

#: What is odd about a story brought in, because registers of the past are as they are, and refused in live
#: work.
STRICT = frozenset({"GROUND_MISSING", "GROUND_UNKNOWN", "TO_AUTHORITY_MISSING", "PREREQUISITE_MISSING"})
#: Acts whose hour the law limits.
AT_AN_HOUR = frozenset({"COERCION_PLAN", "COERCION_RECORD"})


@dataclass(frozen=True, slots=True)
class LawfulStory:
    """A story that may stand, its life as the fold reads it (holders by codes), where that leads and at what
    status it is today, what identifies its content, and what was odd about it.
    """

    story: Story
    life: Life
    state: fold.State
    status: str
    digest: str
    warnings: tuple[Fault, ...]


def lawful_story(raw: object, reference: Reference, today: dt.date) -> LawfulStory:
    """Read and fold a story. Raises Refused with every fault of its shape, or Unlawful at the first act
    that may not stand.
    """
    story, warnings = parse(raw, reference, today)
    tables = reference.tables
    if sum(line.amount or 0 for line in story.obligations) > fold.MAX_DUE:
        raise Refused(Fault("AMOUNTS_TOO_LARGE", "/obligations", {"limit": fold.MAX_DUE}))
    life = story.life(tables)
    state = fold.fold(life)
    data = {seq: act.data or {} for seq, act in enumerate(story.acts, 1)}
    way = lifecycle.follow(life, tables, data)
    for seq, faults in sorted(way.deviations.items()):
        warnings += [fault.under(f"/acts/{seq - 1}") for fault in faults]
    digest, told = story_text.digest(story), tuple(warnings[:MAX_FAULTS])
    return LawfulStory(story, life, state, way.status(today), digest, told)


@dataclass(frozen=True, slots=True)
class LawfulAct:
    """One more act that may stand: as written, as the fold reads it, the life with it, where that leads and
    at what status it is today, and what was odd about it.
    """

    act: StoryAct
    life: Life
    state: fold.State
    status: str
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
    refused = [fault for fault in warnings if fault.code in STRICT]
    if refused:
        raise Refused(refused)
    added = act.life_act(len(life.acts) + 1, holder)
    after = replace(life, acts=(*life.acts, added))
    try:
        state = fold.fold(after)
    except fold.Unlawful as refusal:
        raise Refused(blamed(refusal, added, after)) from refusal
    way = lifecycle.follow(after, reference.tables, {added.seq: act.data or {}}, only=added.seq)
    odd = [
        *way.deviations.get(added.seq, ()),
        *_at_a_forbidden_hour(act, reference.tables),
        *replacement_faults(act, reference.tables),
    ]
    if odd:
        raise Refused(odd, code="ACT_REFUSED")
    upset = succession.upset(life, after)
    if upset is not None:
        raise Refused(succession.blocked(*upset), code="ACT_REFUSED")
    return LawfulAct(act, after, state, way.status(today), tuple(warnings))


def _at_a_forbidden_hour(act: StoryAct, tables: Tables) -> list[Fault]:
    """Coercion planned or carried out at an hour (``data.at``) at which the law forbids it: clock K48."""
    at = (act.data or {}).get("at")
    if act.type.code not in AT_AN_HOUR or not isinstance(at, str):
        return []
    moment = moment_of(at)
    if moment is None:
        return [Fault("ACT_MOMENT_INVALID", "/data/at", {"value": shown(at)})]
    reasons = forbidden(moment, vietnam())
    if not reasons:
        return []
    clock = tables.clock("K48", "", tables.regime_on(act.effective_on), act.effective_on)
    params = {
        "reasons": "; ".join(reason.vi for reason in reasons),
        "reasons_en": "; ".join(reason.en for reason in reasons),
        "next": f"{next_allowed(moment, vietnam()):%H:%M %d/%m/%Y}",
    }
    return [Fault("COERCION_FORBIDDEN_THEN", "/data/at", params, clock.basis)]


def blamed(refusal: fold.Unlawful, added: LifeAct, life: Life) -> Fault:
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
