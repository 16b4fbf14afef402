"""Tasks of the jobs: each one call."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from thads.jobs import bulk, runner


@shared_task(name="thads.jobs.tasks.run", ignore_result=True)
def run(job_id: int) -> None:
    """Run a job, unless it is over or another worker has it."""
    runner.run(job_id)


@shared_task(name="thads.jobs.tasks.sweep", ignore_result=True)
def sweep() -> None:
    """Find the jobs that nobody is running: their message was lost, or their worker died."""
    runner.wake_unfinished()


@shared_task(name="thads.jobs.tasks.sweep_bulks", ignore_result=True)
def sweep_bulks() -> None:
    """Delete the rows of bulks, and the workbooks, that have been kept for their time."""
    bulk.sweep(now=timezone.now())
