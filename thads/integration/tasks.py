"""Tasks of the integration: each one call."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from thads.integration import files, idempotency


@shared_task(name="thads.integration.tasks.sweep_files", ignore_result=True)
def sweep_files() -> None:
    """Delete the files of jobs that nobody needs any more."""
    files.sweep_files(now=timezone.now())


@shared_task(name="thads.integration.tasks.sweep_idempotency", ignore_result=True)
def sweep_idempotency() -> None:
    """Delete the Idempotency-Keys that nobody knows any more."""
    idempotency.sweep()
