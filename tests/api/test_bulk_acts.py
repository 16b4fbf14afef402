"""Many acts in one request: at once or as a job, all or each, and every bad row by its place."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from django.db import OperationalError
from rest_framework.test import APIClient

from cases.api.bulk import ACT_BULK
from cases.models import Act, ActLine, Case, Obligation
from officers.models import Officer
from tests.api.clients import caller
from tests.registers import made_story
from tests.shapes import shape
from thads.integration.models import IdempotencyRecord
from thads.jobs import bulk, runner
from thads.jobs.models import BulkOutcome, BulkRow, Finding, Job

pytestmark = pytest.mark.django_db

BULK = "/api/v1/acts/bulk/"


@pytest.fixture
def head(staff: dict[str, Officer]) -> APIClient:
    return caller("DN", "HEAD")


@pytest.fixture
def cases(head: APIClient) -> list[str]:
    """Three cases of Hải Châu, five million to collect on each."""
    found = []
    for number in (1, 2, 3):
        body = made_story(number=f"{number}/QĐ")
        del body["acts"]
        answer = head.post("/api/v1/cases/", body, format="json")
        assert answer.status_code == 201, answer.content
        found.append(answer.json()["id"])
    return found


def collected(case: Any, amount: str = "1000", day: str = "2024-03-01", **more: Any) -> dict[str, Any]:
    lines = [{"obligation": "o1", "amount": amount}]
    return {"case": case, "type": "COLLECTION", "effective_on": day, "lines": lines, **more}


def send(client: APIClient, rows: Any, query: str = "", **headers: Any) -> Any:
    return client.post(f"{BULK}{query}", rows, format="json", **headers)


def written() -> tuple[int, ...]:
    models = (Act, ActLine, Job, BulkOutcome, BulkRow, Finding)
    return tuple(model.objects.count() for model in models)  # type: ignore[attr-defined]


def many(cases: list[str], count: int = 8) -> list[dict[str, Any]]:
    """Acts by turns on the cases; the third and the last but one are bad."""
    rows = [collected(cases[place % len(cases)]) for place in range(count)]
    rows[2] = collected(cases[2], amount="-5")
    rows[-2] = collected("0b8f1f0e-6f0c-4a53-9d53-2b6d0c2a7b11")
    return rows


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three rows are many, and two a chunk."""
    monkeypatch.setattr("thads.jobs.api.bulk.AT_ONCE", 3)
    monkeypatch.setattr(bulk, "CHUNK", 2)


def run(answer: Any) -> Job:
    assert answer.status_code == 202, answer.content
    job: Job = Job.objects.get(public_id=answer.json()["id"])
    assert runner.run(job.pk)
    job.refresh_from_db()
    return job


# --- At once ------------------------------------------------------------------------------------------------


def test_many_acts_are_recorded_at_once(head: APIClient, cases: list[str]) -> None:
    answer = send(head, [collected(case) for case in cases])
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert (body["recorded"], body["refused"]) == (3, 0)
    assert [(one["index"], one["case"], one["version"], one["errors"]) for one in body["results"]] == [
        (place, case, 2, []) for place, case in enumerate(cases)
    ]
    for one in body["results"]:
        act = head.get(f"/api/v1/cases/{one['case']}/acts/{one['act']}/").json()
        assert (act["type"], act["lines"]) == ("COLLECTION", [{"obligation": "o1", "amount": "1000"}])
    assert shape(ACT_BULK.door.operations["POST"].example) == shape(body)
    assert answer["Location"] == f"http://testserver{BULK}{body['id']}/"


def test_acts_of_one_case_build_on_each_other(head: APIClient, cases: list[str]) -> None:
    rows = [collected(cases[0], "4000000"), collected(cases[0], "1000000"), collected(cases[0], "1")]
    answer = send(head, rows, "?mode=each")
    body = answer.json()
    assert [one["version"] for one in body["results"]] == [2, 3, None], body
    assert Obligation.objects.get(case__public_id=cases[0], ref="o1").remaining == 0


