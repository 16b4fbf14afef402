"""Waking the workers: one message for many commits, none missed, and no commit that waits for a broker."""

from __future__ import annotations

import re
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
from django.core.cache import caches
from django.db import transaction

from tests.databases import TestDatabase
from tests.journal.conftest import Changes
from thads.celery import SCHEDULE, app
from thads.common import waking
from thads.journal import consumers, journal
from thads.journal.models import Entry, Outbox
from thads.journal.tasks import sequence, sweep
from thads.runtime.addresses import celery_broker

QUEUE = "thads:work"


def use(settings: Any, address: str) -> None:
    """Let broker and cache of this thread be the Redis at ``address``."""
    app.conf.broker_url = celery_broker(address)
    settings.CACHES["default"]["LOCATION"] = address
    caches["default"].close()
    del caches["default"]
    waking._silent_until = 0.0


@pytest.fixture
def own_redis(settings: Any) -> Iterator[Callable[[str], None]]:
    """Uses the Redis at an address for one test."""
    before = settings.REDIS_URL
    yield lambda address: use(settings, address)
    use(settings, before)


@pytest.fixture
def broker(
    committed_database: TestDatabase, own_redis: Callable[[str], None], worker_id: str
) -> Iterator[redis.Redis]:
    """A broker with nothing in it and nobody working, which no other test process uses."""
    number = 1 + int(worker_id.removeprefix("gw") if worker_id != "main" else 0) % 14
    address = re.sub(r"(db=|/)0$", rf"\g<1>{number}", committed_database.servers.redis_url)
    own_redis(address)
    with redis.Redis.from_url(address) as found:
        found.flushdb()
        yield found
        found.flushdb()


def messages(broker: Any) -> Counter[str]:
    """How many messages wait for a worker, by task."""
    return Counter(
        task for raw in broker.lrange(QUEUE, 0, -1) for task in consumers.WOKEN if f'"{task}"'.encode() in raw
    )


def commit(times: int = 1) -> None:
    for _ in range(times):
        with transaction.atomic():
            consumers.wake()


def test_many_commits_are_one_message_for_each_task(broker: Any) -> None:
    commit(5)
    assert messages(broker) == dict.fromkeys(consumers.WOKEN, 1)


def test_a_commit_after_a_worker_has_begun_sends_another(broker: Any) -> None:
    commit()
    sequence()
    commit(2)
    assert messages(broker) == {"thads.journal.tasks.sequence": 2, "thads.journal.tasks.sweep": 1}
    sweep()
    commit()
    assert messages(broker) == {"thads.journal.tasks.sequence": 2, "thads.journal.tasks.sweep": 2}


def test_the_worker_asks_for_another_message_before_it_looks(
    broker: Any, change: Changes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is committed while it works is found by somebody."""
    from thads.journal import sequencer

    def and_a_commit() -> None:
        commit()

    commit()
    monkeypatch.setattr(sequencer, "sequence_all", and_a_commit)
    sequence()
    assert messages(broker)["thads.journal.tasks.sequence"] == 2


def test_nothing_is_sent_for_what_is_rolled_back(broker: Any) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        consumers.wake()
        raise RuntimeError("no")
    assert not messages(broker)


def test_a_lost_message_is_not_waited_for_for_ever(broker: Any) -> None:
    commit()
    broker.delete(QUEUE)
    known = broker.keys("*woken:*")
    assert len(known) == 2
    assert all(0 < broker.pttl(key) <= 5000 for key in known)
    broker.delete(*known)  # as they are going to be soon
    commit()
    assert messages(broker) == dict.fromkeys(consumers.WOKEN, 1)


def test_the_tasks_do_what_is_there(committed_database: TestDatabase, change: Changes) -> None:
    journal.append([change()])
    sequence()
    assert (Entry.objects.count(), Outbox.objects.count()) == (1, 0)
    assert {"thads.journal.tasks.sweep", "thads.journal.tasks.sequence"} <= {
        task for _, task, _, _ in SCHEDULE
    }


@pytest.fixture(params=["closed", "hung"])
def dead_broker(
    request: pytest.FixtureRequest, committed_database: TestDatabase, own_redis: Callable[[str], None]
) -> Iterator[None]:
    """A broker that is not there, or that takes the connection and says nothing."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        address = f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
        if request.param == "closed":
            listener.close()
        own_redis(address)
        yield


def test_a_broker_that_does_not_answer_stops_no_commit(
    dead_broker: None, change: Changes, caplog: pytest.LogCaptureFixture
) -> None:
    begun = time.monotonic()
    for _ in range(10):
        with transaction.atomic():
            journal.append([change()])
            consumers.wake()
    # One waits for the broker, once; the others know.
    assert time.monotonic() - begun < waking.SILENCE
    assert Outbox.objects.count() == 10
    assert len([one for one in caplog.records if "does not answer" in one.message]) == 1


def test_a_worker_works_without_its_broker(dead_broker: None, change: Changes) -> None:
    journal.append([change()])
    sequence()
    assert Entry.objects.count() == 1
