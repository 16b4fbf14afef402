"""Waiting for a job from a command: a worker runs it when there is one, else the command does."""

from __future__ import annotations

import time
from collections.abc import Callable

from celery import current_app

from thads.jobs import runner
from thads.jobs.models import Job

#: How long a worker has to pick the job up before the command runs it itself.
_GRACE_SECONDS = 3.0
_POLL_SECONDS = 0.2


def wait(job: Job, watch: Callable[[Job], None] = lambda job: None) -> None:
    """Return when ``job`` is over and reread. Takes it over when no worker has it: none ever came, or the
    one that had it died.
    """
    free_since = time.monotonic()
    workers = _has_workers()
    while not job.is_over:
        if runner.is_running(job.pk):
            free_since = time.monotonic()
        elif not workers or time.monotonic() - free_since > _GRACE_SECONDS:
            runner.run(job.pk)
        job.refresh_from_db()
        watch(job)
        if not job.is_over:
            time.sleep(_POLL_SECONDS)


def _has_workers() -> bool:
    """Whether a Celery worker answers. Without a broker there is none."""
    try:
        return bool(current_app.control.ping(timeout=0.5, limit=1))
    except Exception:
        return False