def test_one_bad_row_stops_all_and_all_bad_rows_are_named(head: APIClient, cases: list[str]) -> None:
    before = written()
    answer = send(head, many(cases))
    assert (answer.status_code, answer.json()["code"]) == (422, "BULK_REFUSED")
    errors = answer.json()["errors"]
    assert [one["pointer"] for one in errors] == ["/2/lines/0/amount", "/6/case"]
    assert errors[1]["code"] == "CASE_NOT_FOUND"
    assert written() == before


def test_each_records_what_may_stand(head: APIClient, cases: list[str]) -> None:
    answer = send(head, many(cases), "?mode=each")
    body = answer.json()
    assert (answer.status_code, body["recorded"], body["refused"]) == (201, 6, 2)
    assert [one["index"] for one in body["results"] if one["errors"]] == [2, 6]
    assert body["results"][2]["errors"][0]["pointer"] == "/2/lines/0/amount"
    assert body["results"][6] | {"errors": []} == {
        "index": 6,
        "case": "0b8f1f0e-6f0c-4a53-9d53-2b6d0c2a7b11",
        "act": None,
        "version": None,
        "errors": [],
    }
    assert Act.objects.filter(type="COLLECTION").count() == 6


@pytest.mark.parametrize("mode", ["atomic", "each"])
def test_a_dry_run_writes_nothing_and_says_the_same(head: APIClient, cases: list[str], mode: str) -> None:
    before = written()
    rows = many(cases) if mode == "each" else [collected(case) for case in cases * 2]
    dry = send(head, rows, f"?mode={mode}&dry_run=true")
    assert dry.status_code == 200 and written() == before
    body = dry.json()
    assert body["id"] is None and all(one["act"] is None for one in body["results"])
    wet = send(head, rows, f"?mode={mode}").json()
    told = [{**one, "act": None} for one in wet["results"]]
    assert told == body["results"]
    assert send(head, many(cases), "?dry_run=true").status_code == 422


@pytest.mark.parametrize(
    ("row", "pointer", "code"),
    [
        ("x", "/0", "NOT_AN_OBJECT"),
        (None, "/0", "NOT_AN_OBJECT"),
        ({"type": "COLLECTION"}, "/0/case", "FIELD_REQUIRED"),
        ({"case": 7, "type": "COLLECTION"}, "/0/case", "ID_INVALID"),
        ({"case": "x", "type": "COLLECTION"}, "/0/case", "ID_INVALID"),
        (collected("0b8f1f0e-6f0c-4a53-9d53-2b6d0c2a7b11"), "/0/case", "CASE_NOT_FOUND"),
    ],
)
def test_a_row_that_is_none(head: APIClient, row: Any, pointer: str, code: str) -> None:
    answer = send(head, [row])
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)


def test_odd_rows_of_a_case(head: APIClient, cases: list[str]) -> None:
    rows = [
        collected(cases[0], note="a\0b"),
        collected(cases[0], note="😀 ＝"),
        collected(cases[0], amount="9" * 30),
        collected(cases[0], day="2024-02-30"),
        collected(cases[0], colour="red"),
        {"case": cases[0], "type": ["COLLECTION"], "effective_on": "2024-03-01"},
        {"case": cases[0], "type": "SING", "effective_on": "2024-03-01"},
    ]
    body = send(head, rows, "?mode=each").json()
    assert [len(one["errors"]) > 0 for one in body["results"]] == [True, False, True, True, True, True, True]
    for place, one in enumerate(body["results"]):
        assert all(error["pointer"].startswith(f"/{place}") for error in one["errors"])


