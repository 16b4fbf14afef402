"""W10: how long an act that was recorded takes to be in the figures, while fifty come in every second."""

from __future__ import annotations

import asyncio
import datetime as dt
import time
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.asking import collection, open_lines_of, today
from benchmarks.bench import Bench, Findings, Line
from benchmarks.load import Answer, Connection, checked, percentile, request
from thads.common.periods import Period

_A_SECOND = 50
_SECONDS = 60
_AMOUNT = 1000
#: Connections over which acts are recorded: more than are ever busy at a time.
_CONNECTIONS = 24
#: Seconds between two looks at the figures.
_LOOK_EVERY = 0.1
#: Seconds to wait for the last acts at the end.
_PATIENCE = 30
_UNIT = "DN"


@dataclass(slots=True)
class _Look:
    """A figure as it was read: when it was asked for, when the answer was there, the moment it was known at,
    what was pending, and the money collected.
    """

    asked: float
    at: float
    known_at: float
    pending: int
    collected: int


@dataclass(slots=True)
class _Seen:
    answers: list[Answer] = field(default_factory=list)
    looks: list[_Look] = field(default_factory=list)
    late: int = 0


class Freshness:
    code = "W10"
    title = f"An act recorded → visible in the statistics, {_A_SECOND} acts a second for {_SECONDS} s"

    def run(self, bench: Bench) -> Findings:
        lines = open_lines_of(bench.database, _UNIT, 5000)
        token, day = bench.key(_UNIT, "HEAD"), today()
        acts = [
            request("POST", f"/api/v1/cases/{line.case}/acts/", token, collection(line, day, _AMOUNT))
            for line in (lines[place % len(lines)] for place in range(_A_SECOND * _SECONDS))
        ]
        period = Period.running_on(day)
        look = request(
            "GET",
            f"/api/v1/statistics/forms/2/?unit={_UNIT}&fiscal_year={period.fiscal_year}&months={period.months}"
            "&columns=completed",
            token,
        )
        with bench.whole_service():
            bench.meter.start([bench.project, *bench.task_servers])
            seen = asyncio.run(_work(bench.project.port, acts, look))
            cost = bench.meter.stop()
        return _findings(seen, cost.server, cost.postgres)


async def _work(port: int, acts: Sequence[bytes], look: bytes) -> _Seen:
    seen = _Seen()
    done = asyncio.Event()
    eyes = asyncio.create_task(_look_on(port, look, seen, done))
    while not seen.looks:
        await asyncio.sleep(0.01)
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(_CONNECTIONS):
        free.put_nowait(Connection(port))

    async def record(sent: bytes, due: float) -> None:
        connection = await free.get()
        seen.late += time.monotonic() - due > 0.1
        try:
            seen.answers.append(checked(await connection.ask(sent), 201))
        finally:
            free.put_nowait(connection)

    began = time.monotonic()
    running = []
    for place, sent in enumerate(acts):
        due = began + place / _A_SECOND
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        running.append(asyncio.create_task(record(sent, due)))
    await asyncio.gather(*running)
    last = max(_moment(answer.json()["recorded_at"]) for answer in seen.answers)
    until = time.monotonic() + _PATIENCE
    while seen.looks[-1].known_at < last and time.monotonic() < until:
        await asyncio.sleep(_LOOK_EVERY)
    done.set()
    await eyes
    while not free.empty():
        await free.get_nowait().close()
    return seen


async def _look_on(port: int, look: bytes, seen: _Seen, done: asyncio.Event) -> None:
    connection = Connection(port)
    while not done.is_set():
        asked = time.time()
        answer = checked(await connection.ask(look), 200)
        body = answer.json()
        known_at, pending = _moment(body["known_at"]), body["pending"]
        seen.looks.append(_Look(asked, answer.at, known_at, pending, _collected(body)))
        await asyncio.sleep(_LOOK_EVERY)
    await connection.close()


def _collected(body: Any) -> int:
    """The total of the column, in đồng."""
    return int(body["rows"][0]["columns"]["completed"]["value"])


def _moment(text: str) -> float:
    return dt.datetime.fromisoformat(text).timestamp()


def _findings(seen: _Seen, server: float, postgres: float) -> Findings:
    recorded = sorted(_moment(answer.json()["recorded_at"]) for answer in seen.answers)
    waits = [_wait(moment, seen.looks) for moment in recorded]
    asked = [answer.seconds for answer in seen.answers]
    seconds = max(recorded) - min(recorded)
    per = 1000 / len(recorded)
    found = Findings()
    found.lines = [
        Line(
            "record, count, log", len(recorded), server * per, postgres * per, len(recorded) / seconds,
            *(percentile(asked, share) for share in (0.5, 0.95, 0.99)),
        ),
        Line(
            "recorded → visible", len(recorded), 0, 0, len(seen.looks) / seconds,
            *(percentile(waits, share) for share in (0.5, 0.95, 0.99)),
        ),
    ]  # fmt: skip
    found.at_most("95 of 100 acts are visible after", percentile(waits, 0.95), 2, "s")
    base, before = seen.looks[0].collected, seen.looks[0].known_at
    false = sum(
        look.collected
        != base + _AMOUNT * (bisect_right(recorded, look.known_at) - bisect_right(recorded, before))
        for look in seen.looks
    )
    found.must(
        "every figure holds exactly the acts recorded up to its known_at",
        f"{len(seen.looks) - false} of {len(seen.looks)} readings",
        not false,
    )
    most = max(look.pending for look in seen.looks)
    lies = _lies(seen, recorded)
    found.must(
        "pending tells the truth: 0 when nothing acknowledged is missing, never more than came in",
        f"{len(seen.looks) - lies} of {len(seen.looks)} readings",
        not lies,
    )
    idle = sum(look.pending == 0 for look in seen.looks)
    found.notes.append(
        f"pending was 0 in {idle} of {len(seen.looks)} readings, at most {most}; the slowest act was visible "
        f"after {max(waits):.2f} s; {seen.late} acts were sent more than 0.1 s late"
    )
    return found


def _lies(seen: _Seen, recorded: Sequence[float]) -> int:
    """In how many readings ``pending`` cannot be true.

    With nothing pending, only a write still open can keep ``known_at`` back, and none has been open for
    longer than the longest took. What is pending was sent before the answer came, and was in no answer
    before.
    """
    longest = max(answer.seconds for answer in seen.answers)
    sent = sorted(answer.at - answer.seconds for answer in seen.answers)
    lies, counted = 0, 0
    for look in seen.looks:
        short = look.pending == 0 and look.known_at < look.asked - longest
        lies += short or look.pending > bisect_right(sent, look.at) - counted
        counted = bisect_right(recorded, look.known_at)
    return lies


def _wait(moment: float, looks: Sequence[_Look]) -> float:
    """Seconds from the recording to the first answer that knows of it; no answer is no end."""
    for look in looks:
        if look.known_at >= moment:
            return max(0.0, look.at - moment)
    return float("inf")
