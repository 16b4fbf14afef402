"""A case and its acts as they stood on a day, as they were known at a moment; through the API."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import orjson
import pytest
from django.db import connection, transaction
from django.utils import timezone
from rest_framework.test import APIClient

from cases.actions.plans import plan_story
from cases.actions.register import Register
from cases.actions.write import write_stories
from cases.api.views import NOT_DATED
from cases.models import Act, Case, CaseTheme
from cases.rules.record import read_record, without_record
from officers.models import Officer
from tests.api.clients import caller
from tests.registers import TODAY, bring_in, made_story
from tests.shapes import shape
from thads.common import snapshot

pytestmark = pytest.mark.django_db

CASES = "/api/v1/cases/"


@pytest.fixture
def head(staff: dict[str, Officer]) -> APIClient:
    return caller("DN", "HEAD")


@pytest.fixture
def case(head: APIClient) -> str:
    """Opened 2/11/2023, brought in with a collection of two million on 1/2/2024; then, recorded one by one: deferred
    from 1/3/2024, that decision annulled on 1/5/2024, the collection struck as a typing error, and
    the case handed over.
    """
    acts = [{"ref": "a1", **collected(2_000_000, "2024-02-01")}]
    (key,) = bring_in([made_story(acts=acts, tags=["CREDIT_INSTITUTION"])], counted=False)
    found = str(Case.objects.get(pk=key).public_id)
    for act in (
        {"ref": "a2", "type": "DEFER_DECISION", "effective_on": "2024-03-01", "ground": "a"},
        {"ref": "a3", "type": "ANNUL_ACT", "effective_on": "2024-05-01", "annuls": "a2"},
        {"ref": "a4", "type": "CORRECTION", "effective_on": "2024-06-01", "voids": "a1"},
        {"type": "REASSIGN", "effective_on": "2024-07-01", "unit": "DN.TK", "officer": "DN.TK.01"},
    ):
        answer = head.post(f"{CASES}{found}/acts/", act, format="json")
        assert answer.status_code == 201, answer.content
    return found


def collected(amount: int, day: str) -> dict[str, Any]:
    return {"type": "COLLECTION", "effective_on": day, "lines": [{"obligation": "o1", "amount": str(amount)}]}


def read(client: APIClient, case: str, query: str = "", path: str = "") -> Any:
    answer = client.get(f"{CASES}{case}/{path}{query}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def recorded(case: str, seq: int) -> str:
    """The moment at which an act was recorded, to be written into a query."""
    return quote(Act.objects.get(case__public_id=case, seq=seq).recorded_at.isoformat())


def refused(answer: Any) -> tuple[int, str, str]:
    body = answer.json()
    return answer.status_code, body["code"], body["errors"][0]["pointer"]


def test_as_it_stands_it_says_nothing_of_moments(head: APIClient, case: str) -> None:
    now = read(head, case)
    assert [now[name] for name in ("as_of", "known_at", "not_dated", "not_dated_label")] == [
        None,
        None,
        [],
        None,
    ]


@pytest.mark.parametrize(
    ("seq", "day", "bucket", "remaining", "unit", "version", "acts"),
    [
        (1, "2023-11-02", "ELIGIBLE", "5000000", "DN.HC", 2, 1),
        (1, "2024-12-31", "ELIGIBLE", "3000000", "DN.HC", 2, 2),
        (2, "2024-02-29", "ELIGIBLE", "3000000", "DN.HC", 3, 2),
        (2, "2024-03-01", "DEFERRED", "3000000", "DN.HC", 3, 3),
        (3, "2024-04-30", "DEFERRED", "3000000", "DN.HC", 4, 3),
        (3, "2024-05-01", "ELIGIBLE", "3000000", "DN.HC", 4, 4),
        (4, "2024-02-01", "ELIGIBLE", "5000000", "DN.HC", 5, 2),
        (5, "2024-06-30", "ELIGIBLE", "5000000", "DN.HC", 6, 5),
        (5, "2024-07-01", "ELIGIBLE", "5000000", "DN.TK", 6, 6),
    ],
)
def test_both_clocks(
    head: APIClient,
    case: str,
    seq: int,
    day: str,
    bucket: str,
    remaining: str,
    unit: str,
    version: int,
    acts: int,
) -> None:
    query = f"?as_of={day}&known_at={recorded(case, seq)}"
    then = read(head, case, query)
    assert (then["bucket"], then["remaining"], then["unit"]) == (bucket, remaining, unit)
    assert (then["version"], then["acts"]["count"]) == (version, acts)
    assert then["obligations"][0]["remaining"] == remaining
    assert (then["as_of"], dt.datetime.fromisoformat(then["known_at"])) == (
        day,
        Act.objects.get(case__public_id=case, seq=seq).recorded_at,
    )
    listed = head.get(then["acts"]["url"]).json()
    assert listed["count"] == {"value": acts, "kind": "exact"}
    assert re.search(r"known_at=[0-9T.%A-]+Z$", then["acts"]["url"])


def test_now_is_the_case_as_it_stands(head: APIClient, case: str) -> None:
    now = read(head, case)
    said = {"as_of", "known_at", "not_dated", "not_dated_label", "acts"}
    for query in (f"?as_of={timezone.localdate()}", f"?known_at={recorded(case, 5)}"):
        then = read(head, case, query)
        assert {name: value for name, value in then.items() if name not in said} == {
            name: value for name, value in now.items() if name not in said
        }
        assert then["acts"]["count"] == now["acts"]["count"] == 6
        assert then["not_dated"] == list(NOT_DATED) and "hiện trạng" in then["not_dated_label"]
        assert shape(then) == shape({**now, **{name: then[name] for name in said}})


def test_the_officer_of_then(head: APIClient, case: str) -> None:
    then = read(head, case, "?as_of=2024-06-30")
    assert then["officer"] == {"code": "DN.HC.01", "name": "Nguyễn Minh Tuấn"}
    assert read(head, case)["officer"]["code"] == "DN.TK.01"
    assert then["last_act_on"] == "2024-05-01", "a correction only orders the register"


def test_a_theme_is_shown_from_when_it_was_known(head: APIClient, case: str) -> None:
    assert read(head, case, f"?known_at={recorded(case, 0)}")["tags"] == ["CREDIT_INSTITUTION"]
    CaseTheme.objects.create(
        case=Case.objects.get(public_id=case), theme="CORRUPTION_ECONOMIC", recorded_at=timezone.now()
    )
    assert read(head, case, f"?known_at={recorded(case, 5)}")["tags"] == ["CREDIT_INSTITUTION"]
    assert len(read(head, case)["tags"]) == 2


def test_the_same_moment_gives_the_same_answer(head: APIClient, case: str) -> None:
    before = read(head, case, "?as_of=2024-12-31")
    again = f"?as_of=2024-12-31&known_at={quote(before['known_at'])}"
    assert read(head, case, again) == before
    more = collected(1_000_000, "2024-01-01")
    assert head.post(f"{CASES}{case}/acts/", more, format="json").status_code == 201
    assert read(head, case, again) == before
    assert read(head, case, "?as_of=2024-12-31")["remaining"] == "4000000"


def test_what_is_still_being_written_holds_the_moment_back(head: APIClient, case: str) -> None:
    """Another writes in the unit that holds the case, and has not ended: up to his beginning all is known."""
    writer = connection.copy("writer")
    try:
        writer.set_autocommit(False)
        with writer.cursor() as cursor:
            unit = Case.objects.values_list("unit_id", flat=True).get(public_id=case)
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [snapshot._WRITES, unit])
            cursor.execute("SELECT xact_start FROM pg_stat_activity WHERE pid = pg_backend_pid()")
            began = cursor.fetchone()[0]
        more = collected(1_000_000, "2024-08-01")
        assert head.post(f"{CASES}{case}/acts/", more, format="json").status_code == 201
        asked = recorded(case, 6)
        held = read(head, case, f"?known_at={asked}")
        assert (dt.datetime.fromisoformat(held["known_at"]), held["version"]) == (began, 6)
        assert [act["seq"] for act in read(head, case, f"?known_at={asked}", "acts/")["results"]][-1] == 5
        assert read(head, case)["version"] == 7
        writer.rollback()
        assert read(head, case, f"?known_at={asked}")["version"] == 7
        again = quote(held["known_at"])
        assert read(head, case, f"?known_at={again}") == held
    finally:
        writer.close()


def test_a_plus_that_nobody_escaped(head: APIClient, case: str) -> None:
    moment = Act.objects.get(case__public_id=case, seq=2).recorded_at.isoformat()
    assert "+00:00" in moment
    assert read(head, case, f"?known_at={moment}")["version"] == 3


def test_acts_as_they_were_known(head: APIClient, case: str) -> None:
    def acts(query: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = read(head, case, query, "acts/")["results"]
        return found

    now = acts("")
    assert [act["seq"] for act in now] == list(range(6))
    assert now[1]["voided_by"] == now[4]["id"] and now[2]["annulled_by"] == now[3]["id"]
    then = acts(f"?known_at={recorded(case, 3)}")
    assert [act["seq"] for act in then] == [0, 1, 2, 3]
    assert then[1]["voided_by"] is None and then[2]["annulled_by"] == now[3]["id"]
    then = acts(f"?known_at={recorded(case, 2)}")
    assert then[2]["annulled_by"] is None
    assert [act["seq"] for act in acts("?as_of=2024-03-01")] == [0, 1, 2]


@pytest.mark.parametrize("path", ["", "acts/"])
def test_before_there_was_a_case(head: APIClient, case: str, path: str) -> None:
    def get(query: str) -> tuple[int, str, str]:
        return refused(head.get(f"{CASES}{case}/{path}?{query}"))

    assert get("as_of=2023-11-01") == (404, "CASE_NOT_OPENED_YET", "?as_of")
    assert get("known_at=2020-01-01T00:00:00Z") == (404, "CASE_NOT_KNOWN_YET", "?known_at")


@pytest.mark.parametrize("path", ["", "acts/"])
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("as_of=2999-01-01", "AS_OF_IN_FUTURE"),
        ("known_at=2999-01-01T00:00:00Z", "KNOWN_AT_IN_FUTURE"),
        ("as_of=2024-02-30", "PARAMETER_DATE"),
        ("known_at=2024-02-28", "PARAMETER_MOMENT"),
        ("known_at=2024-02-28T00:00:00", "PARAMETER_MOMENT"),
    ],
)
def test_moments_that_cannot_be(head: APIClient, case: str, path: str, query: str, code: str) -> None:
    name = query.partition("=")[0]
    assert refused(head.get(f"{CASES}{case}/{path}?{query}")) == (400, code, f"?{name}")


def test_a_stranger_is_told_nothing(head: APIClient, case: str) -> None:
    """It was his unit's, and is another's now."""
    before = caller("DN.HC", "UNIT_HEAD")
    for path in ("", "acts/"):
        answer = before.get(f"{CASES}{case}/{path}?as_of=2024-02-01")
        assert (answer.status_code, answer.json()["code"]) == (404, "CASE_NOT_FOUND")


def test_a_register_restored_with_impossible_moments(head: APIClient, case: str) -> None:
    """Acts keep the moments of their record; what was known by one of them may make no story by itself."""
    acts = [
        {"type": "SEPARATE_BOOK", "effective_on": "2025-02-01"},
        {"type": "NO_CONDITION_DECISION", "effective_on": "2024-01-01", "ground": "a"},
    ]
    key = restored(made_story(number="2/QĐ", acts=acts))
    assert read(head, key)["bucket"] == "SEPARATE"
    answer = head.get(f"{CASES}{key}/?known_at={recorded(key, 1)}")
    assert refused(answer) == (409, "CASE_PAST_UNLAWFUL", "?known_at")
    entries = read(head, key, "", "history/")["results"]
    assert [entry["after"] is None for entry in entries] == [False, True, False]
    assert [bool(entry["note"]) for entry in entries] == [False, True, True]


def restored(story: dict[str, Any]) -> str:
    """A case brought in as a full export has it, its acts recorded day after day."""
    raw = orjson.loads(orjson.dumps(story))
    start = dt.datetime(2025, 3, 1, tzinfo=dt.UTC)

    def stamped(day: int) -> dict[str, str]:
        at = start + dt.timedelta(days=day)
        return {"recorded_at": at.isoformat(), "recorded_by": f"API_KEY:{day} clerk"}

    raw["case"] |= {"id": str(uuid.uuid4()), "opening_id": str(uuid.uuid4()), **stamped(0)}
    raw["case"]["judgment"]["id"] = str(uuid.uuid4())
    for name in ("parties", "obligations"):
        raw[name] = [{"id": str(uuid.uuid4()), **part} for part in raw[name]]
    raw["acts"] = [{"id": str(uuid.uuid4()), **stamped(n), **act} for n, act in enumerate(raw["acts"], 1)]
    with transaction.atomic():
        register = Register.load()
        plan = plan_story(without_record(raw), register=register, today=TODAY)
        plan = replace(plan, record=read_record(raw, timezone.now()))
        write_stories(plans=[plan], register=register, by="TEST", at=timezone.now())
    return str(raw["case"]["id"])


def test_the_detail_costs_one_statement_for_all_that_belongs_to_it(
    head: APIClient, case: str, django_assert_num_queries: Any
) -> None:
    read(head, case)
    # savepoint and its release, key with its units, the whole case
    with django_assert_num_queries(4):
        read(head, case)
    # with a moment: who still writes, the life in three, the case as known then, officer, unit
    with django_assert_num_queries(11):
        read(head, case, "?as_of=2024-06-30")


def test_a_version_the_caller_has_is_not_read_again(
    head: APIClient, case: str, django_assert_num_queries: Any
) -> None:
    etag = head.get(f"{CASES}{case}/")["ETag"]
    assert etag.startswith('"6-')
    with django_assert_num_queries(4):
        assert head.get(f"{CASES}{case}/", HTTP_IF_NONE_MATCH=etag).status_code == 304
    assert "ETag" not in head.get(f"{CASES}{case}/?as_of=2024-06-30")
