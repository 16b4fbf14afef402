"""The clocks of cases as their acts, and time, leave them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from cases.actions import dockets
from cases.models import Case, Deadline
from cases.rules.deadlines import VIET_NAM
from officers.models import Officer
from tests.api.clients import caller
from tests.registers import bring_in, made_story
from thads.journal import consumers, journal

pytestmark = pytest.mark.django_db

CASES = "/api/v1/cases/"
TODAY = dt.date(2026, 8, 17)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    on_day(monkeypatch, TODAY)


def on_day(monkeypatch: pytest.MonkeyPatch, day: dt.date) -> None:
    monkeypatch.setattr(dockets.timezone, "localdate", lambda: day)


def brought_in(*acts: dict[str, Any], **case: Any) -> Case:
    at = dt.datetime.combine(dockets.timezone.localdate(), dt.time(9), VIET_NAM)
    (key,) = bring_in([made_story(acts=acts, **case)], at=at)
    return Case.objects.get(pk=key)


def clocks(case: Case) -> dict[str, tuple[str, str | None]]:
    """State and due day of the clocks of a case, by code and variant."""
    rows = Deadline.objects.filter(case=case).order_by("trigger_seq", "id")
    return {
        f"{row.clock} {row.variant}".strip(): (row.state, row.due_on and row.due_on.isoformat())
        for row in rows
    }


def record(case: Case, **act: Any) -> None:
    answer = caller("DN", "HEAD").post(f"{CASES}{case.public_id}/acts/", act, format="json")
    assert answer.status_code == 201, answer.content
    consumers.catch_up()


def test_a_case_from_its_opening_to_the_first_verification(
    staff: dict[str, Officer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Opened on Monday 3 August 2026 under the new law; every day is counted by hand."""
    on_day(monkeypatch, dt.date(2026, 8, 3))
    case = brought_in(date="2026-08-03")
    # Three working days for notice and procuracy, two for the file, a month for the council that destroys
    # evidence, five and ten years until relief is possible.
    assert clocks(case) == {
        "K10": ("RUNNING", "2026-08-05"),
        "K11": ("RUNNING", "2026-08-06"),
        "K12": ("RUNNING", "2026-08-06"),
        "K83": ("RUNNING", "2026-09-03"),
        "K89 FIVE_YEARS": ("RUNNING", "2031-08-04"),
    }
    on_day(monkeypatch, dt.date(2026, 8, 5))
    record(case, type="SERVICE", effective_on="2026-08-05")
    assert clocks(case)["K11"] == ("MET", "2026-08-06")
    assert clocks(case)["K16"] == ("RUNNING", "2026-08-17")  # the 15th is a Saturday
    on_day(monkeypatch, dt.date(2026, 8, 18))
    assert dockets.sweep(dt.date(2026, 8, 18)) == 1
    consumers.catch_up()
    found = clocks(case)
    assert found["K16"] == ("ENDED", "2026-08-17")
    assert found["K17"] == ("RUNNING", "2026-08-26")
    assert (found["K10"][0], found["K12"][0]) == ("BREACHED", "BREACHED")
    assert Case.objects.get(pk=case.pk).status == "VERIFYING", "time alone has brought it there"
    version = Case.objects.get(pk=case.pk).version
    record(case, type="VERIFICATION", effective_on="2026-08-18")
    assert clocks(case)["K17"] == ("MET", "2026-08-26")
    assert Case.objects.get(pk=case.pk).version == version + 1, "a sweep is no act"


def test_a_clock_stands_still_while_the_case_is_deferred(
    staff: dict[str, Officer], monkeypatch: pytest.MonkeyPatch
) -> None:
    on_day(monkeypatch, dt.date(2026, 8, 10))
    acts = [{"type": "SERVICE", "effective_on": "2026-08-05"}]
    case = brought_in(*acts, date="2026-08-03")
    assert clocks(case)["K16"] == ("RUNNING", "2026-08-17")
    record(case, type="DEFER_DECISION", effective_on="2026-08-07", ground="c")
    assert clocks(case)["K16"] == ("PAUSED", None)
    on_day(monkeypatch, dt.date(2026, 8, 17))
    record(case, type="CONTINUE_DECISION", effective_on="2026-08-17")
    row = Deadline.objects.get(case=case, clock="K16")
    assert (row.pauses, row.due_on) == ([["2026-08-07", "2026-08-16"]], dt.date(2026, 8, 25))


