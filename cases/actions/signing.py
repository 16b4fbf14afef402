"""Who signed: asked of every act that names an officer of the service, before it is written."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Container
from dataclasses import replace
from typing import Final

from cases.querysets.signers import Signatories
from cases.rules.lawful import LawfulAct, LawfulStory
from cases.rules.life import Holder, Life
from cases.rules.signers import Desk, competent, for_act, held_on, in_force, refusal, signer_of
from cases.rules.story import StoryAct
from cases.rules.tables import ActType, Tables
from cases.rules.values import MAX_FAULTS
from thads.common.errors import Fault, Refused

#: How officers are written: the code of a unit and a number.
_CODE: Final = re.compile(r"[A-Z0-9]+(\.[A-Z0-9]+)+", re.ASCII)


def signed_lawfully(lawful: LawfulAct, before: Life, people: Signatories, tables: Tables) -> LawfulAct:
    """The act, with a warning where its signer is a name, which cannot be checked. ``before`` is the life
    without it, its holders by keys. Raises Refused when the signer is an officer and may not sign it, and
    alike when he is written as officers are and there is none: who asks learns no more than that.
    """
    act = lawful.act
    if act.signer is None:
        return lawful
    if people.of(act.signer) is None and not _CODE.fullmatch(act.signer):
        if tables.signers[act.type.signer].is_outside:
            return lawful
        unchecked = Fault("SIGNER_NOT_CHECKED", "/signer", {"signer": act.signer, "act": act.type.code})
        return replace(lawful, warnings=(*lawful.warnings, unchecked))
    holder = held_on(before, _signed_on(act))
    assert isinstance(holder.unit, int)
    officer = people.officer_code(holder.officer) if isinstance(holder.officer, int) else None
    desk = Desk.of(_signed_on(act), people.unit_code(holder.unit), officer, people.places, tables)
    fault = _fault(act, _concerned(act, before), desk, people, tables)
    if fault is not None:
        raise Refused(fault, code="ACT_REFUSED")
    return lawful


def signatures_of(
    lawful: LawfulStory, officers: Container[str], people: Signatories, tables: Tables
) -> LawfulStory:
    """A story brought in, with a warning at every act that one of ``officers`` (codes) has signed without
    competence; whoever else signed is not asked about.
    """
    acts = lawful.story.acts
    asked = [
        (seq, act) for seq, act in enumerate(acts, 1) if act.signer is not None and act.signer in officers
    ]
    faults = []
    for seq, act in asked:
        holder = held_on(lawful.life, _signed_on(act), without=seq)
        desk = Desk.of(_signed_on(act), str(holder.unit), _code(holder), people.places, tables)
        fault = _fault(act, _concerned(act, lawful.life), desk, people, tables)
        if fault is not None:
            faults.append(fault.under(f"/acts/{seq - 1}"))
    return replace(lawful, warnings=(*lawful.warnings, *faults)[:MAX_FAULTS]) if faults else lawful


def _fault(
    act: StoryAct, concerned: ActType | None, desk: Desk, people: Signatories, tables: Tables
) -> Fault | None:
    """Why the officer who signed this act may not have; None when he may."""
    assert act.signer is not None
    signer = signer_of(act.type, concerned, tables)
    own = in_force(people.of(act.signer) or (), desk.day, people.places)
    may = for_act(competent(signer, own, desk, tables), act.type)
    if any(one.officer == act.signer for one in may):
        return None
    others = in_force(people.over(desk.units), desk.day, people.places)
    could = for_act(competent(signer, others, desk, tables), act.type)
    return refusal(act.signer, act.type, signer, could, desk, tables)


def _signed_on(act: StoryAct) -> dt.date:
    return act.decision_date or act.effective_on


def _concerned(act: StoryAct, life: Life) -> ActType | None:
    return next((one.type for one in life.acts if one.seq == act.annuls), None)


def _code(holder: Holder) -> str | None:
    return None if holder.officer is None else str(holder.officer)
