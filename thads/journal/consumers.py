"""The state consumers: who has to catch up with changed cases, and how they are woken."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils.module_loading import import_string

from thads.journal import journal

logger = logging.getLogger(__name__)

#: One wake-up in this many seconds is enough: whoever wakes works until nothing is left.
_COALESCE_SECONDS = 1


def catch_up(consumer: str | None = None) -> None:
    """Work until nothing this process may take is stale, for one consumer or for all."""
    for name in [consumer] if consumer else settings.STATE_CONSUMERS:
        work = _work(name)
        while work():
            pass


def wait_until_caught_up() -> None:
    """Work until what was stale when this was called is done, waiting for what other workers have in hand.

    What is marked meanwhile is not waited for: work that never pauses must not keep a job from ending.
    """
    latest = journal.latest()
    for name in settings.STATE_CONSUMERS:
        work = _work(name)
        while journal.to_do(name).filter(id__lte=latest).exists():
            if not work():
                time.sleep(0.05)


def wake() -> None:
    """After the commit, tell a worker that there is something to do.

    A message only wakes: that it could not be sent is no reason to fail, because the sweep finds the rows
    anyway.
    """
    transaction.on_commit(_send)


def _send() -> None:
    try:
        if cache.add("journal:woken", 1, _COALESCE_SECONDS):
            current_app.send_task("thads.journal.tasks.sweep", ignore_result=True, retry=False)
    except Exception:
        logger.warning("no worker could be woken; the next sweep will find the work", exc_info=True)


def _work(name: str) -> Callable[[], int]:
    work: Callable[[], int] = import_string(settings.STATE_CONSUMERS[name])
    return work
