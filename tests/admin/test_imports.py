"""A file of stories sent by a form, watched, and what was wrong in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cases.models import Case
from tests.admin.people import fields, signed_in
from tests.registers import made_story
from thads.jobs import runner
from thads.jobs.models import Job


@pytest.fixture
def clerk(staff: None, tmp_path: Path, settings: Any) -> Client:
    settings.MEDIA_ROOT = tmp_path
    return signed_in("DN.HC", "CLERK")


def file(*stories: object) -> SimpleUploadedFile:
    lines = "\n".join(json.dumps(story, ensure_ascii=False) for story in stories)
    return SimpleUploadedFile("hồ sơ.ndjson", lines.encode(), content_type="application/octet-stream")


def test_a_file_comes_in_and_what_is_wrong_is_listed(clerk: Client) -> None:
    sent = {
        **fields(clerk.get("/admin/imports/")),
        "mode": "each",
        "file": file(made_story(), made_story(unit="DN.KHÔNG")),
    }
    answer = clerk.post("/admin/imports/", sent)
    assert answer.status_code == 302, answer.content.decode()
    waiting = clerk.get(answer["Location"]).content.decode()
    assert 'http-equiv="refresh"' in waiting
    assert runner.run(Job.objects.get().pk)
    done = clerk.get(answer["Location"]).content.decode()
    assert (
        "refresh" not in done
        and "2 đã đọc, 1 đã nhập" in done
        and "DN.KHÔNG" in done
        and "1 bị từ chối" in done
    )
    assert Case.objects.count() == 1
    assert "1 bị từ chối" in clerk.get("/admin/imports/").content.decode()


def test_a_file_sent_twice_by_one_form_is_one_job(clerk: Client) -> None:
    form = fields(clerk.get("/admin/imports/"))
    places = {
        clerk.post("/admin/imports/", {**form, "mode": "each", "file": file(made_story())})["Location"]
        for _ in "12"
    }
    assert len(places) == 1 and Job.objects.count() == 1


def test_no_file_is_told(clerk: Client) -> None:
    answer = clerk.post("/admin/imports/", {"mode": "each"})
    assert answer.status_code == 422 and "Hãy chọn một tệp" in answer.content.decode()


def test_checking_only_writes_nothing(clerk: Client) -> None:
    clerk.post("/admin/imports/", {"mode": "each", "dry_run": "true", "file": file(made_story())})
    assert runner.run(Job.objects.get().pk) and not Case.objects.exists()


def test_a_job_of_another_unit_is_not_there(clerk: Client) -> None:
    clerk.post("/admin/imports/", {"mode": "each", "file": file(made_story())})
    job = Job.objects.get().public_id
    assert signed_in("DN.TK", "CLERK").get(f"/admin/imports/{job}/").status_code == 404
    assert signed_in("DN.TK", "AUDITOR").get("/admin/imports/").status_code == 403
