"""The past of a case by its two clocks, and what each recording changed; without a database."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from cases.rules import fold, history
from cases.rules.history import affordable, changes, past, recordings, stand
from cases.rules.life import Life
from tests.counting.strategies import FIRST, LAST, raw_stories, recorded
from tests.registers import made_story
from thads.common.errors import Conflict, NotVisible

EVER = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)

drawn = hypothesis(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


def life_of(*acts: dict[str, Any], **case: Any) -> Life:
    """A case of five million, opened on 2/11/2023; its acts are recorded minute by minute."""
    life: Life = recorded(made_story(acts=[{"ref": f"a{n}", **act} for n, act in enumerate(acts, 1)], **case))
    return life


def collected(amount: int, day: str) -> dict[str, Any]:
    return {"type": "COLLECTION", "effective_on": day, "lines": [{"obligation": "o1", "amount": str(amount)}]}


def prefix(life: Life, last: int) -> Life:
    return dataclasses.replace(life, acts=tuple(act for act in life.acts if act.seq <= last))


def in_batches(life: Life, cuts: set[int]) -> Life:
    """The same life, recorded in fewer moments: a new one begins at each of these places."""
    assert life.recorded_at is not None
    at, acts = life.recorded_at, []
    for act in life.acts:
        at = at + MINUTE if act.seq in cuts else at
        acts.append(dataclasses.replace(act, recorded_at=at))
    return dataclasses.replace(life, acts=tuple(acts))


# --- Any story ----------------------------------------------------------------------------------------------


@drawn
@given(raw_stories(), st.sets(st.integers(1, 20)))
def test_each_recording_leads_from_one_fold_to_the_next(raw: dict[str, Any], cuts: set[int]) -> None:
    life = in_batches(recorded(raw), cuts)
    known = recordings(life)
    assert [place for one in known for place in one.places] == list(range(len(life.acts) + 1))
    before = None
    for change in changes(life, known):
        assert change.before == before
        assert change.after == stand(fold.fold(prefix(life, change.recording.last)))
        before = change.after
    assert before == stand(fold.fold(life))


@drawn
@given(raw_stories(), st.integers(0, 20), st.integers(1, 5))
def test_a_page_of_it_says_what_the_whole_says(raw: dict[str, Any], start: int, size: int) -> None:
    life = recorded(raw)
    known = recordings(life)
    assert (
        list(changes(life, known[start : start + size])) == list(changes(life, known))[start : start + size]
    )


@drawn
@given(raw_stories(), st.integers(0, (LAST - FIRST).days), st.integers(0, 20))
def test_a_case_stood_where_its_steps_had_led(raw: dict[str, Any], day: int, minutes: int) -> None:
    life = recorded(raw)
    assert life.recorded_at is not None
    as_of, known_at = max(FIRST + dt.timedelta(days=day), life.opened_on), life.recorded_at + minutes * MINUTE
    known = life.known_at(known_at)
    expected, latest = stand(fold.State(known)), life.opened_on
    for step, state in fold.steps(known):
        if step.act.effective_on > as_of:
            break
        expected, latest = stand(state), step.act.effective_on
    found = past(life, as_of, known_at)
    assert (found.stand, found.last_act_on) == (expected, latest)
    assert found.version == min(minutes, len(life.acts)) + 1
    assert found.acts == 1 + sum(act.effective_on <= as_of for act in known.acts)


@drawn
@given(raw_stories())
def test_today_as_known_now_is_the_case(raw: dict[str, Any]) -> None:
    life = recorded(raw)
    for as_of in (None, dt.date(2098, 12, 31)):
        found = past(life, as_of, EVER)
        assert found.stand == stand(fold.fold(life))
        assert found.acts == found.version == len(life.acts) + 1
        assert found.last_act_on == fold.last_day(life)


# --- In particular ------------------------------------------------------------------------------------------


def test_a_correction_strikes_from_the_moment_it_is_known_whatever_its_date() -> None:
    life = life_of(
        collected(2_000_000, "2024-01-10"),
        {"type": "CORRECTION", "effective_on": "2024-06-01", "voids": "a1"},
    )
    assert life.recorded_at is not None
    day = dt.date(2024, 2, 1)
    assert past(life, day, life.recorded_at + MINUTE).stand.remaining == 3_000_000
    struck = past(life, day, life.recorded_at + 2 * MINUTE)
    assert (struck.stand.remaining, struck.version, struck.acts) == (5_000_000, 3, 2)
    assert struck.last_act_on == life.opened_on


def test_a_correction_of_an_act_yet_to_take_effect() -> None:
    life = life_of(
        collected(2_000_000, "2024-06-10"),
        {"type": "CORRECTION", "effective_on": "2024-06-11", "voids": "a1"},
    )
    assert past(life, dt.date(2024, 2, 1), EVER).stand.remaining == 5_000_000


def test_a_reclassified_case_was_always_so() -> None:
    life = life_of({"type": "RECLASSIFY", "effective_on": "2024-06-01", "field": "CIVIL"})
    assert life.recorded_at is not None
    found = past(life, dt.date(2024, 1, 1), EVER)
    assert (found.stand.field, found.acts, found.last_act_on) == ("CIVIL", 1, life.opened_on)
    assert past(life, dt.date(2024, 1, 1), life.recorded_at).stand.field == "CRIMINAL"


def test_an_annulment_takes_effect_on_its_own_date() -> None:
    life = life_of(
        {"type": "NO_CONDITION_DECISION", "effective_on": "2024-01-10", "ground": "a"},
        {"type": "ANNUL_ACT", "effective_on": "2024-06-01", "annuls": "a1"},
    )
    assert past(life, dt.date(2024, 5, 31), EVER).stand.bucket == "INELIGIBLE"
    assert past(life, dt.date(2024, 6, 1), EVER).stand.bucket == "ELIGIBLE"


def test_before_there_was_a_case() -> None:
    life = life_of()
    assert life.recorded_at is not None
    with pytest.raises(NotVisible) as refusal:
        past(life, dt.date(2023, 11, 1), EVER)
    assert refusal.value.code == "CASE_NOT_OPENED_YET"
    with pytest.raises(NotVisible) as refusal:
        past(life, None, life.recorded_at - dt.timedelta(microseconds=1))
    assert refusal.value.code == "CASE_NOT_KNOWN_YET"
    assert past(life, dt.date(2023, 11, 2), life.recorded_at).version == 1


def test_what_takes_effect_before_what_stands_is_back_dated() -> None:
    life = life_of(
        collected(1_000_000, "2024-03-01"),
        collected(1_000_000, "2024-03-01"),
        collected(1_000_000, "2024-02-01"),
        {"type": "CORRECTION", "effective_on": "2024-02-02", "voids": "a1"},
        {"type": "CORRECTION", "effective_on": "2024-02-02", "voids": "a2"},
        collected(1_000_000, "2024-02-15"),
    )
    told = list(changes(life, recordings(life)))
    assert [sorted(one.back_dated) for one in told] == [[], [], [], [3], [], [], []]
    assert [one.after and one.after.remaining // 1_000_000 for one in told] == [5, 4, 3, 2, 3, 4, 3]


def test_a_case_brought_in_has_one_recording() -> None:
    life = in_batches(life_of(collected(1_000_000, "2024-03-01"), collected(1_000_000, "2024-02-01")), set())
    (change,) = changes(life, recordings(life))
    assert change.before is None and change.after == stand(fold.fold(life))
    assert not change.back_dated and list(change.recording.places) == [0, 1, 2]


def unlawful_meanwhile() -> Life:
    """Restored with the transfer to the separate book recorded before the decision that it rests on."""
    return life_of(
        {"type": "SEPARATE_BOOK", "effective_on": "2025-02-01"},
        {"type": "NO_CONDITION_DECISION", "effective_on": "2024-01-01", "ground": "a"},
        {"type": "VERIFICATION", "effective_on": "2025-03-01"},
    )


def test_what_never_stood_by_itself_is_said_to_be_unknown() -> None:
    life = unlawful_meanwhile()
    assert life.recorded_at is not None
    told = list(changes(life, recordings(life)))
    assert [one.after is None for one in told] == [False, True, False, False]
    assert told[2].before is None and told[3].after == stand(fold.fold(life))
    with pytest.raises(Conflict) as refusal:
        past(life, None, life.recorded_at + MINUTE)
    assert refusal.value.code == "CASE_PAST_UNLAWFUL"


def test_one_answer_takes_on_so_many_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    life = life_of(*(collected(1, "2024-03-01") for _ in range(6)))
    known = recordings(life)
    assert affordable(known, lines=2) == known
    monkeypatch.setattr(history, "MAX_STEPS", 20)
    assert len(affordable(known, lines=2)) == 4
    assert len(affordable(known, lines=1000)) == 1
    assert affordable([], lines=2) == []
