"""``manage.py up``: from an empty folder to a running service, in one process that holds all the others.

lock the folder → end leftovers of a killed run → servers → tables → web, worker, beat → data → "ready" → wait
for Ctrl-C
"""

from __future__ import annotations

import http.client
import os
import signal
import socket
import sys
import threading
import time
from pathlib import Path

from thads.runtime.embedded import Joined, join, needs_embedded, prepare_data_dir
from thads.runtime.locks import FileLock
from thads.runtime.places import PROJECT_DIR, default_data_dir
from thads.runtime.processes import end_all, marked_with
from thads.runtime.refusal import StartRefused
from thads.runtime.supervisor import Program, end_together, say

UP_LOCK = "up.lock"
#: Marks everything that ``up`` starts, so that the next ``up`` finds what a killed one left.
MARK = "THADS_UP"
#: Seconds that web and workers get to finish what they are doing.
PATIENCE = 10.0
#: Loading goes on where it stopped, so what made it stop once (a worker at the same job, a database that was
#: started again) need not stop the start.
LOADING_ATTEMPTS = 3
#: Seconds until the servers are tried again when they could not be started.
SERVERS_PAUSE = 5.0
WEB_WORKERS = 2
WEB_THREADS = 4
TASK_WORKERS = 2


def run(*, host: str, port: int, demo: bool) -> int:
    """Serve until Ctrl-C or SIGTERM; returns the exit code. Raises StartRefused."""
    data_dir = default_data_dir()
    prepare_data_dir(data_dir)
    alone = FileLock(data_dir / UP_LOCK)
    if not alone.try_take():
        raise StartRefused(
            f"Dịch vụ của thư mục {data_dir} đang chạy rồi.",
            f"The service of {data_dir} is already running.",
        )
    try:
        end_all(marked_with(MARK, str(data_dir)), patience=PATIENCE)
        _refuse_taken_port(host, port)
        joined = join(data_dir) if needs_embedded(os.environ) else None
        try:
            return _Service(data_dir, joined, host=host, port=port, demo=demo).serve()
        finally:
            if joined is not None:
                joined.leave(wait=True)
            say("up", "Đã dừng. / Stopped.")
    finally:
        alone.release()


def _refuse_taken_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            raise StartRefused(
                f"Không mở được cổng {port} tại {host}; hãy chọn cổng khác bằng --port.",
                f"Port {port} at {host} cannot be opened ({error}); choose another one with --port.",
            ) from None


class _Interrupted(Exception):
    """Somebody asked to stop."""


