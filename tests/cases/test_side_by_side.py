"""Two at once: a correction and an opening on the same judgment, an upload and the sweep of the store."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from django.db import connection, connections, transaction
from django.utils import timezone

from cases import storage
from cases.actions.documents import sweep_orphans
from cases.actions.judgments import change_judgment
from cases.actions.proposals import Proposal
from cases.models import Case, Judgment
from tests.databases import TestDatabase
from tests.papers import PDF, opened
from tests.registers import bring_in, made_story
from thads.common import versions


def own_connection(work: Callable[[], Any]) -> Any:
    """Runs in a thread of its own, with a connection of its own that is closed afterwards."""
    try:
        return work()
    finally:
        connections.close_all()


def until_it_waits(work: Future[Any]) -> None:
    """Until the other connection waits for a lock. What it raised instead is raised here."""
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        if work.done():
            raise AssertionError(f"it did not wait: {work.result()}")
        with connection.cursor() as cursor:
            # Not pg_stat_activity: within one transaction that stays as it was first read.
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")


def test_what_comes_in_during_a_correction_keeps_its_own_words(committed_database: TestDatabase) -> None:
    case = opened()
    rows = Judgment.objects.filter(pk=case.judgment_id)
    late: Future[Any]
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            change_judgment(
                rows=rows,
                visible_cases=Case.objects.all(),
                values={"number": "13/2023/HS-ST"},
                keys=None,
                proposal=Proposal(),
                reason="Tòa án có thông báo sửa số bản án",
                check=versions.unchecked,
                by="TEST",
                today=timezone.localdate(),
            )
            story = made_story(number="2/QĐ-CCTHADS")
            late = pool.submit(own_connection, lambda: bring_in([story], counted=False))
            until_it_waits(late)
        (key,) = late.result(timeout=30)
    second = Case.objects.select_related("judgment").get(pk=key)
    assert second.judgment_id != case.judgment_id
    assert second.judgment.number == "12/2023/HS-ST"
    assert rows.get().number == "13/2023/HS-ST"


def test_the_sweep_leaves_what_is_just_being_kept(committed_database: TestDatabase, files: Path) -> None:
    sha256 = hashlib.sha256(PDF).hexdigest()
    path = files / storage.name_of(sha256)
    path.parent.mkdir(parents=True)
    path.write_bytes(PDF)
    old = (timezone.now() - dt.timedelta(days=2)).timestamp()
    os.utime(path, (old, old))

    def sweep() -> int:
        return sweep_orphans(now=timezone.now())

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            # The bytes are there already, so nothing is written anew: only the lock says that they are wanted.
            storage.keep(io.BytesIO(PDF), sha256, len(PDF))
            assert pool.submit(own_connection, sweep).result(timeout=30) == 0
            assert path.exists()
        both = [pool.submit(own_connection, sweep) for _ in range(2)]
        assert sum(one.result(timeout=30) for one in both) >= 1
    assert not path.exists()
