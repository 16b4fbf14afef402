"""One write for one Idempotency-Key: said again it is told again, whatever happened in between."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.files.uploadedfile import InMemoryUploadedFile, SimpleUploadedFile
from django.db import connection, transaction
from django.db.models.functions import Now
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from rest_framework.response import Response
from rest_framework.test import APIClient, APIRequestFactory

from cases.models import Act, Case
from officers.models import Officer
from tests.api.clients import caller
from tests.databases import TestDatabase
from tests.integration.jobs import ndjson
from tests.registers import made_story
from thads.common.api.idempotency import digest_of
from thads.common.errors import BadRequest
from thads.integration import idempotency, tasks
from thads.integration.api.exports import ExportList
from thads.integration.models import IdempotencyRecord
from thads.jobs import runner
from thads.jobs.models import Job

EXPORTS, IMPORTS, CASES = "/api/v1/exports/", "/api/v1/imports/", "/api/v1/cases/"
REBUILDS = "/api/v1/statistics/rebuild/"
NDJSON = "application/x-ndjson"
BODY = {"unit": "DN.HC", "full": False}

pytestmark = pytest.mark.usefixtures("files")


@pytest.fixture
def client(db: None) -> APIClient:
    return caller("DN.HC", "STATISTICIAN")


def ask(client: APIClient, key: str | None = "k-1", body: Any = BODY, query: str = "") -> Any:
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post(f"{EXPORTS}{query}", body, format="json", headers=headers)


def problem(answer: Any) -> tuple[int, str]:
    assert answer["Content-Type"] == "application/problem+json", answer.content
    return answer.status_code, answer.json()["code"]


def told_again(first: Any, again: Any) -> bool:
    """Whether ``again`` is the answer of ``first`` once more."""
    assert first.status_code < 300, first.content
    assert "Idempotency-Replayed" not in first
    same = (again.status_code, again["Location"]) == (first.status_code, first["Location"])
    return same and again.headers.get("Idempotency-Replayed") == "true"


# --- The same again -----------------------------------------------------------------------------------------


def test_the_same_key_and_body_is_answered_again(client: APIClient) -> None:
    first, again = ask(client), ask(client)
    assert first.status_code == 202
    assert told_again(first, again) and again.json() == first.json()
    assert Job.objects.count() == IdempotencyRecord.objects.count() == 1


def test_a_job_is_told_as_it_stands_now(client: APIClient) -> None:
    first = ask(client)
    assert runner.run(Job.objects.get().pk)
    again = ask(client)
    assert told_again(first, again)
    assert (first.json()["state"], again.json()["state"]) == ("QUEUED", "DONE")
    assert again.json() == client.get(first["Location"]).json()


def test_blanks_the_order_of_keys_and_the_language_do_not_count(client: APIClient) -> None:
    first = ask(client)
    headers = {"Idempotency-Key": "k-1", "Accept-Language": "en"}
    text = '{ "full":false,\n "unit" : "DN.HC" }'
    again = client.post(f"{EXPORTS}?lang=en", text, content_type="application/json", headers=headers)
    assert told_again(first, again) and again.json()["state_label"] == "Queued"


def test_without_a_key_every_request_counts(client: APIClient) -> None:
    assert ask(client, None).json()["id"] != ask(client, None).json()["id"]
    assert not IdempotencyRecord.objects.exists()


def test_what_is_kept_is_no_body(client: APIClient) -> None:
    first = ask(client)
    (row,) = IdempotencyRecord.objects.values()
    assert (row["status"], row["location"]) == (202, first["Location"])
    assert str(row["public_id"]) == first.json()["id"]
    assert (row["route"], row["key"]) == (f"POST {EXPORTS}", "k-1")
    assert row["caller"].startswith("API_KEY:") and row["etag"] is None


def test_what_is_no_longer_seen_was_written_all_the_same(client: APIClient) -> None:
    first = ask(client)
    Job.objects.all().delete()
    again = ask(client)
    assert told_again(first, again) and again.json() == {"id": first.json()["id"]}


def test_a_key_costs_three_statements(client: APIClient) -> None:
    """The lock, the look, the record; told again, the lock and the look."""
    ask(client, None)  # notes the use of the key
    with CaptureQueriesContext(connection) as without:
        ask(client, None)
    with CaptureQueriesContext(connection) as first:
        ask(client)
    with CaptureQueriesContext(connection) as again:
        ask(client)
    assert len(first) == len(without) + 3
    assert len(again) < len(without)


# --- Another ------------------------------------------------------------------------------------------------


def test_another_body_under_the_key_is_refused(client: APIClient) -> None:
    first = ask(client)
    assert problem(ask(client, body={**BODY, "full": True})) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert Job.objects.count() == 1
    assert told_again(first, ask(client))


def test_the_query_is_part_of_what_is_asked(client: APIClient) -> None:
    content = ndjson([made_story()])
    headers = {"Idempotency-Key": "k-1"}
    dry = client.post(f"{IMPORTS}?dry_run=true", content, content_type=NDJSON, headers=headers)
    assert dry.status_code == 202
    wet = client.post(IMPORTS, content, content_type=NDJSON, headers=headers)
    assert problem(wet) == (422, "IDEMPOTENCY_KEY_REUSED")


def test_the_key_belongs_to_its_caller(client: APIClient) -> None:
    first, other = ask(client), ask(caller("DN.HC", "STATISTICIAN"))
    assert other.status_code == 202 and "Idempotency-Replayed" not in other
    assert first.json()["id"] != other.json()["id"]


def test_the_key_belongs_to_its_address(client: APIClient) -> None:
    headers = {"Idempotency-Key": "k-1"}
    ask(client)
    rebuilt = client.post(REBUILDS, {}, format="json", headers=headers)
    assert rebuilt.status_code == 202 and "Idempotency-Replayed" not in rebuilt
    assert told_again(rebuilt, client.post(REBUILDS, {}, format="json", headers=headers))


def test_a_refused_request_keeps_nothing(client: APIClient) -> None:
    for _ in range(2):
        assert problem(ask(client, body={"unit": "DN.TK"})) == (404, "UNIT_NOT_FOUND")
        assert problem(ask(client, body={"unit": "DN.HC", "colour": 1})) == (400, "FIELD_UNKNOWN")
    assert not IdempotencyRecord.objects.exists()
    assert ask(client).status_code == 202


@pytest.mark.parametrize("key", ["", " ", "a b", "khóa", "k" * 256, "a\tb", "a\x7f"])
def test_a_key_that_cannot_be_one_is_a_problem(client: APIClient, key: str) -> None:
    assert problem(ask(client, key)) == (400, "IDEMPOTENCY_KEY_INVALID")
    assert not Job.objects.exists()


@pytest.mark.parametrize("key", ["k", "k" * 255, '"8e03978e-40d5-43dd-bc93-6894a57f9324"', "!~"])
def test_what_a_key_may_be(client: APIClient, key: str) -> None:
    assert told_again(ask(client, key), ask(client, key))


def test_a_body_nested_too_deep_to_compare_is_a_problem(client: APIClient) -> None:
    text = '{"unit": ' + "[" * 300 + "]" * 300 + "}"
    answer = client.post(EXPORTS, text, content_type="application/json", headers={"Idempotency-Key": "k"})
    assert problem(answer) == (400, "JSON_BROKEN")


# --- Who has to ---------------------------------------------------------------------------------------------


def test_a_system_gives_a_key_when_it_writes(db: None) -> None:
    system = caller("DN.HC", "SYSTEM")
    assert problem(ask(system, None)) == (400, "IDEMPOTENCY_KEY_REQUIRED")
    plain = system.post(IMPORTS, ndjson([made_story()]), content_type=NDJSON)
    assert problem(plain) == (400, "IDEMPOTENCY_KEY_REQUIRED")
    assert not Job.objects.exists()
    assert told_again(ask(system), ask(system))


def test_a_dry_run_needs_no_key_and_keeps_none(staff: dict[str, Officer]) -> None:
    system, story = caller("DN.HC", "SYSTEM"), made_story()
    del story["acts"]
    for headers in ({}, {"Idempotency-Key": "k-1"}):
        answer = system.post(f"{CASES}?dry_run=true", story, format="json", headers=headers)
        assert answer.status_code == 200, answer.content
    assert not IdempotencyRecord.objects.exists()
    opened = system.post(CASES, story, format="json", headers={"Idempotency-Key": "k-1"})
    assert opened.status_code == 201 and "Idempotency-Replayed" not in opened


# --- Acts ---------------------------------------------------------------------------------------------------


def test_an_act_is_recorded_once(staff: dict[str, Officer]) -> None:
    clerk, story, headers = caller("DN.HC", "CLERK"), made_story(), {"Idempotency-Key": "k-1"}
    del story["acts"]
    opened = clerk.post(CASES, story, format="json", headers=headers)
    again = clerk.post(CASES, story, format="json", headers=headers)
    assert told_again(opened, again) and again.json() == opened.json()
    acts = f"{opened['Location']}acts/"
    paid = {
        "type": "COLLECTION",
        "effective_on": "2024-03-01",
        "lines": [{"obligation": "o1", "amount": "1000"}],
    }
    first = clerk.post(acts, paid, format="json", headers=headers)
    again = clerk.post(acts, paid, format="json", headers=headers)
    assert told_again(first, again) and again["ETag"] == first["ETag"] and again.json() == first.json()
    assert (Case.objects.count(), Act.objects.count()) == (1, 2)
    too_much = {**paid, "lines": [{"obligation": "o1", "amount": "9000000"}]}
    assert problem(clerk.post(acts, too_much, format="json", headers={"Idempotency-Key": "k-2"}))[0] == 422
    assert clerk.post(acts, paid, format="json", headers={"Idempotency-Key": "k-2"}).status_code == 201


# --- Files --------------------------------------------------------------------------------------------------


def form(**fields: Any) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("r.ndjson", ndjson([made_story()]), content_type=NDJSON), **fields}


def test_a_file_is_brought_in_once(client: APIClient, files: Path) -> None:
    headers, content = {"Idempotency-Key": "k-1"}, ndjson([made_story()])
    first = client.post(IMPORTS, content, content_type=NDJSON, headers=headers)
    assert runner.run(Job.objects.get().pk)
    again = client.post(IMPORTS, content, content_type=NDJSON, headers=headers)
    assert told_again(first, again) and again.json()["state"] == "DONE"
    assert told_again(first, client.post(IMPORTS, form(), format="multipart", headers=headers))
    for other in (form(mode="atomic"), form(dry_run="true")):
        answer = client.post(IMPORTS, other, format="multipart", headers=headers)
        assert problem(answer) == (422, "IDEMPOTENCY_KEY_REUSED")
    changed = client.post(IMPORTS, content + b"\n", content_type=NDJSON, headers=headers)
    assert problem(changed) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert Job.objects.count() == 1 and not list(files.rglob("*.ndjson"))


def parts(*pairs: tuple[str, Any]) -> QueryDict:
    made = QueryDict(mutable=True)
    for name, value in pairs:
        made.appendlist(name, value)
    return made


def uploaded(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("x", content)


def test_forms_differ_by_their_fields_and_by_the_bytes_of_their_files() -> None:
    different = [
        {},
        parts(("a", "1")),
        parts(("a", "12")),
        parts(("a", "1"), ("a", "2")),
        parts(("a", "2"), ("a", "1")),
        parts(("b", "1")),
        parts(("a", uploaded(b"1"))),
        parts(("a", uploaded(b"2"))),
        parts(("a", uploaded(b'["a","text","1"]'))),
        {"a": "1"},
        {"a": 1},
        {"a": ["1"]},
        [],
        None,
        "",
    ]
    assert len({digest_of(one) for one in different}) == len(different)
    assert digest_of(parts(("b", "2"), ("a", "1"))) == digest_of(parts(("a", "1"), ("b", "2")))
    file: InMemoryUploadedFile = uploaded(b"some")
    assert digest_of(parts(("a", file))) == digest_of(parts(("a", file))) and file.read() == b"some"


def test_what_cannot_be_written_again_is_refused() -> None:
    deep: Any = []
    for _ in range(400):
        deep = [deep]
    with pytest.raises(BadRequest):
        digest_of(deep)


# --- Days ---------------------------------------------------------------------------------------------------


def test_an_expired_key_is_as_good_as_new(client: APIClient) -> None:
    first = ask(client)
    IdempotencyRecord.objects.update(recorded_at=Now() - idempotency.KEPT_FOR)
    other = ask(client, body={**BODY, "full": True})
    assert other.status_code == 202 and other.json()["id"] != first.json()["id"]
    assert told_again(other, ask(client, body={**BODY, "full": True}))
    assert IdempotencyRecord.objects.count() == 1


def test_expired_keys_are_swept_in_batches(client: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idempotency, "BATCH", 2)
    for number in range(6):
        ask(client, f"k-{number}")
    old = IdempotencyRecord.objects.exclude(key="k-5")
    old.update(recorded_at=Now() - idempotency.KEPT_FOR)
    tasks.sweep_idempotency()
    assert [row.key for row in IdempotencyRecord.objects.all()] == ["k-5"]
    assert idempotency.sweep() == 0


# --- At the same time ---------------------------------------------------------------------------------------


def apart(work: Callable[[], Any]) -> Callable[[], Any]:
    """``work`` in a thread, which leaves no connection behind."""

    def run() -> Any:
        try:
            return work()
        finally:
            connection.close()

    return run


def test_a_key_whose_request_still_runs_is_refused_at_once(committed_database: TestDatabase) -> None:
    client = caller("DN.HC", "STATISTICIAN")
    with psycopg.connect(committed_database.owner_url) as owner, ThreadPoolExecutor(1) as pool:
        owner.execute("LOCK TABLE jobs_job IN SHARE MODE")
        running = pool.submit(apart(lambda: ask(client)))
        wait_until_one_waits(owner)
        assert problem(ask(client)) == (409, "IDEMPOTENCY_KEY_RUNNING")
        assert problem(ask(client, body={**BODY, "full": True})) == (409, "IDEMPOTENCY_KEY_RUNNING")
        owner.rollback()
        first = running.result(60)
    assert told_again(first, ask(client))
    assert Job.objects.count() == 1


def wait_until_one_waits(owner: psycopg.Connection[Any]) -> None:
    """Until some connection waits for a lock in this database."""
    waiting = """
        SELECT count(*) FROM pg_locks
        WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    """
    for _ in range(3000):
        row = owner.execute(waiting).fetchone()
        if row is not None and row[0]:
            return
        threading.Event().wait(0.01)
    raise AssertionError("nobody waits")


@pytest.mark.parametrize("path", [EXPORTS, IMPORTS])
def test_pressed_many_times_at_once_it_is_written_once(committed_database: TestDatabase, path: str) -> None:
    client, together = caller("DN.HC", "STATISTICIAN"), threading.Barrier(6)

    def press() -> Any:
        together.wait(60)
        if path == EXPORTS:
            return ask(client)
        headers, content = {"Idempotency-Key": "k-1"}, ndjson([made_story()])
        return client.post(path, content, content_type=NDJSON, headers=headers)

    with ThreadPoolExecutor(6) as pool:
        answers = [one.result(60) for one in [pool.submit(apart(press)) for _ in range(6)]]
    assert {one.status_code for one in answers} <= {202, 409}
    done = [one for one in answers if one.status_code == 202]
    assert sum("Idempotency-Replayed" not in one for one in done) == 1
    assert len({one.json()["id"] for one in done}) == 1
    assert all(problem(one)[1] == "IDEMPOTENCY_KEY_RUNNING" for one in answers if one not in done)
    assert Job.objects.count() == IdempotencyRecord.objects.count() == 1


# --- Crashes ------------------------------------------------------------------------------------------------


@contextmanager
def connection_dies(database: TestDatabase, table: str, when: str) -> Iterator[None]:
    """The database ends the connection that writes to ``table``: BEFORE or AFTER its row, or at the COMMIT."""
    kind, timing = ("CONSTRAINT ", "DEFERRABLE INITIALLY DEFERRED") if when == "COMMIT" else ("", "")
    moment = "AFTER" if when == "COMMIT" else when
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        owner.execute(
            "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(60); RETURN NEW; END $$"
        )
        owner.execute(
            f"CREATE {kind}TRIGGER dies {moment} INSERT ON {table} {timing} FOR EACH ROW EXECUTE FUNCTION die()"
        )
        try:
            yield
        finally:
            owner.execute(f"DROP TRIGGER dies ON {table}")
            owner.execute("DROP FUNCTION die()")


@pytest.mark.parametrize("when", ["BEFORE", "AFTER", "COMMIT"])
@pytest.mark.parametrize("table", ["jobs_job", "integration_idempotencyrecord"])
@pytest.mark.parametrize("path", [EXPORTS, IMPORTS])
def test_a_crash_leaves_the_write_and_its_key_or_neither(
    committed_database: TestDatabase, path: str, table: str, when: str
) -> None:
    client = caller("DN.HC", "STATISTICIAN")

    def send() -> Any:
        if path == EXPORTS:
            return ask(client)
        headers, content = {"Idempotency-Key": "k-1"}, ndjson([made_story()])
        return client.post(path, content, content_type=NDJSON, headers=headers)

    with connection_dies(committed_database, table, when):
        assert send().status_code >= 500
    connection.close()
    assert not Job.objects.exists() and not IdempotencyRecord.objects.exists()
    first = send()
    assert told_again(first, send())
    assert Job.objects.count() == IdempotencyRecord.objects.count() == 1


class Refusing(ExportList):
    """Writes, and then refuses by an answer instead of an exception."""

    def post(self, request: Any) -> Response:
        super().post(request)
        return Response({"id": None}, status=422)


class RefusingApart(Refusing):
    """The same, outside the transaction of the request."""

    @transaction.non_atomic_requests
    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return super().dispatch(request, *args, **kwargs)


@pytest.mark.parametrize("view", [Refusing, RefusingApart])
def test_a_refusal_takes_back_what_was_written(committed_database: TestDatabase, view: Any) -> None:
    client = caller("DN.HC", "STATISTICIAN")
    headers = {"Idempotency-Key": "k-1", "Authorization": client._credentials["HTTP_AUTHORIZATION"]}
    request = APIRequestFactory().post(EXPORTS, BODY, format="json", headers=headers)
    handler = view.as_view()
    if view is Refusing:
        handler = transaction.atomic(handler)
    assert handler(request).status_code == 422
    assert not Job.objects.exists() and not IdempotencyRecord.objects.exists()
