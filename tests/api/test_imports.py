"""Imports through the API: sent as a body or a file, watched as a job, errors read back."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from cases.models import Act, Case
from tests.api.clients import caller, walk
from tests.integration.jobs import ndjson
from tests.registers import made_story
from tests.shapes import shape
from thads.integration.api import imports as views
from thads.jobs import runner
from thads.jobs.models import Job

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files")]
IMPORTS = "/api/v1/imports/"
NDJSON = "application/x-ndjson"
BAD = made_story(
    number="2/QĐ",
    acts=[
        {
            "type": "COLLECTION",
            "effective_on": "2024-01-01",
            "lines": [{"obligation": "o1", "amount": "9000000"}],
        }
    ],
)
UNKNOWN_GROUND = made_story(
    number="3/QĐ",
    acts=[{"type": "NO_CONDITION_DECISION", "effective_on": "2024-01-10", "ground": "zz"}],
)


def sent(client: APIClient, content: bytes, query: str = "", content_type: str = NDJSON) -> Any:
    return client.post(f"{IMPORTS}{query}", data=content, content_type=content_type)


def run(answer: Any) -> Job:
    """The job an answer speaks of, run to its end."""
    assert answer.status_code == 202, answer.content
    job = Job.objects.get(public_id=answer.json()["id"])
    assert runner.run(job.pk)
    return job


def test_a_body_is_a_job() -> None:
    client = caller("DN.HC", "CLERK")
    answer = sent(client, ndjson([made_story()]))
    body = answer.json()
    assert answer.status_code == 202
    assert answer["Location"] == f"http://testserver{IMPORTS}{body['id']}/"
    assert body == {
        "id": body["id"],
        "kind": "IMPORT",
        "state": "QUEUED",
        "state_label": "Đang chờ",
        "progress": {"done": 0, "total": 1},
        "result": None,
        "errors": None,
        "summary": {"mode": "each", "dry_run": False},
        "submitted_at": body["submitted_at"],
        "ended_at": None,
    }
    assert client.get(answer["Location"]).json() == body
    run(answer)
    done = client.get(answer["Location"] + "?lang=en").json()
    assert (done["state"], done["state_label"], done["progress"]) == ("DONE", "Done", {"done": 1, "total": 1})
    counts = {"read": 1, "imported": 1, "unchanged": 0, "refused": 0, "warnings": 1}
    assert done["summary"] == {"mode": "each", "dry_run": False, **counts}
    assert done["result"] is None and done["ended_at"] > done["submitted_at"]
    (row,) = client.get("/api/v1/cases/").json()["results"]
    assert row["decision_number"] == "1/QĐ-CCTHADS"


def test_who_sent_it_stands_with_every_act() -> None:
    answer = sent(caller("DN.HC", "CLERK"), ndjson([made_story()]))
    run(answer)
    assert re.fullmatch(r"API_KEY:\d+ test", Act.objects.get().recorded_by)


def test_a_file_is_the_same_as_a_body() -> None:
    client = caller("DN.HC", "STATISTICIAN")
    file = SimpleUploadedFile("register.ndjson", ndjson([made_story()]), content_type=NDJSON)
    run(client.post(f"{IMPORTS}?mode=atomic", {"file": file}, format="multipart"))
    again = run(sent(client, ndjson([made_story()])))
    again.refresh_from_db()
    assert (again.summary["unchanged"], Case.objects.count()) == (1, 1)


def test_options_may_stand_in_the_form() -> None:
    client = caller("DN.HC", "CLERK")
    file = SimpleUploadedFile("register.ndjson", ndjson([made_story()]), content_type=NDJSON)
    job = run(client.post(IMPORTS, {"file": file, "dry_run": "true", "mode": "atomic"}, format="multipart"))
    assert (job.params["dry_run"], job.params["mode"]) == (True, "atomic")
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "code", "pointer"),
    [
        ("dryrun", "true", "FIELD_UNKNOWN", "/dryrun"),
        ("dry_run", "yes", "PARAMETER_BOOLEAN", "?dry_run"),
        ("mode", "some", "PARAMETER_CHOICE", "?mode"),
    ],
)
def test_an_option_that_is_not_understood_writes_nothing(
    field: str, value: str, code: str, pointer: str
) -> None:
    file = SimpleUploadedFile("register.ndjson", ndjson([made_story()]), content_type=NDJSON)
    answer = caller("DN.HC", "CLERK").post(IMPORTS, {"file": file, field: value}, format="multipart")
    assert answer.status_code == 400
    assert [(e["code"], e["pointer"]) for e in answer.json()["errors"]] == [(code, pointer)]
    assert not Job.objects.exists()


def test_a_dry_run_writes_nothing() -> None:
    client = caller("DN.HC", "CLERK")
    job = run(sent(client, ndjson([made_story(), BAD]), "?dry_run=true"))
    body = client.get(f"{IMPORTS}{job.public_id}/").json()
    assert (body["summary"]["imported"], body["summary"]["refused"], body["summary"]["dry_run"]) == (
        1,
        1,
        True,
    )
    assert not Case.objects.exists()


def test_an_atomic_import_with_an_error_fails_with_a_sentence() -> None:
    client = caller("DN.HC", "CLERK")
    job = run(sent(client, ndjson([made_story(), BAD]), "?mode=atomic"))
    body = client.get(f"{IMPORTS}{job.public_id}/?lang=en").json()
    assert (body["state"], body["summary"]["code"]) == ("FAILED", "IMPORT_REFUSED")
    assert body["summary"]["detail"].startswith("Some stories are refused")
    assert not Case.objects.exists()


def test_errors_are_read_by_line_in_the_language_of_the_caller() -> None:
    client = caller("DN.HC", "CLERK")
    job = run(sent(client, ndjson([made_story(), BAD, UNKNOWN_GROUND])))
    url = client.get(f"{IMPORTS}{job.public_id}/").json()["errors"]
    assert url == f"http://testserver{IMPORTS}{job.public_id}/errors/"
    rows = client.get(f"{url}?lang=en").json()["results"]
    assert [row["line"] for row in rows] == sorted(row["line"] for row in rows)
    (error,) = client.get(f"{url}?severity=ERROR&lang=en").json()["results"]
    assert (error["line"], error["pointer"]) == (2, "/acts/0/lines/0/amount")
    assert (error["severity"], error["code"]) == ("ERROR", "MORE_THAN_REMAINS")
    assert "more than" in error["detail"]
    assert client.get(f"{url}?severity=ERROR").json()["results"][0]["detail"].startswith("Số tiền")
    warnings = client.get(f"{url}?severity=WARNING").json()["results"]
    ground = next(row for row in warnings if row["code"] == "GROUND_UNKNOWN")
    assert ground["legal_basis"]
    assert len(rows) == 1 + len(warnings)
    pages = walk(client, f"{url}?page_size=1", "next")
    assert [row["code"] for page in pages for row in page["results"]] == [row["code"] for row in rows]
    assert client.get(f"{url}?severity=NONE").json()["code"] == "PARAMETER_CHOICE"


def test_stories_of_other_units_are_refused() -> None:
    client = caller("DN.HC", "CLERK")
    job = run(sent(client, ndjson([made_story(unit="DN.TK", officer=None)])))
    (error,) = client.get(f"{IMPORTS}{job.public_id}/errors/").json()["results"]
    assert (error["pointer"], error["code"]) == ("/case/unit", "UNIT_UNKNOWN")
    assert not Case.objects.exists()


def test_imports_are_seen_in_the_unit_they_were_sent_from_and_above() -> None:
    answer = sent(caller("DN.HC", "CLERK"), ndjson([made_story()]))
    address = answer["Location"]
    for unit, status in (("DN.HC", 200), ("DN", 200), ("DN.TK", 404)):
        client = caller(unit, "STATISTICIAN")
        assert client.get(address).status_code == status
        assert client.get(f"{address}errors/").status_code == status
        listed = client.get(IMPORTS).json()["results"]
        assert [row["id"] for row in listed] == ([answer.json()["id"]] if status == 200 else [])


def test_the_latest_import_comes_first() -> None:
    client = caller("DN.HC", "CLERK")
    ids = [sent(client, ndjson([made_story(number=f"{n}/QĐ")])).json()["id"] for n in range(3)]
    assert [row["id"] for row in client.get(IMPORTS).json()["results"]] == ids[::-1]
    assert [row["id"] for row in client.get(f"{IMPORTS}?ordering=submitted_at").json()["results"]] == ids


@pytest.mark.parametrize("address", ["0b8f1f0e-6f0c-4a53-9d53-2b6d0c2a7b11", "1", "x", "đ"])
def test_an_unknown_import(address: str) -> None:
    client = caller("DN.HC", "CLERK")
    for path in ("", "errors/"):
        answer = client.get(f"{IMPORTS}{address}/{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "JOB_NOT_FOUND")


def test_a_job_of_another_kind_is_not_an_import() -> None:
    client = caller("DN.HC", "STATISTICIAN")
    export = client.post("/api/v1/exports/", {"unit": "DN.HC"}).json()["id"]
    assert client.get(f"{IMPORTS}{export}/").status_code == 404


@pytest.mark.parametrize("role", ["AUDITOR", "OFFICER", "UNIT_HEAD", "EXAMINER"])
def test_who_may_not(role: str, files: Path) -> None:
    answer = sent(caller("DN.HC", role), ndjson([made_story()]))
    assert (answer.status_code, answer.json()["code"]) == (403, "ROLE_MAY_NOT")
    assert not Job.objects.exists() and not list(files.rglob("*.ndjson"))


@pytest.mark.parametrize(
    ("content", "content_type", "query", "status", "code", "pointer"),
    [
        (b"", NDJSON, "", 400, "BODY_EMPTY", ""),
        (b"", "application/octet-stream", "", 400, "BODY_EMPTY", ""),
        (b"{}", "application/json", "", 415, "UNSUPPORTED_MEDIA_TYPE", None),
        (b"{}", "text/csv", "", 415, "UNSUPPORTED_MEDIA_TYPE", None),
        (b"{}", NDJSON, "?mode=some", 400, "PARAMETER_CHOICE", "?mode"),
        (b"{}", NDJSON, "?dry_run=perhaps", 400, "PARAMETER_BOOLEAN", "?dry_run"),
        (b"{}", NDJSON, "?restore=true", 400, "PARAMETER_UNKNOWN", "?restore"),
        (b"{}", NDJSON, "?page_size=1", 400, "PARAMETER_UNKNOWN", "?page_size"),
        (b"nothing", "multipart/form-data; boundary=x", "", 400, "BODY_EMPTY", ""),
        (b"nothing", "multipart/form-data", "", 400, "MULTIPART_BROKEN", ""),
    ],
)
def test_what_cannot_be_read_is_a_problem(
    content: bytes, content_type: str, query: str, status: int, code: str, pointer: str | None, files: Path
) -> None:
    answer = sent(caller("DN.HC", "CLERK"), content, query, content_type)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
    if pointer is not None:
        assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert not Job.objects.exists() and not list(files.rglob("*.ndjson"))


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"other": "x"}, "FIELD_REQUIRED"),
        ({"file": "text"}, "FIELD_REQUIRED"),
        ({"file": SimpleUploadedFile("empty.ndjson", b"")}, "BODY_EMPTY"),
    ],
)
def test_a_form_without_stories_is_a_problem(form: dict[str, Any], code: str) -> None:
    answer = caller("DN.HC", "CLERK").post(IMPORTS, form, format="multipart")
    assert (answer.status_code, answer.json()["code"]) == (400, code)


@pytest.mark.parametrize(
    ("view", "method", "path"),
    [
        (views.ImportList, "POST", ""),
        (views.ImportList, "GET", ""),
        (views.ImportDetail, "GET", "{id}/"),
        (views.ImportErrors, "GET", "{id}/errors/?severity=ERROR"),
    ],
)
def test_examples_have_the_shape_of_answers(view: Any, method: str, path: str) -> None:
    client = caller("DN.HC", "CLERK")
    answer = sent(client, ndjson([made_story(), BAD]))
    job = run(answer)
    if method == "GET":
        answer = client.get(IMPORTS + path.format(id=job.public_id))
    assert shape(view.operations[method].example) == shape(answer.json())


def test_the_story_of_the_example_comes_in() -> None:
    example = views.ImportList.operations["POST"].request_example
    job = run(sent(caller("DN.HC", "CLERK"), example.encode()))
    job.refresh_from_db()
    assert (job.summary["imported"], job.summary["refused"]) == (1, 0)
