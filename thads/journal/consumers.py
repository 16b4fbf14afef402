"""The state consumers: who has to catch up with changed cases. And how they and the sequencer are woken."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from thads.common.waking import send_once
from thads.journal import journal

#: What a commit sets going, each by itself: neither waits for the other.
WOKEN = ("thads.journal.tasks.sweep", "thads.journal.tasks.sequence")


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
    """After the commit, tell the workers that there is something to do.

    A message that waits for a worker stands for every commit until that worker begins. A message only wakes:
    that it could not be sent is no reason to fail, because the sweep finds the rows anyway.
    """
    transaction.on_commit(_send)


def _send() -> None:
    for task in WOKEN:
        send_once(task)


def _work(name: str) -> Callable[[], int]:
    work: Callable[[], int] = import_string(settings.STATE_CONSUMERS[name])
    return work
