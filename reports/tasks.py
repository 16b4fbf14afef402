"""Tasks of the statistics: each one call."""

from __future__ import annotations

from celery import shared_task

from reports.projector import CONSUMER
from thads.journal import consumers


@shared_task(ignore_result=True)
def sweep_stale() -> None:
    """Count every case that changed since it was last counted."""
    consumers.catch_up(CONSUMER)
