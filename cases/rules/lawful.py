"""May this story, or this act, stand? Shape and fold together: the pure heart of every plan."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from cases.rules import fold, story_text
from cases.rules.story import Reference, Story, parse
from thads.common.errors import Fault, Refused


@dataclass(frozen=True, slots=True)
class LawfulStory:
    """A story that may stand, where its acts have led, what identifies its content, and what was odd about
    it.
    """

    story: Story
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
    state = fold.fold(story.life(reference.tables))
    return LawfulStory(story, state, story_text.digest(story), tuple(warnings))
