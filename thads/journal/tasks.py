"""Tasks of the journal: each one call."""

from __future__ import annotations

from celery import shared_task

from thads.journal import consumers


@shared_task(name="thads.journal.tasks.sweep", ignore_result=True)
def sweep() -> None:
    """Let every state consumer catch up with the cases that changed."""
    consumers.catch_up()
