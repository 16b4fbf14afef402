"""Plans: what is to be written, decided before anything is. Pure but for the register handed in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from cases.actions.register import Register
from cases.rules.lawful import LawfulStory, lawful_story
from cases.rules.record import Record

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


def plan_story(raw: object, *, register: Register, today: dt.date) -> StoryPlan:
    """Plan a whole story: its opening and every act. Raises Refused; nothing is written."""
    lawful = lawful_story(raw, register.reference, today)
    story = lawful.story
    authority = register.authority_id(story.unit, story.decision_date)
    return StoryPlan(lawful, (authority, story.decision_number, story.decision_date))
