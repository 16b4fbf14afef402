"""Telling a worker that there is something to do.

What there is to do stands in the database, and a sweep finds it. So a message that cannot be sent is no
error, and whoever sends it must not wait: a broker that does not answer is left alone for a while.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import cache
from typing import Any

from celery import current_app
from django.core.cache import cache as shared
from kombu.connection import Connection
from kombu.pools import producers

logger = logging.getLogger(__name__)

#: The longest a broker may take to answer, in seconds.
PATIENCE = 0.5
#: How long nothing is sent after a broker did not answer, in seconds: the sweeps come as often.
SILENCE = 3.0
#: After this many seconds a message that no worker has begun to work on counts as lost, and another one may
#: be sent. A message that comes later still does no harm, and none at all after ``_EXPIRES``.
_MESSAGE_LIFE = 5
_EXPIRES = 60
#: How long a worker waits for more before it begins, in seconds: what many people commit meanwhile is done in
#: one go, and costs less.
_GATHER = 0.15

_silent_until = 0.0


def send(task: str, **options: Any) -> None:
    """Ask a worker to run ``task``, if a broker takes the message."""
    _try(lambda: _publish(task, **options))


def send_once(task: str) -> None:
    """Ask a worker to run ``task``, unless a message that says so is waiting already: it stands for
    everything that is committed until a worker begins (``begun``).
    """

    def once() -> None:
        if shared.add(_key(task), 1, _MESSAGE_LIFE):
            _publish(task, expires=_EXPIRES, countdown=_GATHER)

    _try(once)


def begun(task: str) -> None:
    """A worker begins ``task``: from now on another message is sent, because this worker may have looked
    already. To be called before it looks.
    """
    _try(lambda: shared.delete(_key(task)))


def _publish(task: str, **options: Any) -> None:
    with producers[_broker(current_app.conf.broker_write_url)].acquire(
        block=True, timeout=PATIENCE
    ) as producer:
        current_app.send_task(task, producer=producer, ignore_result=True, retry=False, **options)


def _try(do: Callable[[], Any]) -> None:
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    try:
        do()
    except Exception:
        _silent_until = time.monotonic() + SILENCE
        logger.warning("the broker does not answer; the next sweep will find the work", exc_info=True)


def _key(task: str) -> str:
    return f"woken:{task}"


@cache
def _broker(address: str) -> Connection:
    return current_app.connection_for_write(
        address,
        transport_options={
            "socket_timeout": PATIENCE,
            "socket_connect_timeout": PATIENCE,
            "max_retries": 0,
        },
    )
