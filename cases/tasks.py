"""Tasks of the cases: each one call."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from cases.actions import digest, dockets, documents


@shared_task(name="cases.tasks.sweep_documents", ignore_result=True)
def sweep_documents() -> None:
    """Take out of the store of documents what no document speaks of."""
    documents.sweep_orphans(now=timezone.now())


@shared_task(name="cases.tasks.sweep_deadlines", ignore_result=True)
def sweep_deadlines() -> None:
    """Let the terms that have ended, and what other rules make of them, be worked out."""
    dockets.sweep(timezone.localdate())


@shared_task(name="cases.tasks.send_digests", ignore_result=True)
def send_digests() -> None:
    """Tell everybody what is late and due; once a working day."""
    digest.send_due(timezone.now())
