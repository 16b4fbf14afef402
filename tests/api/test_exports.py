"""Exports through the API: asked for, watched, fetched as a file."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.api.clients import caller
from tests.registers import bring_in, made_story
from tests.shapes import shape
from thads.integration.api import exports as views
from thads.jobs import runner
from thads.jobs.models import Job

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files")]
EXPORTS = "/api/v1/exports/"


@pytest.fixture
def register(db: None) -> None:
    bring_in([made_story(), made_story(number="2/QĐ", unit="DN.TK", officer=None)], counted=False)


def run(answer: Any) -> Job:
    assert answer.status_code == 202, answer.content
    job = Job.objects.get(public_id=answer.json()["id"])
    assert runner.run(job.pk)
    return job


def test_an_export_is_a_job_with_a_file(register: None) -> None:
    client = caller("DN", "STATISTICIAN")
    answer = client.post(EXPORTS, {"unit": "DN.HC"})
    body = answer.json()
    assert body == {
        "id": body["id"],
        "kind": "EXPORT",
        "state": "QUEUED",
        "state_label": "Đang chờ",
        "progress": {"done": 0, "total": 1},
        "result": None,
        "errors": None,
        "summary": {"unit": "DN.HC", "full": False},
        "submitted_at": body["submitted_at"],
        "ended_at": None,
    }
    assert answer["Location"] == f"http://testserver{EXPORTS}{body['id']}/"
    early = client.get(f"{answer['Location']}file/")
    assert (early.status_code, early.json()["code"]) == (409, "EXPORT_NOT_READY")
    run(answer)
    done = client.get(answer["Location"]).json()
    assert (done["state"], done["summary"]["cases"]) == ("DONE", 1)
    assert done["result"] == f"{answer['Location']}file/"
    file = client.get(done["result"])
    content = b"".join(file.streaming_content)
    (story,) = [orjson.loads(line) for line in content.splitlines()]
    assert story["parties"][0]["id_number"] == "048090000001"
    assert file["Content-Type"] == "application/x-ndjson"
    assert file["Content-Length"] == str(len(content)) == str(done["summary"]["bytes"])
    day = done["submitted_at"][:10].replace("-", "")
    assert file["Content-Disposition"] == f'attachment; filename="thads-DN.HC-{day}.ndjson"'
    assert file["X-Content-SHA256"] == hashlib.sha256(content).hexdigest() == done["summary"]["sha256"]
    assert "private" in file["Cache-Control"]


def test_a_full_export_adds_ids_and_moments(register: None) -> None:
    client = caller("DN", "HEAD")
    job = run(client.post(EXPORTS, {"unit": "DN", "full": True}))
    lines = b"".join(client.get(f"{EXPORTS}{job.public_id}/file/").streaming_content).splitlines()
    assert len(lines) == 2
    assert all("recorded_at" in orjson.loads(line)["case"] for line in lines)


def test_exports_are_seen_in_the_unit_and_above(register: None) -> None:
    job = run(caller("DN", "HEAD").post(EXPORTS, {"unit": "DN.HC"}))
    for unit, status in (("DN", 200), ("DN.HC", 200), ("DN.TK", 404)):
        client = caller(unit, "AUDITOR")
        for path in ("", "file/"):
            answer = client.get(f"{EXPORTS}{job.public_id}/{path}")
            if answer.streaming:
                assert b"".join(answer.streaming_content)
            assert answer.status_code == status
        assert len(client.get(EXPORTS).json()["results"]) == (status == 200)


@pytest.mark.parametrize("unit", ["DN.TK", "DN", "DN.XX", "đ", "x" * 64])
def test_another_unit_cannot_be_taken_out(register: None, unit: str) -> None:
    answer = caller("DN.HC", "STATISTICIAN").post(EXPORTS, {"unit": unit})
    assert (answer.status_code, answer.json()["code"]) == (404, "UNIT_NOT_FOUND")
    assert answer.json()["errors"][0]["pointer"] == "/unit"
    assert not Job.objects.exists()


@pytest.mark.parametrize("role", ["OFFICER", "CLERK", "EXAMINER", "ACCOUNTANT"])
def test_who_may_not(role: str) -> None:
    answer = caller("DN.HC", role).post(EXPORTS, {"unit": "DN.HC"})
    assert (answer.status_code, answer.json()["code"]) == (403, "ROLE_MAY_NOT")


@pytest.mark.parametrize(
    ("body", "status", "code", "pointer"),
    [
        ({}, 400, "FIELD_REQUIRED", "/unit"),
        ({"unit": None}, 400, "FIELD_INVALID", "/unit"),
        ({"unit": "DN", "full": "perhaps"}, 400, "FIELD_NOT_BOOLEAN", "/full"),
        ({"unit": "DN", "colour": "red"}, 400, "FIELD_UNKNOWN", "/colour"),
        ([], 400, "FIELD_INVALID", ""),
        ("DN", 400, "FIELD_INVALID", ""),
    ],
)
def test_a_bad_body_is_a_problem(body: Any, status: int, code: str, pointer: str) -> None:
    answer = caller("DN", "HEAD").post(EXPORTS, body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("content", "content_type", "status", "code"),
    [
        ("{", "application/json", 400, "JSON_BROKEN"),
        ("unit=DN", "application/x-www-form-urlencoded", 415, "UNSUPPORTED_MEDIA_TYPE"),
    ],
)
def test_what_is_not_json_is_a_problem(content: str, content_type: str, status: int, code: str) -> None:
    answer = caller("DN", "HEAD").post(EXPORTS, data=content, content_type=content_type)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_file_that_is_gone_is_not_found(register: None, files: Path) -> None:
    client = caller("DN", "HEAD")
    job = run(client.post(EXPORTS, {"unit": "DN"}))
    (files / job.params["file"]).unlink()
    answer = client.get(f"{EXPORTS}{job.public_id}/file/")
    assert (answer.status_code, answer.json()["code"]) == (404, "EXPORT_FILE_GONE")


@pytest.mark.parametrize(
    ("view", "method", "path"),
    [(views.ExportList, "POST", ""), (views.ExportList, "GET", ""), (views.ExportDetail, "GET", "{id}/")],
)
def test_examples_have_the_shape_of_answers(register: None, view: Any, method: str, path: str) -> None:
    client = caller("DN.HC", "STATISTICIAN")
    answer = client.post(EXPORTS, views.ExportList.operations["POST"].request_example)
    job = run(answer)
    if method == "GET":
        answer = client.get(EXPORTS + path.format(id=job.public_id))
    assert shape(view.operations[method].example) == shape(answer.json())