def test_a_struck_trigger_leaves_a_void_clock_and_a_breach_stays(
    staff: dict[str, Officer], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = brought_in({"type": "VERIFICATION", "effective_on": "2026-07-06"}, date="2026-07-02")
    record(case, ref="nc", type="NO_CONDITION_DECISION", effective_on="2026-08-03", ground="a")
    found = clocks(case)
    assert found["K25A"] == ("BREACHED", "2026-08-10")
    assert found["K26"] == ("RUNNING", "2028-08-03")
    assert found["K22"] == ("RUNNING", "2027-01-06"), "six months from the last verification"
    record(case, type="CORRECTION", effective_on="2026-08-17", voids="nc")
    found = clocks(case)
    assert {found[code][0] for code in ("K25A", "K26", "K22")} == {"VOID"}
    assert Deadline.objects.get(case=case, clock="K25A").breached, "what was late stays on record"


def test_what_nobody_knows_of_an_old_register_is_not_held_against_anybody(staff: dict[str, Officer]) -> None:
    acts = [
        {"type": "SERVICE", "effective_on": "2023-11-06"},
        {"type": "VERIFICATION", "effective_on": "2024-01-05"},
        {"type": "NO_CONDITION_DECISION", "effective_on": "2024-03-01", "ground": "a"},
    ]
    found = clocks(brought_in(*acts))
    # The next verification has been due for two years, and the time without conditions is over by the old
    # law and by the new one; whether the file was opened in time nobody can say.
    assert found["K22"] == ("BREACHED", "2024-07-05")
    assert found["K26"] == ("ENDED", "2025-03-03")
    assert found["K26 EARLIER_DECISION"] == ("ENDED", "2026-03-02")
    assert not found.keys() & {"K10", "K11", "K12"}


def test_a_fact_starts_a_clock_and_an_act_meets_it(
    staff: dict[str, Officer], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = brought_in({"type": "VERIFICATION", "effective_on": "2026-07-06"}, date="2026-07-02")
    record(case, type="FACT_NOTED", effective_on="2026-08-12", data={"fact": "TERMINATION_GROUND"})
    assert clocks(case)["K31"] == ("RUNNING", "2026-08-19")
    record(case, type="TERMINATION_DECISION", effective_on="2026-08-17", ground="4")
    assert clocks(case)["K31"] == ("MET", "2026-08-19")
    assert all(row.closed_on for row in Deadline.objects.filter(case=case).exclude(clock__in=("K11", "K12")))
    answer = caller("DN", "HEAD").post(
        f"{CASES}{case.public_id}/acts/",
        {"type": "FACT_NOTED", "effective_on": "2026-08-17", "data": {"fact": "FULL_MOON"}},
        format="json",
    )
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/data/fact")


def test_who_takes_a_case_over_has_its_clocks_at_once(staff: dict[str, Officer]) -> None:
    case = brought_in(date="2026-08-03")
    answer = caller("DN", "HEAD").post(
        f"{CASES}{case.public_id}/acts/",
        {"type": "REASSIGN", "effective_on": "2026-08-17", "unit": "DN.TK", "officer": "DN.TK.01"},
        format="json",
    )
    assert answer.status_code == 201, answer.content
    assert set(Deadline.objects.filter(case=case).values_list("unit__code", "officer__code")) == {
        ("DN.TK", "DN.TK.01")
    }


def test_worked_out_again_nothing_changes(staff: dict[str, Officer]) -> None:
    case = brought_in({"type": "SERVICE", "effective_on": "2026-08-05"}, date="2026-08-03")
    before = list(Deadline.objects.order_by("id").values())
    assert before
    journal.mark(dockets.CONSUMER, [(case.pk, case.unit_id, case.officer_id)] * 2)
    consumers.catch_up(dockets.CONSUMER)
    assert list(Deadline.objects.order_by("id").values()) == before
    assert not journal.stale(dockets.CONSUMER).exists()


def test_other_rules_have_everything_worked_out_again(
    staff: dict[str, Officer], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = brought_in(date="2026-08-03")
    Deadline.objects.filter(case=case).update(rules="0" * 12, due_on=dt.date(2026, 12, 1))
    assert dockets.sweep(TODAY) == 1
    consumers.catch_up(dockets.CONSUMER)
    assert clocks(case)["K83"] == ("RUNNING", "2026-09-03")
    assert dockets.sweep(TODAY) == 0


def test_one_case_that_cannot_be_worked_out_stops_no_other(
    staff: dict[str, Officer], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = dockets.docket

    def defect(life: Any, **more: Any) -> Any:
        if life.opened_on == dt.date(2026, 8, 4):
            raise RuntimeError("a defect")
        return real(life, **more)

    monkeypatch.setattr(dockets, "docket", defect)
    stories = [made_story(number=f"{day}/QĐ", date=f"2026-08-0{day}") for day in (3, 4, 5)]
    keys = bring_in(stories, at=dt.datetime(2026, 8, 5, 9, tzinfo=VIET_NAM))
    assert set(Deadline.objects.values_list("case_id", flat=True)) == {keys[0], keys[2]}
    assert list(journal.stale(dockets.CONSUMER).values_list("case_id", flat=True)) == [keys[1]]
    monkeypatch.setattr(dockets, "docket", real)
    journal.mark(dockets.CONSUMER, [(keys[1], Case.objects.get(pk=keys[1]).unit_id, None)])
    consumers.catch_up(dockets.CONSUMER)
    assert Deadline.objects.filter(case_id=keys[1]).exists() and not journal.stale(dockets.CONSUMER).exists()
