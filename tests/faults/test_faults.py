"""After any fault the service comes to rest by itself, and nothing is lost, doubled or miscounted."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from itertools import cycle, islice

import psutil
import pytest

from tests.faults.checks import check
from tests.faults.clients import Ledger, Line
from tests.faults.load import Load, load
from tests.faults.world import Victim, World
from tests.runtime.service import LIMIT, PROJECT, processes_of
from thads.runtime.processes import kill_group, wait_until


@dataclass(frozen=True)
class Phase:
    """Something the service does, and tables it writes in the middle of it. ``job``: in a job of its own."""

    name: str
    tables: tuple[str, ...]
    job: str = ""


PHASES = (
    Phase("import", ("cases_case", "cases_act", "cases_obligation", "journal_outbox", "jobs_job"), "import"),
    Phase(
        "recording",
        ("cases_act", "cases_obligation", "journal_outbox", "journal_stale", "integration_idempotencyrecord"),
    ),
    Phase(
        "projecting", ("reports_countedcase", "reports_movement", "reports_unittotal", "reports_officertotal")
    ),
    Phase("sequencing", ("journal_entry", "journal_head")),
    Phase("rebuild", ("reports_countedcase", "jobs_job"), "rebuild"),
)
#: Faults in each phase and turn.
HITS = 2


@pytest.mark.parametrize("phase", PHASES, ids=lambda phase: phase.name)
def test_killed_in_the_middle(
    world: World, batches: Iterator[bytes], chance: random.Random, seed: str, phase: Phase, turn: int
) -> None:
    """SIGKILL while a transaction of this phase is open. Over the phases, everything that can be killed is."""
    came = 0
    with load(world, chance) as busy:
        for victim in _victims(seed, turn, phase):
            table = chance.choice(phase.tables)
            _keep_a_job(busy, phase, batches)
            with world.held(table, by_job=bool(phase.job)) as open_transaction:
                print(f"{phase.name}, at {table}{'' if open_transaction else ' (over)'}: {victim} killed")
                world.kill(victim, chance)
            came += open_transaction
            busy.wait_for_more(3)
    assert came
    check(world, busy.ledger)


def _victims(seed: str, turn: int, phase: Phase) -> list[Victim]:
    """Every phase goes on where the one before stopped, in an order of this turn."""
    order = random.Random(f"{seed} victims {turn}").sample(list(Victim), len(Victim))
    first = PHASES.index(phase) * HITS
    return list(islice(cycle(order), first, first + HITS))


def _keep_a_job(busy: Load, phase: Phase, batches: Iterator[bytes]) -> None:
    if not phase.job or busy.has_job():
        return
    if phase.job == "import":
        busy.import_stories(next(batches))
    else:
        busy.rebuild()


def test_killed_at_random_moments(
    world: World, batches: Iterator[bytes], chance: random.Random, turn: int
) -> None:
    """Import, rebuild, recording, projecting and sequencing all at once, and nobody waits for a good moment."""
    with load(world, chance) as busy:
        for victim in chance.sample(list(Victim), 4):
            if not busy.has_job():
                busy.import_stories(next(batches))
                busy.rebuild()
            time.sleep(chance.uniform(0.0, 1.5))
            print(f"{victim} killed")
            world.kill(victim, chance)
    check(world, busy.ledger)


def test_redis_emptied(world: World, batches: Iterator[bytes], chance: random.Random, turn: int) -> None:
    """The broker loses every message and every queue; what there is to do stands elsewhere."""
    with load(world, chance) as busy:
        busy.import_stories(next(batches))
        for _ in range(5):
            time.sleep(chance.uniform(0.0, 0.7))
            world.empty_redis()
    check(world, busy.ledger)


def test_worker_frozen_in_a_transaction(world: World, chance: random.Random, turn: int) -> None:
    """Recording goes on while a worker stands still in the middle of counting or sequencing; when it goes on,
    so does what it had begun.
    """
    with load(world, chance) as busy:
        for table in ("reports_unittotal", "journal_entry"):
            with ExitStack() as freeze:
                with world.held(table):
                    freeze.enter_context(world.frozen(world.family(Victim.WORKER)))
                busy.wait_for_more(20)
    check(world, busy.ledger)


def test_worker_frozen_and_given_up(world: World, chance: random.Random, turn: int) -> None:
    """The database gives up a session that stands still, another worker does its work, and then the frozen one
    goes on as if nothing had happened.
    """
    with load(world, chance) as busy, ExitStack() as freeze:
        with world.held("reports_unittotal"):
            freeze.enter_context(world.frozen(world.family(Victim.WORKER)))
        with _second_worker(world):
            busy.wait_for_more(20)
            assert wait_until(lambda: _give_up_idle_sessions(world) > 0, LIMIT)
            latest = world.ask("SELECT max(id) FROM journal_stale")[0][0] or 0
            world.wait_for(lambda: not world.count("journal_stale WHERE id <= %s", [latest]))
    check(world, busy.ledger)


def _second_worker(world: World) -> Program:
    """One more worker, as on another machine."""
    (first,) = world.processes(Victim.WORKER)
    command = first.cmdline()
    command[command.index("--hostname") + 1] = "second@%h"
    return Program(command, first.environ())


def _give_up_idle_sessions(world: World) -> int:
    """What ``idle_in_transaction_session_timeout`` does, sooner. Returns how many sessions it hit."""
    with world.connect("DATABASE_URL") as connection:
        ended = connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = current_user"
            " AND state = 'idle in transaction' AND clock_timestamp() - state_change > interval '1 second'"
        ).fetchall()
    return len(ended)


def test_web_frozen_in_a_transaction(world: World, chance: random.Random, turn: int) -> None:
    """The clients give up waiting and send again, while their first request is still open."""
    with load(world, chance) as busy, ExitStack() as freeze:
        with world.held("cases_act"):
            freeze.enter_context(world.frozen(world.family(Victim.WEB)))
        silent = busy.ledger.answers["TimeoutError"]
        world.wait_for(lambda: busy.ledger.answers["TimeoutError"] > silent)
    check(world, busy.ledger)


def test_two_sequencers(world: World, chance: random.Random, turn: int) -> None:
    """Others put events into the log beside the workers, without a pause; one is killed in the middle."""
    (worker,) = world.processes(Victim.WORKER)
    command = [sys.executable, "-c", _SEQUENCE_WITHOUT_END]
    with (
        load(world, chance) as busy,
        Program(command, worker.environ()) as first,
        Program(command, worker.environ()) as second,
    ):
        busy.wait_for_more(20)
        with world.held("journal_entry"):
            chance.choice((first, second)).process.kill()
        busy.wait_for_more(20)
        assert [one.process.poll() for one in (first, second)].count(None) == 1
    check(world, busy.ledger)


_SEQUENCE_WITHOUT_END = """
import django
django.setup()
from thads.journal.sequencer import sequence
while True:
    sequence()
