"""Many new rows in one request: each written by the action of its noun, or refused by itself."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from cases.api.judgment_bulk import JUDGMENT_BULK
from cases.models import Judgment
from officers.api.bulk import OFFICER_BULK
from officers.models import Assignment, Officer
from tests.api.clients import caller
from tests.shapes import shape
from thads.jobs import runner
from thads.jobs.models import Job

pytestmark = pytest.mark.django_db

OFFICERS = "/api/v1/officers/bulk/"
JUDGMENTS = "/api/v1/judgments/bulk/"


@pytest.fixture
def head(staff: dict[str, Officer]) -> APIClient:
    return caller("DN", "HEAD")


def officer(number: int, **changes: Any) -> dict[str, Any]:
    first = {"unit": "DN.HC", "role": "OFFICER", "valid_from": "2026-02-01"}
    body = {"code": f"DN.HC.{number}", "name": f"Người {number}", "rank": "ENFORCER_1", "assignment": first}
    return {**body, **changes}


def judgment(number: int, **changes: Any) -> dict[str, Any]:
    body = {"number": f"{number}/2024/DS-ST", "issued_on": "2024-03-01", "issuer": "TAND quận Hải Châu"}
    return {**body, **changes}


def send(client: APIClient, url: str, rows: Any, query: str = "", **headers: Any) -> Any:
    return client.post(f"{url}{query}", rows, format="json", **headers)


BAD_OFFICERS = [
    officer(41),
    officer(42, rank="KING"),
    officer(43, colour="red"),
    officer(41),
    officer(44, assignment={"unit": "XX", "role": "OFFICER", "valid_from": "2026-02-01"}),
    "x",
    {},
    officer(45),
]


def test_officers_each_by_itself(head: APIClient) -> None:
    answer = send(head, OFFICERS, BAD_OFFICERS, "?mode=each")
    body = answer.json()
    assert (answer.status_code, body["recorded"], body["refused"]) == (201, 2, 6), body
    assert [bool(one["errors"]) for one in body["results"]] == [False] + [True] * 6 + [False]
    pointers = [one["errors"][0]["pointer"] for one in body["results"] if one["errors"]]
    assert pointers[:2] == ["/1/rank", "/2/colour"] and pointers[2].startswith("/3")
    assert all(
        error["pointer"].startswith(f"/{one['index']}") for one in body["results"] for error in one["errors"]
    )
    assert set(Officer.objects.filter(code__startswith="DN.HC.4").values_list("code", flat=True)) == {
        "DN.HC.41",
        "DN.HC.45",
    }
    assert head.get(f"/api/v1/officers/{body['results'][0]['id']}/").json()["code"] == "DN.HC.41"
    assert shape(OFFICER_BULK.door.operations["POST"].example).keys() == shape(body).keys()


def test_officers_all_or_none(head: APIClient) -> None:
    before = Officer.objects.count(), Assignment.objects.count(), Job.objects.count()
    answer = send(head, OFFICERS, BAD_OFFICERS)
    assert answer.status_code == 422
    assert {error["pointer"].split("/")[1] for error in answer.json()["errors"]} == set("123456")
    assert (Officer.objects.count(), Assignment.objects.count(), Job.objects.count()) == before
    dry = send(head, OFFICERS, [officer(41), officer(42)], "?dry_run=true")
    assert dry.status_code == 200 and [one["id"] for one in dry.json()["results"]] == [None, None]
    assert (Officer.objects.count(), Assignment.objects.count(), Job.objects.count()) == before


def test_officers_as_a_job_under_a_key(head: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("thads.jobs.api.bulk.AT_ONCE", 3)
    first = send(head, OFFICERS, BAD_OFFICERS, "?mode=each", HTTP_IDEMPOTENCY_KEY="k")
    again = send(head, OFFICERS, BAD_OFFICERS, "?mode=each", HTTP_IDEMPOTENCY_KEY="k")
    assert first.status_code == again.status_code == 202 and again["Idempotency-Replayed"] == "true"
    (job,) = Job.objects.filter(kind="OFFICERS")
    assert runner.run(job.pk)
    assert head.get(first["Location"]).json()["summary"]["refused"] == 6
    errors = head.get(f"{first['Location']}errors/").json()["results"]
    assert [error["index"] for error in errors] == sorted(error["index"] for error in errors)
    assert {error["index"] for error in errors} == {1, 2, 3, 4, 5, 6}


def test_judgments(head: APIClient) -> None:
    rows = [judgment(1), judgment(2, issued_on="2024-02-30"), judgment(1), judgment(3)]
    body = send(head, JUDGMENTS, rows, "?mode=each", HTTP_IDEMPOTENCY_KEY="k").json()
    assert [bool(one["errors"]) for one in body["results"]] == [False, True, True, False], body
    assert body["results"][1]["errors"][0]["pointer"] == "/1/issued_on"
    assert Judgment.objects.count() == 2
    assert send(head, JUDGMENTS, rows, "?mode=each", HTTP_IDEMPOTENCY_KEY="k").json() == body
    assert shape(JUDGMENT_BULK.door.operations["POST"].example).keys() == shape(body).keys()
    assert send(head, JUDGMENTS, [judgment(5), judgment(5)]).status_code == 422
    assert Judgment.objects.count() == 2


@pytest.mark.parametrize("url", [OFFICERS, JUDGMENTS])
def test_who_may_not(head: APIClient, url: str) -> None:
    answer = send(caller("DN", "AUDITOR"), url, [{}])
    assert (answer.status_code, answer.json()["code"]) == (403, "ROLE_MAY_NOT")
