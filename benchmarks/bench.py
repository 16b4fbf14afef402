"""What a workload works with, and what it finds."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Protocol

from benchmarks.generator import BLOCK
from benchmarks.ground import Database, Ground
from benchmarks.load import closed_loop, percentile
from benchmarks.servers import Meter, Server, running, tasks, web
from thads.runtime.processes import wait_until

TEXTBOOK = "benchmarks.references.textbook"
#: Seconds the task workers may take to start.
_START_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Line:
    """How one contender did: CPU seconds per 1,000 requests, requests a second, seconds per request."""

    contender: str
    requests: int
    server: float
    postgres: float
    rate: float
    p50: float
    p95: float
    p99: float

    @property
    def cpu(self) -> float:
        return self.server + self.postgres


@dataclass(frozen=True, slots=True)
class Verdict:
    """A budget and what was measured; ``holds`` None where there is no budget, only a figure."""

    says: str
    measured: str
    budget: str
    holds: bool | None


@dataclass(slots=True)
class Findings:
    """What a workload found."""

    lines: list[Line] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def at_most(self, says: str, ratio: float, budget: float, unit: str = "×") -> None:
        self.verdicts.append(Verdict(says, f"{ratio:.2f} {unit}", f"≤ {budget:g} {unit}", ratio <= budget))

    def at_least(self, says: str, ratio: float, budget: float, unit: str = "×") -> None:
        self.verdicts.append(Verdict(says, f"{ratio:.2f} {unit}", f"≥ {budget:g} {unit}", ratio >= budget))

    def must(self, says: str, measured: str, holds: bool) -> None:
        self.verdicts.append(Verdict(says, measured, "", holds))


class Workload(Protocol):
    """One row of the table of workloads."""

    code: str
    title: str

    def run(self, bench: Bench) -> Findings: ...


@dataclass(frozen=True, slots=True)
class Contender:
    """Who answers, and what is asked of him in a round (its number; the first is 0)."""

    name: str
    server: Server
    requests: Callable[[int], Sequence[bytes]]
    expect: int = 200


@dataclass
class Bench:
    """The ground of one run: a nation that may be written to, and the servers over it."""

    ground: Ground
    database: Database
    cases: int
    rounds: int = 5
    #: How many are brought in by W9.
    stories: int = 100_000
    #: How many ask at a time.
    connections: int = 4

    @property
    def folder(self) -> Path:
        return self.ground.folder

    @property
    def department(self) -> str:
        """The code of a department as large as they come in this nation."""
        return "P01" if self.cases > BLOCK else "DN"

    @property
    def unit(self) -> str:
        """Its largest unit."""
        return f"{self.department}.HC"

    @cached_property
    def project(self) -> Server:
        return web("project", "thads.wsgi:application", self.database.environment, self.folder)

    @cached_property
    def textbook(self) -> Server:
        environment = {**self.database.environment, "DJANGO_SETTINGS_MODULE": f"{TEXTBOOK}.settings"}
        self.database.run(
            "-m",
            "django",
            "migrate",
            "authtoken",
            "--verbosity",
            "0",
            settings=f"{TEXTBOOK}.settings",
            owner=True,
        )
        return web("textbook", f"{TEXTBOOK}.wsgi:application", environment, self.folder)

    @cached_property
    def limit(self) -> Server:
        application = "benchmarks.references.limit:application"
        return web("limit", application, self.database.environment, self.folder, interface="asgi")

    @cached_property
    def task_servers(self) -> list[Server]:
        return tasks(self.database.environment, self.folder)

    @cached_property
    def meter(self) -> Meter:
        return Meter(self.ground.postmaster())

    def chance(self, what: str) -> random.Random:
        """Choices that are the same in every run."""
        return random.Random(f"{what} {self.cases}")

    def key(self, unit: str, role: str) -> str:
        """The token of a new API key."""
        return self.key_of(self.database, unit, role)

    def key_of(self, database: Database, unit: str, role: str, officer: str | None = None) -> str:
        command = ("manage.py", "api_key", "create", "--name", "bench", "--unit", unit, "--role", role)
        return database.output(*command, *(() if officer is None else ("--officer", officer)))

    def textbook_token(self, unit: str) -> str:
        assert self.textbook
        return self.database.output("-m", f"{TEXTBOOK}.account", unit, settings=f"{TEXTBOOK}.settings")

    @contextmanager
    def whole_service(self) -> Iterator[None]:
        """The service with its task workers, when nothing waits to be done any more."""
        with running([self.project, *self.task_servers]):
            self._wait_for_workers()
            self.wait_until_quiet()
            yield

    def _wait_for_workers(self) -> None:
        """Until the task workers answer, so that their start is not measured. Raises TimeoutError."""
        ping = "from thads.celery import app; print(len(app.control.ping(timeout=1, limit=1)))"
        if not wait_until(lambda: self.database.output("-c", ping) == "1", _START_PATIENCE):
            raise TimeoutError("the task workers do not answer")

    def wait_until_quiet(self) -> None:
        """Until every change has been counted and has its place in the log."""
        self.database.wait_for_nothing("journal_stale", "journal_outbox")

    def race(self, contenders: Sequence[Contender]) -> dict[str, Line]:
        """Rounds by turns: the medians of each contender. One round before is not measured."""
        found: dict[str, list[Line]] = {one.name: [] for one in contenders}
        for number in range(self.rounds + 1):
            for one in contenders:
                line = self._round(one, number)
                if number:
                    found[one.name].append(line)
        return {name: _median(lines) for name, lines in found.items()}

    def _round(self, contender: Contender, number: int) -> Line:
        requests = contender.requests(number)
        self.meter.start([contender.server])
        began = time.monotonic()
        answers = closed_loop(contender.server.port, requests, self.connections, contender.expect)
        seconds = time.monotonic() - began
        cost = self.meter.stop()
        count = len(answers)
        waits = [answer.seconds for answer in answers]
        return Line(
            contender.name,
            count,
            cost.server / count * 1000,
            cost.postgres / count * 1000,
            count / seconds,
            percentile(waits, 0.50),
            percentile(waits, 0.95),
            percentile(waits, 0.99),
        )


def _median(lines: Sequence[Line]) -> Line:
    def of(name: str) -> float:
        return statistics.median(getattr(line, name) for line in lines)

    return Line(
        lines[0].contender,
        sum(line.requests for line in lines),
        *(of(name) for name in ("server", "postgres", "rate", "p50", "p95", "p99")),
    )
