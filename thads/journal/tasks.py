"""Tasks of the journal: each one call."""

from __future__ import annotations

from celery import shared_task

from thads.common.waking import begun
from thads.journal import consumers, sequencer


@shared_task(name="thads.journal.tasks.sweep", ignore_result=True)
def sweep() -> None:
    """Let every state consumer catch up with the cases that changed."""
    begun(sweep.name)
    consumers.catch_up()


@shared_task(name="thads.journal.tasks.sequence", ignore_result=True)
def sequence() -> None:
    """Give every committed event its place in the log."""
    begun(sequence.name)
    sequencer.sequence_all()
