"""Submitting and running jobs.

What there is to do stands in the database. A Celery message only wakes a worker; the sweep (beat) finds
what was not picked up or whose worker died.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.module_loading import import_string

from thads.common import waking
from thads.common.errors import Conflict, Fault, Refused
from thads.jobs.models import BulkRow, Job

logger = logging.getLogger(__name__)

#: First half of the advisory lock of a job; the second is the job's key.
_LOCK = 0x4A4F42
#: A job that ends its worker this often is not started again.
MAX_ATTEMPTS = 20


class JobFailed(Refused):
    """The job has come to its end without success; its summary says why."""

    def __init__(self, summary: dict[str, Any]) -> None:
        self.summary = summary
        super().__init__(())


class JobCancelled(Exception):
    """Somebody asked that the job should end before its time."""


Handler = Callable[[Job], dict[str, Any]]


def submit(
    *, kind: str, params: dict[str, Any], by: str, unit_id: int | None, total: int | None = None
) -> Job:
    """Put a job down and wake a worker when the transaction commits."""
    job = Job.objects.create(kind=kind, params=params, submitted_by=by, unit_id=unit_id, progress_total=total)
    job.refresh_from_db(fields=["public_id", "submitted_at"])
    transaction.on_commit(lambda: _wake(job.pk))
    return job


def run(job_id: int) -> bool:
    """Run a job unless it is over or somebody else has it. True when this call brought it to its end.

    Handlers commit as they go and keep ``cursor`` up to date in the same transactions, so that running
    again goes on where the last one stopped.
    """
    with _alone(job_id) as mine:
        if not mine:
            return False
        # Waits for who is just cancelling it.
        begun = Job.objects.unfinished().filter(pk=job_id)
        if not begun.update(state=Job.RUNNING, attempts=F("attempts") + 1):
            return False
        job = Job.objects.get(pk=job_id)
        if job.attempts > MAX_ATTEMPTS:
            _end(job, Job.FAILED, {"code": "JOB_GAVE_UP"})
            return True
        return _handle(job)


def cancel(job: Job) -> None:
    """End a job that nobody runs; of one that somebody runs, ask that it should end: it does at its next
    step, or comes to its end before. What it has written stands. Needs a transaction, and the job read in it.

    Raises Conflict when it has come to another end.
    """
    if job.state == Job.CANCELLED:
        return
    asked = Job.objects.unfinished().filter(pk=job.pk).update(cancel_asked_at=Now())
    if not asked:
        raise Conflict(Fault("JOB_OVER"))
    with _alone(job.pk) as free:
        if free:
            _end(job, Job.CANCELLED, cancelled_summary(job))


def check_cancelled(job: Job) -> None:
    """For handlers, between two steps. Raises JobCancelled when the job is to end."""
    if Job.objects.filter(pk=job.pk, cancel_asked_at__isnull=False).exists():
        raise JobCancelled


def cancelled_summary(job: Job) -> dict[str, Any]:
    """What a job had come to when it was cancelled."""
    return {**job.cursor.get("counts", {}), "code": "JOB_CANCELLED"}


def unfinished() -> list[int]:
    return list(Job.objects.unfinished().order_by("id").values_list("id", flat=True))


def is_running(job_id: int) -> bool:
    """Whether a worker holds the job right now."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))",
            [_LOCK, job_id],
        )
        return bool(cursor.fetchone()[0])


def wake_unfinished() -> None:
    """Send a message for every job nobody is running."""
    for job_id in unfinished():
        if not is_running(job_id):
            _wake(job_id)


def _handle(job: Job) -> bool:
    handler: Handler = import_string(settings.JOB_KINDS[job.kind])
    try:
        summary = handler(job)
    except JobCancelled:
        _end(job, Job.CANCELLED, cancelled_summary(job))
    except JobFailed as failed:
        _end(job, Job.FAILED, failed.summary)
    except OperationalError:
        # The database went away or gave up on us: the work stands where its last commit left it, and the
        # sweep tries again.
        logger.exception("job %s was interrupted", job.public_id)
        return False
    except Exception:
        logger.exception("job %s failed", job.public_id)
        _end(job, Job.FAILED, {**job.cursor.get("counts", {}), "code": "JOB_DEFECT"})
    else:
        _end(job, Job.DONE, summary)
    return True


def _end(job: Job, state: str, summary: dict[str, Any]) -> None:
    Job.objects.filter(pk=job.pk).update(state=state, summary=summary, ended_at=timezone.now())
    if state == Job.CANCELLED:
        BulkRow.objects.filter(job=job).delete()


@contextmanager
def _alone(job_id: int) -> Iterator[bool]:
    """Hold the advisory lock of the job for this session. It goes with the session, so a killed worker
    holds nothing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK, job_id])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK, job_id])


def _wake(job_id: int) -> None:
    # The sweep sends another; a queue behind a long job must not fill up with them.
    waking.send("thads.jobs.tasks.run", args=[job_id], queue="bulk", expires=60)
