"""The servers under measurement, each as it is served in earnest, and what they cost.

All web servers have the same two worker processes. CPU time is read from ``/proc``: of the processes of a
server with everything they started, and of all of PostgreSQL but its autovacuum, which comes when it likes.
"""

from __future__ import annotations

import contextlib
import http.client
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from thads.runtime.places import PROJECT_DIR
from thads.runtime.processes import end_with_parent, kill_group, wait_until
from thads.runtime.up import TASK_WORKERS, WEB_THREADS, WEB_WORKERS

HOST = "127.0.0.1"
_READY_PATIENCE = 60.0
_END_PATIENCE = 15.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """A program that runs while it is measured; ``port`` where it serves, 0 for one that does not."""

    name: str
    command: list[str]
    environment: dict[str, str]
    log: Path
    port: int = 0
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=PROJECT_DIR,
                env=self.environment,
                start_new_session=True,
                preexec_fn=end_with_parent(signal.SIGTERM),
            )
        if self.port and not wait_until(self._answers, _READY_PATIENCE):
            raise RuntimeError(f"{self.name} does not answer; see {self.log}")

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_END_PATIENCE)
        kill_group(self._process.pid)
        self._process.wait()
        self._process = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def processes(self) -> list[psutil.Process]:
        assert self._process is not None
        with contextlib.suppress(psutil.NoSuchProcess):
            own = psutil.Process(self._process.pid)
            return [own, *own.children(recursive=True)]
        raise RuntimeError(f"{self.name} has ended; see {self.log}")

    def _answers(self) -> bool:
        if not self.running:
            raise RuntimeError(f"{self.name} has ended; see {self.log}")
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            connection.request("GET", "/health/live")
            connection.getresponse().read()
            return True
        except OSError:
            return False
        finally:
            connection.close()


def web(
    name: str, application: str, environment: dict[str, str], folder: Path, *, interface: str = "wsgi"
) -> Server:
    """A web application under granian, as ``manage.py up`` serves the project."""
    port = free_port()
    threads = ["--blocking-threads", str(WEB_THREADS)] if interface == "wsgi" else []
    command = [
        sys.executable, "-m", "granian", "--interface", interface, "--host", HOST, "--port", str(port),
        "--workers", str(WEB_WORKERS), *threads, "--no-ws", "--log-level", "warning", application,
    ]  # fmt: skip
    return Server(name, command, environment, folder / "logs" / f"bench-{name}.log", port)


def tasks(environment: dict[str, str], folder: Path) -> list[Server]:
    """The task workers and the schedule, as ``manage.py up`` runs them."""
    celery = [sys.executable, "-m", "celery", "--quiet", "-A", "thads.celery"]
    worker = [
        *celery, "worker", "--concurrency", str(TASK_WORKERS), "--queues", "work,bulk",
        "--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat",
        "--hostname", "bench@%h",
    ]  # fmt: skip
    beat = [
        *celery, "beat", "--loglevel", "WARNING", "--pidfile", "",
        "--schedule", str(folder / "beat-schedule"),
    ]  # fmt: skip
    environment = {**environment, "PYTHONWARNINGS": "ignore:You're running the worker with superuser"}
    logs = folder / "logs"
    return [
        Server("worker", worker, environment, logs / "bench-worker.log"),
        Server("beat", beat, environment, logs / "bench-beat.log"),
    ]


@contextlib.contextmanager
def running(servers: Iterable[Server]) -> Iterator[None]:
    """The servers run inside."""
    started: list[Server] = []
    try:
        for server in servers:
            started.append(server)
            server.start()
        yield
    finally:
        for server in reversed(started):
            server.stop()


# What they cost.


def _cpu(process: psutil.Process) -> float:
    """CPU seconds of a process and of its children that have ended."""
    times = process.cpu_times()
    return float(times.user + times.system + times.children_user + times.children_system)


def _is_autovacuum(process: psutil.Process) -> bool:
    return any("autovacuum" in word for word in process.cmdline())


@dataclass
class Cost:
    """CPU seconds: of the server's processes, and of PostgreSQL."""

    server: float
    postgres: float

    @property
    def total(self) -> float:
        return self.server + self.postgres


class Meter:
    """Measures what some servers and PostgreSQL use between ``start`` and ``stop``. One at a time."""

    #: How often PostgreSQL is looked at for autovacuum, which is to be told apart.
    _EVERY = 0.25

    def __init__(self, postmaster: int) -> None:
        self._postmaster = psutil.Process(postmaster)
        self._servers: list[Server] = []
        self._before = Cost(0, 0)
        self._vacuum: dict[int, tuple[float, float]] = {}
        self._stopping = threading.Event()
        self._watch: threading.Thread | None = None

    def start(self, servers: Iterable[Server]) -> None:
        self._servers = list(servers)
        self._vacuum = {}
        self._look()
        # What autovacuum used before does not count.
        self._vacuum = {pid: (last, last) for pid, (_, last) in self._vacuum.items()}
        self._stopping.clear()
        self._watch = threading.Thread(target=self._keep_looking, daemon=True)
        self._watch.start()
        self._before = self._now()

    def stop(self) -> Cost:
        after = self._now()
        self._stopping.set()
        assert self._watch is not None
        self._watch.join()
        vacuum = sum(last - first for first, last in self._vacuum.values())
        postgres = after.postgres - self._before.postgres - vacuum
        return Cost(after.server - self._before.server, max(0.0, postgres))

    def _now(self) -> Cost:
        server = sum(self._used(process) for one in self._servers for process in one.processes())
        children = [self._postmaster, *self._postmaster.children(recursive=True)]
        self._look()
        return Cost(server, sum(self._used(process) for process in children))

    def _used(self, process: psutil.Process) -> float:
        try:
            return _cpu(process)
        except psutil.NoSuchProcess:
            return 0.0  # its parent has it by now, or has it at the next look

    def _look(self) -> None:
        for process in self._postmaster.children():
            with contextlib.suppress(psutil.NoSuchProcess):
                if _is_autovacuum(process):
                    first, _ = self._vacuum.get(process.pid, (0.0, 0.0))
                    self._vacuum[process.pid] = (first, _cpu(process))

    def _keep_looking(self) -> None:
        # Without a postmaster the measuring is over too: somebody has stopped everything.
        with contextlib.suppress(psutil.NoSuchProcess):
            while not self._stopping.wait(self._EVERY):
                self._look()


class Memory:
    """The resident memory of the processes of some servers, looked at until it is told to stop."""

    def __init__(self, servers: Iterable[Server]) -> None:
        self._servers = list(servers)
        #: (seconds since the beginning, bytes of the largest process)
        self.seen: list[tuple[float, int]] = []
        self._stopping = threading.Event()
        self._began = time.monotonic()
        self._thread = threading.Thread(target=self._keep_looking, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    def halves(self) -> tuple[int, int]:
        """The most in the first half and in the second, in bytes."""
        half = self.seen[-1][0] / 2
        first = [size for at, size in self.seen if at <= half]
        return max(first), max(size for at, size in self.seen if at > half)

    def _keep_looking(self) -> None:
        while not self._stopping.wait(0.5):
            sizes = [0]
            for server in self._servers:
                for process in server.processes():
                    with contextlib.suppress(psutil.NoSuchProcess):
                        sizes.append(process.memory_info().rss)
            self.seen.append((time.monotonic() - self._began, max(sizes)))
