"""Tasks of the cases: each one call."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from cases.actions import documents


@shared_task(name="cases.tasks.sweep_documents", ignore_result=True)
def sweep_documents() -> None:
    """Take out of the store of documents what no document speaks of."""
    documents.sweep_orphans(now=timezone.now())
