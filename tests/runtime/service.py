"""``manage.py up`` under test: in a folder of its own, on a free port, watched from outside."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from thads.runtime.processes import wait_until

PROJECT = Path(__file__).resolve().parent.parent.parent
OURS = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "THADS_", "DJANGO_", "PYTEST_")
#: Seconds within which anything has to happen; a limit for failing, not a pause.
LIMIT = 120.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def data_folder() -> Iterator[Path]:
    """An empty data folder whose parents everybody may pass, as root needs it; nothing runs in it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="thads-test-", dir="/tmp"))
    try:
        yield folder
    finally:
        for process in processes_of(folder):
            process.kill()
        wait_until(lambda: not processes_of(folder), LIMIT)
        shutil.rmtree(folder, ignore_errors=True)


def processes_of(folder: Path) -> list[psutil.Process]:
    """Every living process that has to do with this data folder."""
    found = []
    for process in psutil.process_iter():
        try:
            about = [*process.cmdline(), process.environ().get("THADS_DATA_DIR", "")]
            alive = process.pid != os.getpid() and process.status() != psutil.STATUS_ZOMBIE
            if alive and any(str(folder) in part for part in about):
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


class Service:
    """One run of ``manage.py up``."""

    def __init__(self, folder: Path, *arguments: str, environment: dict[str, str] | None = None) -> None:
        self.folder, self.port = folder, free_port()
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(OURS)},
            "THADS_DATA_DIR": str(folder),
            **(environment or {}),
        }
        self.output_path = folder.with_name(f"{folder.name}.{self.port}.log")
        self.arguments = arguments

    def __enter__(self) -> Service:
        with self.output_path.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--port", str(self.port), "--no-demo", *self.arguments],
                cwd=PROJECT, env=self.environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(LIMIT)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.output_path.unlink(missing_ok=True)

    @property
    def output(self) -> str:
        return self.output_path.read_text(errors="replace")

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=PROJECT, env=self.environment, capture_output=True, text=True, timeout=LIMIT, check=False,
        )  # fmt: skip

    def status(self, path: str) -> int | None:
        """The status of one GET, None when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def wait_for(self, happened: Callable[[], bool]) -> None:
        """Wait until it happened; fails with what the service said when it ended first or took too long."""
        wait_until(lambda: happened() or self.process.poll() is not None, LIMIT)
        assert happened(), f"exit code {self.process.poll()}, output:\n{self.output}"

    def wait_ready(self) -> None:
        self.wait_for(lambda: self.status("/health/ready") == 200)

    def child(self, *words: str) -> psutil.Process | None:
        """The direct child whose command line holds all these words."""
        for process in psutil.Process(self.process.pid).children():
            try:
                if all(word in process.cmdline() for word in words):
                    return process
            except psutil.Error:
                continue  # ended in the meantime
        return None

    def nothing_left(self) -> bool:
        return wait_until(lambda: not processes_of(self.folder), LIMIT)
