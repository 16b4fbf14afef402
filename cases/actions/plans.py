"""Plans: what is to be written, decided before anything is. Pure but for the register handed in."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace
from typing import cast

from cases.actions.conflicts import refuse_conflict, refuse_opening, warned_of_conflicts
from cases.actions.publications import refuse_publication
from cases.actions.register import Register
from cases.actions.requests import refuse_barred
from cases.actions.signing import signatures_of, signed_lawfully
from cases.actions.succession import warned_of_successor
from cases.querysets.standings import ActKey, Standing
from cases.rules import story_text
from cases.rules.lawful import LawfulAct, LawfulStory, lawful_act, lawful_story
from cases.rules.record import Record
from cases.rules.story import StoryAct

#: What a case is known by: authority, decision number, decision date.
Identity = tuple[int, str, dt.date]


@dataclass(frozen=True, slots=True)
class StoryPlan:
    """A lawful story and the identity it will stand under; with ``record`` it is restored under the ids and
    moments it had, else it gets new ones.
    """

    lawful: LawfulStory
    identity: Identity
    record: Record | None = None


def plan_story(raw: object, *, register: Register, today: dt.date, live: bool = False) -> StoryPlan:
    """Plan a whole story: its opening and every act. Raises Refused; nothing is written.

    ``live``: opened now and not brought in, so nobody unknown may hold it.
    """
    lawful = lawful_story(raw, register.live_reference if live else register.reference, today)
    if live:
        refuse_opening(lawful.story, register)
        refuse_barred(lawful.story, register)
    else:
        lawful = warned_of_conflicts(lawful, register)
        lawful = signatures_of(lawful, register.officer_ids, register.people, register.tables)
    story = lawful.story
    authority = register.authority_id(story.unit, story.decision_date)
    return StoryPlan(lawful, (authority, story.decision_number, story.decision_date))


@dataclass(frozen=True, slots=True)
class ActPlan:
    """One more act that may stand on a case, with the keys it will have: the case before it, and with it
    (what a next act is planned on).
    """

    id: int
    public_id: uuid.UUID
    before: Standing
    lawful: LawfulAct
    after: Standing

    @property
    def seq(self) -> int:
        return len(self.lawful.life.acts)

    @property
    def act(self) -> StoryAct:
        return self.lawful.act


def plan_act(
    raw: object, *, id: int, public_id: uuid.UUID, standing: Standing, register: Register, today: dt.date
) -> ActPlan:
    """Plan one more act on a case: the whole life is folded with it, so it may lie before acts that stand.

    Raises Refused; nothing is written. ``register`` is needed for an act that hands the case over, and may be
    ``register.nobody()`` for any other.
    """
    lawful = lawful_act(
        raw,
        life=standing.life,
        refs=standing.refs,
        reference=register.live_reference,
        holder=register.holder,
        today=today,
    )
    refuse_conflict(lawful.act, standing, register)
    refuse_publication(lawful, standing)
    lawful = signed_lawfully(lawful, standing.life, register.people, register.tables)
    lawful = warned_of_successor(lawful, standing, register)
    return ActPlan(id, public_id, standing, lawful, _after(standing, lawful, id, public_id))


def _after(before: Standing, lawful: LawfulAct, id: int, public_id: uuid.UUID) -> Standing:
    state, act, seq = lawful.state, lawful.act, len(lawful.life.acts)
    names = {str(public_id): seq, **({act.ref: seq} if act.ref else {})}
    digest = before.content_digest
    return replace(
        before,
        version=before.version + 1,
        content_digest=None if digest is None else story_text.extended(digest, act),
        unit_id=cast(int, state.holder.unit),
        officer_id=cast("int | None", state.holder.officer),
        initiation=state.initiation,
        field=state.field,
        status=lawful.status,
        bucket=state.bucket,
        due=state.due,
        remaining=state.remaining,
        life=lawful.life,
        lines=tuple(
            row._replace(due=line.due, remaining=line.remaining, bucket=line.bucket)
            for row, line in zip(before.lines, state.lines, strict=True)
        ),
        refs=replace(before.refs, acts={**before.refs.acts, **names}),
        acts=(*before.acts, ActKey(id, public_id)),
    )