@pytest.mark.parametrize(
    ("body", "code"), [({}, "NOT_AN_ARRAY"), ("x", "NOT_AN_ARRAY"), ([], "ROWS_INVALID")]
)
def test_what_is_no_bulk(head: APIClient, body: Any, code: str) -> None:
    answer = send(head, body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_too_many_rows(head: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("thads.jobs.api.bulk.MOST", 5)
    assert send(head, [1] * 6).json()["code"] == "ROWS_INVALID"


def test_handing_over_is_another_permission_row_by_row(head: APIClient, cases: list[str]) -> None:
    handing = {"case": cases[1], "type": "REASSIGN", "effective_on": "2024-05-05", "unit": "DN.TK"}
    rows = [collected(cases[0]), handing]
    clerk = caller("DN.HC", "OFFICER")
    (error,) = send(clerk, rows).json()["errors"]
    assert (error["pointer"], error["code"]) == ("/1/type", "ROLE_MAY_NOT")
    assert send(clerk, rows, "?mode=each").json()["recorded"] == 1
    assert send(head, rows).status_code == 201
    assert Case.objects.get(public_id=cases[1]).unit.code == "DN.TK"


def test_the_scope_of_a_row_is_that_of_a_request(head: APIClient, cases: list[str]) -> None:
    rows = [collected(case) for case in cases]
    outsider = caller("DN.TK", "UNIT_HEAD")
    assert {one["code"] for one in send(outsider, rows).json()["errors"]} == {"CASE_NOT_FOUND"}
    assert send(caller("DN.HC", "OFFICER", "DN.HC.01"), rows).status_code in (201, 422)
    other = caller("DN.HC", "OFFICER", "DN.HC.02")
    assert {one["code"] for one in send(other, rows).json()["errors"]} == {"CASE_NOT_FOUND"}
    assert send(caller("DN", "AUDITOR"), rows).status_code == 403


# --- Under a key --------------------------------------------------------------------------------------------


def test_the_same_key_gives_the_same_answer_once_more(head: APIClient, cases: list[str]) -> None:
    rows = many(cases)
    first = send(head, rows, "?mode=each", HTTP_IDEMPOTENCY_KEY="k1")
    before = written()
    again = send(head, rows, "?mode=each", HTTP_IDEMPOTENCY_KEY="k1")
    assert again["Idempotency-Replayed"] == "true" and again.status_code == 201
    assert again.json() == first.json() and again["Location"] == first["Location"]
    assert written() == before
    assert send(head, rows[:3], "?mode=each", HTTP_IDEMPOTENCY_KEY="k1").status_code == 422


def test_what_was_refused_or_tried_leaves_the_key_free(head: APIClient, cases: list[str]) -> None:
    assert send(head, many(cases), HTTP_IDEMPOTENCY_KEY="k2").status_code == 422
    assert send(head, many(cases), "?dry_run=true&mode=each", HTTP_IDEMPOTENCY_KEY="k2").status_code == 200
    assert not IdempotencyRecord.objects.exists()
    assert send(head, many(cases)[:2], HTTP_IDEMPOTENCY_KEY="k2").status_code == 201


# --- As a job -----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("small")
def test_many_more_are_a_job(head: APIClient, cases: list[str]) -> None:
    answer = send(head, many(cases), "?mode=each", HTTP_IDEMPOTENCY_KEY="k3")
    assert (answer.status_code, answer.json()["state"]) == (202, "QUEUED")
    assert not Act.objects.filter(type="COLLECTION").exists()
    again = send(head, many(cases), "?mode=each", HTTP_IDEMPOTENCY_KEY="k3")
    assert (again.status_code, again.json()["id"]) == (202, answer.json()["id"])
    job = run(answer)
    assert (job.state, job.summary) == (Job.DONE, {"recorded": 6, "refused": 2})
    shown = head.get(answer["Location"]).json()
    assert shown["summary"] == {"mode": "each", "dry_run": False, "recorded": 6, "refused": 2}
    assert shown["progress"] == {"done": 8, "total": 8}
    errors = head.get(shown["errors"]).json()
    assert [(one["index"], one["pointer"]) for one in errors["results"]] == [
        (2, "/2/lines/0/amount"),
        (6, "/6/case"),
    ]
    assert shape(ACT_BULK.errors.operations["GET"].example) == shape(errors)
    results = head.get(shown["result"], {"page_size": 3}).json()
    assert [one["index"] for one in results["results"]] == [0, 1, 2] and results["next"]
    assert results["results"][0]["act"] and results["results"][2]["act"] is None
    assert shape(ACT_BULK.results.operations["GET"].example) == shape(results)
    assert not BulkRow.objects.exists()


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("query", ["", "?dry_run=true", "?dry_run=true&mode=each"])
def test_a_job_that_writes_nothing_names_all_bad_rows(head: APIClient, cases: list[str], query: str) -> None:
    job = run(send(head, many(cases), query))
    atomic = "each" not in query
    assert job.state == (Job.FAILED if atomic else Job.DONE)
    assert job.summary["refused"] == 2 and job.summary["recorded"] == (0 if atomic else 6)
    assert list(job.findings.order_by("pk").values_list("line", flat=True)) == [2, 6]
    assert not Act.objects.filter(type="COLLECTION").exists() and not BulkRow.objects.exists()
    assert not job.outcomes.exclude(row=None).exists()


@pytest.mark.usefixtures("small")
def test_an_atomic_job_writes_all(head: APIClient, cases: list[str]) -> None:
    job = run(send(head, [collected(case) for case in cases * 3]))
    assert (job.state, job.summary) == (Job.DONE, {"recorded": 9, "refused": 0})
    assert Act.objects.filter(type="COLLECTION").count() == 9
    assert (
        list(job.outcomes.order_by("place").values_list("version", flat=True)) == [2] * 3 + [3] * 3 + [4] * 3
    )


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("query", ["?mode=each", "?mode=atomic", "?dry_run=true"])
@pytest.mark.parametrize("steps", range(1, 6))
def test_a_job_goes_on_where_it_was(head: APIClient, cases: list[str], query: str, steps: int) -> None:
    """The database goes away in the middle of one chunk after another."""
    rows = [collected(case) for case in cases * 3]
    job = Job.objects.get(public_id=send(head, rows, query).json()["id"])
    real = bulk._keep
    left = [steps]

    def failing(*given: Any) -> None:
        real(*given)
        left[0] -= 1
        if left[0] == 0:
            raise OperationalError("the connection is gone")

    with mock.patch.object(bulk, "_keep", failing):
        while not runner.run(job.pk):
            pass
    job.refresh_from_db()
    assert (job.state, job.summary) == (Job.DONE, {"recorded": 9, "refused": 0})
    assert Act.objects.filter(type="COLLECTION").count() == (0 if "dry" in query else 9)
    assert list(job.outcomes.order_by("place").values_list("place", flat=True)) == list(range(9))


@pytest.mark.usefixtures("small")
def test_a_job_does_what_its_caller_might_do_and_nobody_else_finds_it(
    head: APIClient, cases: list[str]
) -> None:
    rows = [collected(case) for case in cases] + [
        {"case": cases[1], "type": "REASSIGN", "effective_on": "2024-05-05", "unit": "DN.TK"}
    ]
    officer = caller("DN.HC", "OFFICER", "DN.HC.01")
    job = run(send(officer, rows, "?mode=each"))
    found = list(job.findings.order_by("pk").values_list("line", "code"))
    assert (3, "ROLE_MAY_NOT") in found or (3, "CASE_NOT_FOUND") in found
    assert set(Act.objects.filter(type="COLLECTION").values_list("recorded_by", flat=True)) <= {
        job.submitted_by
    }
    for path in ("", "errors/", "results/"):
        assert officer.get(f"{BULK}{job.public_id}/{path}").status_code == 200
        assert head.get(f"{BULK}{job.public_id}/{path}").status_code == 404
        assert officer.get(f"{BULK}x/{path}").status_code == 404
