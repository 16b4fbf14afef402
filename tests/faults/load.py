"""What the service is busy with while it is hit."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults.clients import Ledger, Line, Recorder
from tests.faults.world import UNFINISHED_JOBS, World

RECORDERS = 3


class Load:
    """Clients that record, and the jobs submitted beside them."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self.world, self.ledger = world, Ledger()
        self.line = Line(world, self.ledger, random.Random(chance.random()))
        self.stop = threading.Event()
        name = f"F{chance.getrandbits(40):x}"
        self.recorders = [
            Recorder(world, self.ledger, f"{name}{letter}", self.stop) for letter in "abcdef"[:RECORDERS]
        ]

    def wait_for_more(self, acts: int) -> None:
        """Until the clients have recorded this much more than now: they are served again, whatever happened."""
        wanted = self.ledger.recorded() + acts
        self.world.wait_for(lambda: self.ledger.recorded() >= wanted or self._failed())
        assert not self._failed(), [one.failure for one in self.recorders]

    def has_job(self) -> bool:
        return bool(self.world.count(UNFINISHED_JOBS))

    def import_stories(self, stories: bytes) -> None:
        status, answer = self.line.post("/api/v1/imports/", stories, "application/x-ndjson")
        assert status == 202, answer

    def rebuild(self) -> None:
        status, answer = self.line.post("/api/v1/statistics/rebuild/", b"{}")
        assert status == 202, answer

    def _failed(self) -> bool:
        return any(one.failure for one in self.recorders)


@contextmanager
def load(world: World, chance: random.Random) -> Iterator[Load]:
    """Clients record from the first moment to the last; at the end each of them knows what became of all it
    sent.
    """
    busy = Load(world, chance)
    for recorder in busy.recorders:
        recorder.start()
    try:
        busy.wait_for_more(12)
        yield busy
        busy.wait_for_more(12)
    finally:
        busy.stop.set()
        for recorder in busy.recorders:
            recorder.join()
        print(f"{busy.ledger.recorded()} recorded, answers {dict(busy.ledger.answers)}")
    assert not busy._failed(), [one.failure for one in busy.recorders]
