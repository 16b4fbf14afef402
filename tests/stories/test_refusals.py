"""Stories that must be refused, with the place and the rule; and what is let through with a warning."""

from __future__ import annotations

import copy
import re

import pytest

from tests.stories.builder import Refusal
from tests.stories.cases.refusals import INELIGIBLE, REFUSALS, WARNINGS, fine
from tests.stories.reading import life_of, warnings_of
from thads.common.errors import Refused

each_refusal = pytest.mark.parametrize("refusal", REFUSALS, ids=[refusal.name for refusal in REFUSALS])
each_warning = pytest.mark.parametrize(
    ("story", "pointer"), [w[1:] for w in WARNINGS], ids=[w[0] for w in WARNINGS]
)


@each_refusal
def test_refused_at_its_place(refusal: Refusal) -> None:
    with pytest.raises(Refused) as caught:
        life_of(refusal.story)
    places = [fault.pointer for fault in caught.value.faults]
    if refusal.in_the_way is not None:
        acts = [
            f"/acts/{i}" for i, one in enumerate(refusal.story["acts"]) if one["ref"] == refusal.in_the_way
        ]
        named = [
            fault for fault in caught.value.faults if fault.params.get("place") == int(refusal.in_the_way[1:])
        ]
        assert named or [place for place in places if _is_at(place, acts[0])], caught.value.faults
    else:
        assert [place for place in places if _is_at(place, refusal.at)], caught.value.faults


@each_refusal
def test_refused_for_its_rule(refusal: Refusal) -> None:
    with pytest.raises(Refused) as caught:
        life_of(refusal.story)
    assert refusal.code in {fault.code for fault in caught.value.faults}, caught.value.faults


@each_refusal
def test_a_refusal_says_so_in_both_languages(refusal: Refusal) -> None:
    with pytest.raises(Refused) as caught:
        life_of(refusal.story)
    for fault in caught.value.faults:
        assert fault.text("vi").strip() and fault.text("en").strip()
        assert "{" not in fault.text("vi") + fault.text("en")


@pytest.mark.parametrize(
    "refusal",
    [refusal for refusal in REFUSALS if refusal.act_alone and re.match(r"/acts/\d+", refusal.at)],
    ids=lambda refusal: refusal.name,
)
def test_without_the_act_the_story_is_lawful(refusal: Refusal) -> None:
    """The refusal is due to the act it points at and to nothing else in the story."""
    place = int(refusal.at.split("/")[2])
    rest = copy.deepcopy(refusal.story)
    del rest["acts"][place]
    life_of(rest)


@each_warning
def test_accepted_with_a_warning(story: dict[str, object], pointer: str) -> None:
    assert [w for w in warnings_of(story) if _is_at(w.pointer, pointer)], warnings_of(story)


def test_a_known_officer_and_a_known_ground_are_not_warned_about() -> None:
    assert [
        w for w in warnings_of(fine(INELIGIBLE)) if w.pointer in ("/case/officer", "/acts/0/ground")
    ] == []


def _is_at(place: str, expected: str) -> bool:
    """At the expected place or at a part of it."""
    return place == expected or place.startswith(f"{expected}/")