"""


class Program:
    """A process beside the service; ended with the block."""

    def __init__(self, command: list[str], environment: dict[str, str]) -> None:
        self.command, self.environment = command, environment

    def __enter__(self) -> Program:
        self.process = subprocess.Popen(
            self.command, cwd=PROJECT, env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        kill_group(self.process.pid)
        self.process.wait()


def test_without_a_database_the_answer_is_to_come_again(
    world: World, chance: random.Random, turn: int
) -> None:
    """No request ends in a defect while the database is away; reading goes on as soon as it is back."""
    ledger = Ledger()
    line = Line(world, ledger, chance)
    with world.frozen(world.processes(Victim.KEEPER)):
        world.kill(Victim.POSTGRES, chance)
        for path in ("/api/v1/cases/", "/api/v1/statistics/forms/1/?unit=DN&fiscal_year=2024&months=12"):
            status, headers, problem = line.get(path)
            assert (status, problem["code"]) == (503, "SERVICE_UNAVAILABLE")
            assert int(headers["Retry-After"]) > 0
        assert world.service.status("/health/live") == 200
        assert world.service.status("/health/ready") == 503
    world.wait_for(lambda: line.get("/api/v1/cases/")[0] == 200)
    assert not ledger.wrong
    check(world, ledger)


def test_everything_killed_at_once(
    world: World, batches: Iterator[bytes], chance: random.Random, turn: int
) -> None:
    """As when the power fails: nothing is asked to end, and one command brings it all back."""
    with load(world, chance) as busy:
        busy.import_stories(next(batches))
        time.sleep(chance.uniform(0.0, 1.5))
        for process in processes_of(world.folder):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        world.start_again()
    check(world, busy.ledger)
