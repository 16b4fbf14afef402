"""The projector goes on, whatever a single case does to it, and says what is not counted."""

from __future__ import annotations

import datetime as dt
from typing import Any

import psycopg
import pytest
from django.db import connection

from cases.models import Act, Case
from cases.querysets.lives import lives
from cases.rules.lawful import lawful_story
from cases.rules.tables import tables
from officers.models import Officer, Unit
from reports import projector
from reports.counting.movements import known_legs
from reports.models import Movement, UnitTotal
from reports.rebuild import submit_rebuild
from tests.api.clients import caller
from tests.counting.strategies import REFERENCE
from tests.databases import TestDatabase
from tests.registers import TODAY, bring_in, made_story, numbered
from thads.jobs import runner
from thads.journal import consumers, journal

FORM = "/api/v1/statistics/forms/1/"


@pytest.fixture
def one_cannot_be_counted(committed_database: TestDatabase) -> list[int]:
    """Three cases, the second made impossible behind the back of every rule, by the owner of the tables."""
    cases = bring_in(numbered([made_story()] * 3), counted=False)
    with psycopg.connect(committed_database.owner_url, autocommit=True) as owner:
        owner.execute("ALTER TABLE cases_act DISABLE TRIGGER USER")
        owner.execute(
            "INSERT INTO cases_act (case_id, seq, type, effective_on, recorded_at, recorded_by, whole) "
            "VALUES (%s, 1, 'REASSIGN', '2023-11-01', now(), 'x', true), (%s, 2, 'REQUEST_RETURN_NOTICE', "
            "'2023-12-01', now(), 'x', true)",
            [cases[1], cases[1]],
        )
        owner.execute("ALTER TABLE cases_act ENABLE TRIGGER USER")
    return cases


def test_one_bad_case_is_set_aside_and_the_others_are_counted(one_cannot_be_counted: list[int]) -> None:
    consumers.wait_until_caught_up()
    counted = set(Movement.objects.values_list("case_id", flat=True))
    assert counted == {one_cannot_be_counted[0], one_cannot_be_counted[2]}
    assert list(journal.stale(projector.CONSUMER).values_list("case_id", flat=True)) == [
        one_cannot_be_counted[1]
    ]
    assert not journal.to_do(projector.CONSUMER).exists()
    answer = caller("DN", "HEAD").get(FORM, {"unit": "DN.HC", "fiscal_year": 2024, "months": 6}).json()
    assert answer["pending"] == 1
    assert answer["rows"][0]["columns"]["newly_accepted"]["value"] == "2"
    job = submit_rebuild(by="TEST", unit_id=None)
    assert runner.run(job.pk)
    job.refresh_from_db()
    assert job.summary == {"cases": 3, "movements_changed": 0, "not_counted": 1, "totals_changed": 0}
    connection.close()


@pytest.mark.django_db
def test_pending_speaks_of_cases_that_have_left_the_scope() -> None:
    story = made_story(acts=[{"type": "REASSIGN", "effective_on": "2024-01-15", "unit": "DN.TK"}])
    bring_in([story], counted=False)
    client = caller("DN", "HEAD")
    for unit in ("DN.HC", "DN.TK", "DN"):
        assert client.get(FORM, {"unit": unit, "fiscal_year": 2024, "months": 6}).json()["pending"] == 1
    assert client.get(FORM, {"unit": "DN.CL", "fiscal_year": 2024, "months": 6}).json()["pending"] == 0


@pytest.mark.django_db
def test_sums_beyond_64_bits() -> None:
    most = "999999999999999"
    obligations = [{"ref": f"o{i}", "kind": "MONEY_DEBT", "amount": most} for i in range(100)]
    stories = [{**made_story(), "obligations": obligations} for _ in range(95)]
    bring_in(numbered(stories))
    total = UnitTotal.objects.get(measure="MONEY", book="ALL", theme="", month=2, fiscal_year=2024)
    assert total.opened == 95 * 100 * int(most) > 2**63


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["DELEGATION_DECISION", "TERMINATION_DECISION", "VERIFICATION"])
def test_the_life_read_back_is_the_life_written(kind: str) -> None:
    acts = [
        {
            "ref": "a1",
            "type": "RELIEF_DECISION",
            "effective_on": "2023-12-01",
            "lines": [{"obligation": "o1", "amount": "5"}],
        },
        {"ref": "a2", "type": kind, "effective_on": "2023-12-02", "data": {"relief": "a1"}},
    ]
    story = made_story(acts=acts)
    (case,) = bring_in([story], counted=False)
    written = lawful_story(story, REFERENCE, TODAY).story.life(tables())
    read = lives([case], tables())[case]
    for mine, theirs in zip(read.acts, written.acts, strict=True):
        assert (mine.relief, mine.lines, mine.ground, mine.type) == (
            theirs.relief,
            theirs.lines,
            theirs.ground,
            theirs.type,
        )
    assert known_legs(read)
    assert Case.objects.get(pk=case).bucket == ("ENTRUSTED" if kind == "DELEGATION_DECISION" else "ELIGIBLE")


@pytest.mark.django_db
def test_an_officer_of_two_units_has_a_row_in_each() -> None:
    stories = numbered([made_story(unit="DN.HC"), made_story(unit="DN.CL"), made_story(unit="DN.CL")])
    bring_in(stories)
    body = (
        caller("DN", "HEAD")
        .get(
            "/api/v1/statistics/forms/4/",
            {"unit": "DN", "fiscal_year": 2024, "months": 6, "compare": "prior_same_period"},
        )
        .json()
    )
    rows = {
        row["key"]: row["columns"]["total_handled"]["value"]
        for row in body["rows"]
        if row["kind"] == "officer"
    }
    assert rows == {"DN.HC.01": "1", "DN.CL/DN.HC.01": "2"}


@pytest.mark.django_db
def test_a_theme_asked_for_shows_no_other_theme() -> None:
    bring_in(numbered([made_story(tags=["CREDIT_INSTITUTION"]), made_story(tags=["CORRUPTION_ECONOMIC"])]))
    client = caller("DN", "HEAD")
    body = client.get(
        FORM, {"unit": "DN", "fiscal_year": 2024, "months": 6, "theme": "CREDIT_INSTITUTION"}
    ).json()
    assert body["rows"][0]["columns"]["total_handled"]["value"] == "1"
    assert not [row for row in body["rows"] if row["kind"] == "theme"]


@pytest.mark.django_db
def test_a_units_rebuild_touches_no_other_unit() -> None:
    bring_in(numbered([made_story(), made_story(unit="DN.TK", officer="DN.TK.01")]))
    UnitTotal.objects.filter(unit__code="DN.TK").update(completed=7)
    job = submit_rebuild(by="TEST", unit_id=Unit.objects.get(code="DN.HC").pk)
    runner.run(job.pk)
    job.refresh_from_db()
    assert job.summary == {"cases": 1, "movements_changed": 0, "not_counted": 0, "totals_changed": 0}
    assert UnitTotal.objects.filter(unit__code="DN.TK", completed=7).exists()


@pytest.mark.django_db
def test_every_act_of_an_import_has_one_moment_by_the_databases_clock() -> None:
    (case,) = bring_in([made_story(acts=[{"type": "VERIFICATION", "effective_on": "2023-12-01"}])])
    moments: set[Any] = set(Act.objects.filter(case_id=case).values_list("recorded_at", flat=True))
    assert len(moments) == 1
    assert isinstance(moments.pop(), dt.datetime)
    assert Officer.objects.filter(code="DN.HC.01").exists()
