"""GET /events/: everything the caller may see, in order, at least once."""

from __future__ import annotations

import datetime as dt
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.db import connection
from rest_framework.test import APIClient

from officers.models import Assignment, Officer, Unit
from tests.api.clients import caller
from tests.databases import TestDatabase
from tests.shapes import shape
from thads.common.scoping import Scope
from thads.integration.api import events
from thads.integration.api.examples import EVENTS
from thads.journal import journal, reading, sequencer
from thads.journal.journal import Change
from thads.journal.models import Entry

URL = "/api/v1/events/"
MOMENT = dt.datetime(2024, 3, 1, 8, tzinfo=dt.UTC)
HANDOVER = {
    "act": "c7a4ce7c-6b8e-4d6a-8b42-0d4a2b7f5a11",
    "act_type": "REASSIGN",
    "effective_on": "2024-03-01",
    "bucket": "ELIGIBLE",
    "unit": "DN.TK",
    "officer": "DN.TK.02",
}


def happened(case: int, holder: str, before: str | None = None, **data: Any) -> Change:
    """An act on ``case`` in the hands of ``holder`` (UNIT or UNIT.NN), ``before`` it in those of another."""
    unit, officer = _keys(holder)
    from_unit, from_officer = _keys(before or holder)
    return Change(
        case_id=case,
        case=uuid.UUID(int=case),
        type="act.recorded",
        sequence=2,
        recorded_at=MOMENT,
        recorded_by="API_KEY:1 test",
        unit_id=unit,
        officer_id=officer,
        from_unit_id=from_unit,
        from_officer_id=from_officer,
        units=(),
        officers=(),
        data=data or {**EVENTS["results"][0]["data"]},
    )


def _keys(holder: str) -> tuple[int, int | None]:
    unit, _, number = holder.rpartition(".")
    if not number.isdigit():
        return Unit.objects.get(code=holder).pk, None
    officer, made = Officer.objects.get_or_create(code=holder)
    if made:
        Assignment.objects.create(officer=officer, unit=Unit.objects.get(code=unit), role="OFFICER")
    return Unit.objects.get(code=unit).pk, officer.pk


def record(*changes: Change) -> None:
    journal.append(changes)
    sequencer.sequence_all()


def read(client: APIClient, **query: Any) -> dict[str, Any]:
    answer = client.get(URL, query)
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def told(client: APIClient, **query: Any) -> list[tuple[int, str]]:
    return [(one["position"], one["type"]) for one in read(client, **query)["results"]]


def everything(client: APIClient, limit: int) -> list[int]:
    """The positions, read on to the end."""
    found: list[int] = []
    after = 0
    while True:
        body = read(client, after=after, limit=limit)
        found += [one["position"] for one in body["results"]]
        assert body["next_after"] >= after
        if body["next_after"] == after:
            return found
        after = body["next_after"]


# --- In order, all of it ------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_example_is_what_is_answered() -> None:
    record(happened(1, "DN.HC.01"))
    body = read(caller("DN.HC", "UNIT_HEAD"))
    assert shape(body) == shape(EVENTS)
    (one,) = body["results"]
    assert (one["unit"], one["officer"], one["recorded_by"]) == ("DN.HC", "DN.HC.01", "API_KEY:1")
    assert (one["case"], one["sequence"]) == (str(uuid.UUID(int=1)), 2)
    assert one["recorded_at"] == "2024-03-01T15:00:00+07:00"