class _Service:
    def __init__(self, data_dir: Path, joined: Joined | None, *, host: str, port: int, demo: bool) -> None:
        self.data_dir, self.host, self.port, self.demo = data_dir, host, port, demo
        self.joined, self.servers_again_at = joined, 0.0
        self.environment = {
            **os.environ,
            **{
                name: value
                for name, value in (joined.environment if joined else {}).items()
                if name not in os.environ
            },
            MARK: str(data_dir),
            "THADS_DATA_DIR": str(data_dir),
            "DJANGO_SETTINGS_MODULE": "thads.settings",
            "PYTHONPATH": str(PROJECT_DIR),
            "PYTHONUNBUFFERED": "1",
            # Celery's warning is about pickled messages; ours are JSON, and only local processes reach the
            # broker.
            "PYTHONWARNINGS": "ignore:You're running the worker with superuser",
        }
        self.stopping = threading.Event()
        self.signals = 0
        self.kept: list[Program] = []

    def serve(self) -> int:
        for what in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(what, self._on_stop)
        once: Program | None = None
        try:
            self._say("Chuẩn bị bảng dữ liệu… / Preparing the tables…")
            once = self._manage("migrate", "migrate", "--verbosity", "1", "--no-input")
            if not self._finish(once):
                return 1
            self.kept = self._programs()
            for _attempt in range(LOADING_ATTEMPTS):
                once = self._manage("prepare", "prepare", *([] if self.demo else ["--no-demo"]), bare=True)
                if self._finish(once):
                    break
                self._look(3.0)
            else:
                self._say("Nạp dữ liệu chưa xong; chạy lại để tiếp tục. / Loading is not done; run again.")
                return 1
            while not self._is_ready():
                self._look()
            once = self._manage("welcome", "welcome", "--address", self._address(), bare=True)
            self._finish(once)
            while True:
                self._look()
        except _Interrupted:
            self._say("Đang dừng… / Stopping…")
            return 0
        finally:
            end_together([*self.kept, *([once] if once else [])], PATIENCE)

    def _programs(self) -> list[Program]:
        web = [
            sys.executable, "-m", "granian", "--interface", "wsgi",
            "--host", self.host, "--port", str(self.port),
            "--workers", str(WEB_WORKERS), "--blocking-threads", str(WEB_THREADS), "--respawn-failed-workers",
            "--no-ws", "--workers-kill-timeout", "8", "--log-level", "warning", "thads.wsgi:application",
        ]  # fmt: skip
        celery = [sys.executable, "-m", "celery", "--quiet", "-A", "thads.celery"]
        worker = [
            *celery, "worker", "--concurrency", str(TASK_WORKERS), "--queues", "work,bulk",
            "--loglevel", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat",
            "--hostname", "thads@%h",
        ]  # fmt: skip
        beat = [
            *celery, "beat", "--loglevel", "WARNING", "--pidfile", "",
            "--schedule", str(self.data_dir / "beat-schedule"),
        ]  # fmt: skip
        return [
            self._program("web", web),
            # Its quick end: what a task was doing is rolled back and found again by the next sweep.
            self._program("worker", worker, end_signal=signal.SIGQUIT),
            self._program("beat", beat),
        ]

    def _program(
        self, name: str, command: list[str], *, end_signal: int = signal.SIGTERM, bare: bool = False
    ) -> Program:
        return Program(name, command, self.environment, PROJECT_DIR, end_signal=end_signal, bare=bare)

    def _manage(self, name: str, *arguments: str, bare: bool = False) -> Program:
        return self._program(name, [sys.executable, str(PROJECT_DIR / "manage.py"), *arguments], bare=bare)

    def _finish(self, once: Program) -> bool:
        """Run one command to its end while the others are kept alive; says whether it went well."""
        once.start()
        while (code := once.ended()) is None:
            self._look(0.1)
        once.make_end()
        if code:
            self._say(f"{once.name}: mã lỗi {code} / exit code {code}")
        return code == 0

    def _look(self, pause: float = 0.3) -> None:
        self._keep_servers()
        for program in self.kept:
            program.keep_alive()
        if self.stopping.wait(pause):
            raise _Interrupted

    def _keep_servers(self) -> None:
        """The servers end with their keeper; when it was killed, both are started again."""
        if self.joined is None or time.monotonic() < self.servers_again_at:
            return
        try:
            renewed = self.joined.renew()
        except StartRefused as refused:
            self._say(str(refused))
            self.servers_again_at = time.monotonic() + SERVERS_PAUSE
            return
        if not renewed:
            return
        self._say("Máy chủ dữ liệu đã chạy lại. / The servers were started again.")
        news = {name: value for name, value in self.joined.environment.items() if name not in os.environ}
        if news.items() - self.environment.items():
            self.environment.update(news)
            for program in self.kept:  # started again at once, with the new addresses
                program.make_end()

    def _on_stop(self, *_: object) -> None:
        self.signals += 1
        self.stopping.set()
        if self.signals > 1:  # somebody is in a hurry
            for program in self.kept:
                if program.process is not None:
                    program.process.kill()

    def _address(self) -> str:
        shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104  # compared, not bound
        return f"http://{shown}:{self.port}"

    def _is_ready(self) -> bool:
        reach = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104  # compared, not bound
        connection = http.client.HTTPConnection(reach, self.port, timeout=5)
        try:
            connection.request("GET", "/health/ready", headers={"Host": "localhost"})
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _say(self, line: str) -> None:
        say("up", line)
