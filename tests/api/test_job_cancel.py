"""A job is cancelled: at once while it waits, at its next step while it runs, and not when it is over."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.storage import default_storage
from rest_framework.test import APIClient

from cases.models import Case, Judgment
from officers.models import Officer
from tests.api.clients import caller
from tests.integration.jobs import ndjson
from tests.registers import made_story, numbered
from thads.integration import imports
from thads.jobs import bulk, runner
from thads.jobs.models import BulkRow, Job

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("files")]

IMPORTS, JUDGMENTS = "/api/v1/imports/", "/api/v1/judgments/bulk/"
STORIES = ndjson(numbered([made_story() for _ in range(4)]))


@pytest.fixture
def head(staff: dict[str, Officer]) -> APIClient:
    return caller("DN", "HEAD")


def submitted(client: APIClient, query: str = "") -> Job:
    answer = client.post(f"{IMPORTS}{query}", STORIES, content_type="application/x-ndjson")
    assert answer.status_code == 202, answer.content
    return Job.objects.get(public_id=answer.json()["id"])


def cancelled(client: APIClient, job: Job, at: str = IMPORTS) -> Any:
    return client.post(f"{at}{job.public_id}/cancel/")


def test_a_job_that_waits_is_over_at_once(head: APIClient) -> None:
    job = submitted(head)
    for _ in range(2):
        answer = cancelled(head, job)
        body = answer.json()
        assert (answer.status_code, body["state"], body["summary"]["code"]) == (
            200,
            "CANCELLED",
            "JOB_CANCELLED",
        )
        assert body["ended_at"] and "hủy" in body["summary"]["detail"]
    assert not runner.run(job.pk) and not Case.objects.exists()
    assert job.pk not in runner.unfinished()


@pytest.mark.parametrize(("mode", "standing"), [("each", 2), ("atomic", 0)])
def test_a_job_that_runs_ends_at_its_next_step(
    head: APIClient, monkeypatch: pytest.MonkeyPatch, mode: str, standing: int
) -> None:
    """Somebody asks after the first step; a worker has the job, so that it is not over at once."""
    monkeypatch.setattr(imports, "CHUNK", 2)
    job = submitted(head, f"?mode={mode}")
    steps = []
    whole = imports._write

    def written(*args: Any) -> None:
        whole(*args)
        steps.append(1)
        Job.objects.filter(pk=job.pk).update(cancel_asked_at=job.submitted_at)

    monkeypatch.setattr(imports, "_write", written)
    assert runner.run(job.pk)
    job.refresh_from_db()
    assert (job.state, len(steps), Case.objects.count()) == (Job.CANCELLED, 1, standing)
    assert job.summary.get("imported", 0) == standing
    assert not default_storage.exists(job.params["file"])
    # What was cancelled can be asked for anew.
    monkeypatch.setattr(imports, "_write", whole)
    again = submitted(head)
    runner.run(again.pk)
    again.refresh_from_db()
    assert again.summary["imported"] + again.summary["unchanged"] == 4 and Case.objects.count() == 4


def test_a_bulk_is_cancelled_between_its_chunks(head: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("thads.jobs.api.bulk.AT_ONCE", 1)
    monkeypatch.setattr(bulk, "CHUNK", 1)
    rows = [{"number": f"{n}/BA", "issued_on": "2024-03-01", "issuer": "TAND"} for n in range(3)]
    answer = head.post(f"{JUDGMENTS}?mode=each", rows, format="json")
    job = Job.objects.get(public_id=answer.json()["id"])
    kept = bulk._keep

    def stop(*args: Any) -> None:
        kept(*args)
        Job.objects.filter(pk=job.pk).update(cancel_asked_at=job.submitted_at)

    monkeypatch.setattr(bulk, "_keep", stop)
    runner.run(job.pk)
    shown = head.get(f"{JUDGMENTS}{job.public_id}/").json()
    assert (shown["state"], Judgment.objects.count(), BulkRow.objects.count()) == ("CANCELLED", 1, 0)
    assert [one["index"] for one in head.get(shown["result"]).json()["results"]] == [0]
    # Nobody but who has sent it ends it.
    assert cancelled(caller("DN.HC", "CLERK"), job, JUDGMENTS).status_code == 404


def test_a_job_that_is_over_stays_as_it_is(head: APIClient) -> None:
    job = submitted(head)
    runner.run(job.pk)
    answer = cancelled(head, job)
    assert (answer.status_code, answer.json()["code"]) == (409, "JOB_OVER")
    job.refresh_from_db()
    assert (job.state, job.cancel_asked_at) == (Job.DONE, None)
    assert cancelled(caller("DN.TK", "CLERK"), job).status_code == 404
    assert cancelled(caller("DN", "OFFICER"), job).status_code == 403


def test_a_job_that_somebody_runs_is_asked_to_end(head: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """The door itself, while a worker has the job: the job says so at its next step."""
    job = submitted(head)
    answers = []
    whole = imports._bring_in

    def meanwhile(one: Job) -> Any:
        with monkeypatch.context() as patched:
            # The worker's lock is that of another session.
            patched.setattr(runner, "_alone", _taken)
            answers.append(cancelled(head, one).json()["state"])
        return whole(one)

    monkeypatch.setattr(imports, "_bring_in", meanwhile)
    assert runner.run(job.pk)
    job.refresh_from_db()
    assert (answers, job.state, Case.objects.count()) == (["RUNNING"], Job.CANCELLED, 0)


class _taken:
    """A lock that somebody else holds."""

    def __init__(self, job_id: int) -> None:
        pass

    def __enter__(self) -> bool:
        return False

    def __exit__(self, *exc: object) -> None:
        pass