@pytest.mark.django_db
@pytest.mark.parametrize("many", [0, 50])
@pytest.mark.parametrize("window", [0, 4])
def test_reading_on_gives_every_event_once(monkeypatch: pytest.MonkeyPatch, many: int, window: int) -> None:
    """By each way in which the places are found."""
    monkeypatch.setattr(reading, "_MANY", many)
    monkeypatch.setattr(reading, "_WINDOW", window)
    places = ["DN.HC", "DN.TK", "DN.CL", "DN.HC.01", "DN.HC.02"]
    record(*(happened(n, places[n * n % 5], places[n % 5] if n % 3 else None) for n in range(60)))
    for unit, role, officer in (
        ("DN", "HEAD", None),
        ("DN.HC", "UNIT_HEAD", None),
        ("DN.HC", "OFFICER", "DN.HC.01"),
    ):
        client = caller(unit, role, officer)
        of_units = frozenset(
            Unit.objects.subtree(Unit.objects.get(code=unit).pk).values_list("id", flat=True)
        )
        who = None if officer is None else Officer.objects.get(code=officer).pk
        expected = list(
            Entry.objects.visible_to(Scope(of_units, who))
            .order_by("position")
            .values_list("position", flat=True)
        )
        assert expected
        for limit in (1, 7, 1000):
            assert everything(client, limit) == expected


@pytest.mark.django_db
def test_the_ends() -> None:
    client = caller("DN.HC", "UNIT_HEAD")
    assert read(client) == {"results": [], "next_after": 0, "latest": 0, "oldest": 1}
    assert read(client, after=5)["next_after"] == 5
    record(happened(1, "DN.TK"), happened(2, "DN.HC"), happened(3, "DN.TK"))
    body = read(client)
    assert ([one["position"] for one in body["results"]], body["next_after"]) == ([2], 3)
    assert (body["latest"], body["oldest"]) == (3, 1)
    assert read(client, limit=1)["next_after"] == 2
    assert read(client, after=3) == {"results": [], "next_after": 3, "latest": 3, "oldest": 1}
    assert read(client, after=99)["results"] == []


@pytest.mark.django_db
def test_what_is_not_in_the_log_yet_is_not_told() -> None:
    journal.append([happened(1, "DN.HC")])
    client = caller("DN.HC", "UNIT_HEAD")
    assert read(client)["results"] == []
    sequencer.sequence_all()
    assert told(client) == [(1, "act.recorded")]


# --- Who may see what ---------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_handover_seen_from_both_sides() -> None:
    record(happened(1, "DN.TK.02", "DN.HC.01", **HANDOVER))
    (whole,) = read(caller("DN", "HEAD"))["results"]
    assert (whole["type"], whole["unit"], whole["officer"]) == ("act.recorded", "DN.TK", "DN.TK.02")
    assert whole["data"] == HANDOVER
    for client in (caller("DN.HC", "UNIT_HEAD"), caller("DN.HC", "OFFICER", "DN.HC.01")):
        answer = client.get(URL)
        (left,) = answer.json()["results"]
        assert (left["type"], left["unit"], left["officer"]) == ("case.left_scope", "DN.HC", "DN.HC.01")
        assert left["data"] == {"act_type": "REASSIGN", "effective_on": "2024-03-01"}
        assert left["recorded_by"] is None
        assert b"DN.TK" not in answer.content
    for client in (caller("DN.TK", "UNIT_HEAD"), caller("DN.TK", "OFFICER", "DN.TK.02")):
        answer = client.get(URL)
        (entered,) = answer.json()["results"]
        assert (entered["type"], entered["unit"], entered["officer"]) == (
            "case.entered_scope",
            "DN.TK",
            "DN.TK.02",
        )
        assert entered["data"] == {
            name: HANDOVER[name] for name in HANDOVER if name not in ("unit", "officer")
        }
        assert b"DN.HC" not in answer.content
    assert told(caller("DN.CL", "UNIT_HEAD")) == []
    # The officer beside them holds neither side.
    happened(9, "DN.HC.03")
    assert told(caller("DN.HC", "OFFICER", "DN.HC.03")) == []


