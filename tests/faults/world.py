"""The service under test, seen from outside: its processes, its database, its commands."""

from __future__ import annotations

import json
import random
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import psutil
import psycopg
import redis

from tests.runtime.service import LIMIT, Service
from thads.runtime.processes import wait_until


class Victim(StrEnum):
    """What a fault can hit."""

    WEB = "web"
    WEB_PROCESS = "one process of web"
    WORKER = "worker"
    TASK_PROCESS = "one process of the worker"
    BEAT = "beat"
    POSTGRES = "PostgreSQL"
    SESSION = "one session of PostgreSQL"
    REDIS = "Redis"
    KEEPER = "keeper of PostgreSQL and Redis"


class World:
    """A running service with a key to its API."""

    def __init__(self, folder: Path, service: Service) -> None:
        self.folder, self.service = folder, service
        self.token = ""
        self._asking: psycopg.Connection[Any] | None = None

    def begin(self) -> None:
        self.service.wait_ready()
        made = self.service.manage("api_key", "create", "--name", "faults", "--unit", "DN", "--role", "HEAD")
        assert made.returncode == 0, made.stderr
        self.token = made.stdout.strip().splitlines()[-1]

    def leave(self) -> None:
        """End whatever run of the service there is now."""
        if self._asking is not None:
            self._asking.close()
        self.service.__exit__()

    def start_again(self) -> None:
        """Another run of the service in the place of one that was killed."""
        self.service.process.wait(LIMIT)
        self.service.__exit__()
        again = Service(self.folder)
        again.port = self.service.port
        self.service = again.__enter__()
        self.service.wait_ready()

    # --- Its servers ----------------------------------------------------------------------------------------

    def _environment(self) -> dict[str, str]:
        known: dict[str, Any] = json.loads((self.folder / "servers.json").read_text())
        environment: dict[str, str] = known["environment"]
        return environment

    def connect(self, role: str = "DATABASE_OWNER_URL") -> psycopg.Connection[Any]:
        """A connection of one's own, as soon as the database can be reached."""
        return patient(lambda: psycopg.connect(self._environment()[role], autocommit=True))

    def ask(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a query, asked again when the database goes away under it."""

        def once() -> list[tuple[Any, ...]]:
            if self._asking is None or self._asking.closed:
                self._asking = psycopg.connect(self._environment()["DATABASE_OWNER_URL"], autocommit=True)
            return self._asking.execute(sql, parameters).fetchall()

        return patient(once)

    def count(self, sql: str, parameters: Sequence[Any] = ()) -> int:
        return int(self.ask(f"SELECT count(*) FROM {sql}", parameters)[0][0])

    def empty_redis(self) -> None:
        def once() -> None:
            with redis.Redis.from_url(self._environment()["REDIS_URL"], socket_timeout=5) as client:
                client.flushall()

        patient(once)

    # --- Its processes --------------------------------------------------------------------------------------

    def processes(self, victim: Victim) -> list[psutil.Process]:
        """The living processes that a fault of this kind can hit; empty while they are being started again."""
        with suppress(psutil.Error, OSError, KeyError):
            match victim:
                case Victim.WEB:
                    return _one(self.service.child("granian"))
                case Victim.WEB_PROCESS:
                    return _children(self.service.child("granian"))
                case Victim.WORKER:
                    return _one(self.service.child("worker"))
                case Victim.TASK_PROCESS:
                    return _children(self.service.child("worker"))
                case Victim.BEAT:
                    return _one(self.service.child("beat"))
                case Victim.KEEPER:
                    return _one(self._keeper())
                case Victim.POSTGRES:
                    return _named(self._keeper().children(), "postgres")
                case Victim.REDIS:
                    return _named(self._keeper().children(), "redis-server")
                case Victim.SESSION:
                    servers = _named(self._keeper().children(), "postgres")
                    return [
                        one
                        for server in servers
                        for one in server.children()
                        if "thads_app" in " ".join(one.cmdline())
                    ]
        return []

    def family(self, victim: Victim) -> list[psutil.Process]:
        """A program with all it started."""
        return [one for head in self.processes(victim) for one in (head, *head.children(recursive=True))]

    def _keeper(self) -> psutil.Process:
        known = json.loads((self.folder / "servers.json").read_text())
        return psutil.Process(known["keeper"])

    def kill(self, victim: Victim, chance: random.Random) -> None:
        """End one such process at once (SIGKILL), and return when it is gone."""
        hit = False
        while not hit:
            self.wait_for(lambda: bool(self.processes(victim)))
            found = self.processes(victim)
            if found:
                process = chance.choice(found)
                with suppress(psutil.NoSuchProcess):
                    process.kill()
                    hit = True
        wait_until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE, LIMIT)

    @contextmanager
    def frozen(self, processes: list[psutil.Process]) -> Iterator[None]:
        """These processes stand still, as on a machine that swaps or is being moved, and then go on."""
        for process in processes:
            process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            for process in processes:
                with suppress(psutil.NoSuchProcess):
                    process.send_signal(signal.SIGCONT)

    @contextmanager
    def held(self, table: str, *, by_job: bool = False) -> Iterator[bool]:
        """Nobody writes ``table`` or locks its rows while this lasts; begins when somebody waits to, in the middle of his
        transaction (``by_job``: the one who runs an import or a rebuild).

        Gives whether somebody came: a job may have ended before.
        """
        until = time.monotonic() + LIMIT
        while True:
            if by_job:
                # A job that nobody runs yet would not come: those who count wait for the table too, and may
                # take up every process of the worker.
                self.wait_for(lambda: self._job_runs() or self._jobs_are_over())
            holder = self.connect()
            try:
                holder.execute(f"BEGIN; LOCK TABLE {table} IN EXCLUSIVE MODE")
                if self._somebody_comes(table, by_job=by_job):
                    yield self._waits(table, by_job=by_job)
                    return
                assert time.monotonic() < until, f"nobody came to write {table}:\n{self._who_waits()}"
            finally:
                holder.close()

    def _somebody_comes(self, table: str, *, by_job: bool) -> bool:
        """Wait for who wants to write a table that is held, or for the end of the jobs (``by_job``). False when nobody
        came, or the one who ran the job gave it back before he came so far.
        """

        def decided() -> bool:
            return self._waits(table, by_job=by_job) or (by_job and not self._job_runs())

        wait_until(decided, LIMIT / 2, every=0.01)
        return self._waits(table, by_job=by_job) or (by_job and self._jobs_are_over())

    def _waits(self, table: str, *, by_job: bool) -> bool:
        waiting = "pg_locks w WHERE w.relation = %s::regclass AND NOT w.granted"
        if by_job:
            waiting += f" AND EXISTS (SELECT FROM {RUNNING_JOBS} AND j.pid = w.pid)"
        return bool(self.count(waiting, [table]))

    def _job_runs(self) -> bool:
        return bool(self.count(RUNNING_JOBS))

    def _jobs_are_over(self) -> bool:
        return not self.count(UNFINISHED_JOBS)

    def _who_waits(self) -> str:
        rows = self.ask(
            "SELECT pid, pg_blocking_pids(pid), state, wait_event, left(query, 200) FROM pg_stat_activity"
            " WHERE datname = current_database() ORDER BY pid"
        )
        return "\n".join(map(str, rows))

    def wait_for(self, happened: Callable[[], bool]) -> None:
        """Wait until it happened; fails with the last words of the service."""
        done = wait_until(lambda: happened() or self.service.process.poll() is not None, LIMIT)
        words = "\n".join(self.service.output.splitlines()[-LAST_WORDS:])
        assert done and happened(), f"exit code {self.service.process.poll()}, last words:\n{words}"

    # --- Its rest -------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Wait until the service has come to rest by itself: everything runs, nothing waits to be done."""
        # In this order: a job ends in changes, a change in marks and events.
        self.wait_for(self._is_whole)
        for waiting in (
            UNFINISHED_JOBS,
            "journal_stale WHERE set_aside_at IS NULL",
            "journal_outbox",
        ):
            self.wait_for(lambda waiting=waiting: not self.count(waiting))  # type: ignore[misc]

    def _is_whole(self) -> bool:
        kept = (Victim.WEB, Victim.WORKER, Victim.BEAT, Victim.POSTGRES, Victim.REDIS)
        return all(self.processes(one) for one in kept) and self.service.status("/health/ready") == 200


T = TypeVar("T")
#: Lines of the service's output that a failed test shows.
LAST_WORDS = 80
#: The sessions that run a job: they hold its advisory lock (``thads.jobs.runner``).
RUNNING_JOBS = f"pg_locks j WHERE j.locktype = 'advisory' AND j.classid = {0x4A4F42} AND j.granted"
UNFINISHED_JOBS = "jobs_job WHERE state IN ('QUEUED', 'RUNNING')"


def patient(work: Callable[[], T]) -> T:
    """What ``work`` gives, tried again while the servers are away."""
    until = time.monotonic() + LIMIT
    while True:
        try:
            return work()
        except (psycopg.OperationalError, redis.RedisError, OSError):
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def _one(process: psutil.Process | None) -> list[psutil.Process]:
    alive = process is not None and process.status() != psutil.STATUS_ZOMBIE
    return [process] if process is not None and alive else []


def _children(process: psutil.Process | None) -> list[psutil.Process]:
    if process is None:
        return []
    return [child for child in process.children() if child.status() != psutil.STATUS_ZOMBIE]


def _named(processes: list[psutil.Process], name: str) -> list[psutil.Process]:
    return [p for p in processes if p.name() == name and p.status() != psutil.STATUS_ZOMBIE]