@pytest.mark.django_db
def test_a_handover_inside_a_unit_is_one_for_its_officers_only() -> None:
    record(
        happened(1, "DN.HC.02", "DN.HC.01", **HANDOVER),
        happened(2, "DN.HC", "DN.HC.01", **HANDOVER),
        happened(3, "DN.TK.01", "DN.HC.01"),
        happened(4, "DN.HC.01"),
    )
    assert told(caller("DN.HC", "UNIT_HEAD")) == [
        (1, "act.recorded"),
        (2, "act.recorded"),
        (3, "case.left_scope"),
        (4, "act.recorded"),
    ]
    assert told(caller("DN.HC", "OFFICER", "DN.HC.01")) == [
        (1, "case.left_scope"),
        (2, "case.left_scope"),
        (3, "case.left_scope"),
        (4, "act.recorded"),
    ]
    assert told(caller("DN.HC", "OFFICER", "DN.HC.02")) == [(1, "case.entered_scope")]


# --- What is refused ----------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        {"after": "-1"},
        {"after": "x"},
        {"after": "1e3"},
        {"after": "99999999999999999999"},
        {"limit": "0"},
        {"limit": "1001"},
        {"wait": "21"},
        {"wait": "-1"},
        {"since": "3"},
    ],
)
def test_a_parameter_that_cannot_be_read(query: dict[str, str]) -> None:
    answer = caller("DN.HC", "UNIT_HEAD").get(URL, query)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == f"?{next(iter(query))}"


def test_what_is_no_longer_kept_is_gone(committed_database: TestDatabase) -> None:
    record(*(happened(n, "DN.HC") for n in range(5)))
    client = caller("DN.HC", "UNIT_HEAD")
    with psycopg.connect(committed_database.owner_url, autocommit=True) as owner:
        owner.execute("ALTER TABLE journal_entry DISABLE TRIGGER USER")
        owner.execute("DELETE FROM journal_entry WHERE position < 4")
        owner.execute("ALTER TABLE journal_entry ENABLE TRIGGER USER")
    answer = client.get(URL, {"after": 1, "lang": "en"})
    assert answer.status_code == 410
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "EVENTS_GONE"
    assert "the oldest position that is kept is 4" in answer.json()["detail"]
    assert [place for place, _ in told(client, after=3)] == [4, 5]
    assert [place for place, _ in told(client)] == [4, 5]
    connection.close()


# --- Waiting ------------------------------------------------------------------------------------------------


def test_waiting_ends_with_the_first_event_and_holds_nothing_open(committed_database: TestDatabase) -> None:
    client = caller("DN.HC", "UNIT_HEAD")
    record(happened(1, "DN.HC"))
    asked = threading.Event()

    def wait() -> list[tuple[int, str]]:
        asked.set()
        try:
            return told(client, after=1, wait=20)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        begun = time.monotonic()
        waiting = pool.submit(wait)
        assert asked.wait(10)
        time.sleep(0.5)
        with psycopg.connect(committed_database.app_url) as other:
            held = other.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
                "AND (state LIKE 'idle in transaction%' OR backend_xmin IS NOT NULL)"
            ).fetchone()
            assert held == (0,)
        record(happened(2, "DN.TK"))  # not the caller's: he goes on waiting
        record(happened(3, "DN.HC"))
        assert waiting.result() == [(3, "act.recorded")]
        assert time.monotonic() - begun < 15
    connection.close()


def test_waiting_in_vain(committed_database: TestDatabase) -> None:
    client = caller("DN.HC", "UNIT_HEAD")
    record(happened(1, "DN.TK"))
    begun = time.monotonic()
    assert read(client, wait=1)["next_after"] == 1
    assert time.monotonic() - begun >= 1
    connection.close()


def test_no_more_may_wait_than_the_server_can_spare(
    committed_database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = caller("DN.HC", "UNIT_HEAD")
    monkeypatch.setattr(events, "_WAITING", threading.BoundedSemaphore(1))
    with events._WAITING:
        begun = time.monotonic()
        assert read(client, wait=20)["results"] == []
        assert time.monotonic() - begun < 10
    connection.close()
