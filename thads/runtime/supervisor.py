"""Programs as supervised children: prefixed logs, started again when they die, ended together."""

from __future__ import annotations

import signal
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from thads.runtime.processes import end_with_parent, kill_group

#: Seconds after which a program counts as having started well.
SETTLED = 15.0
LONGEST_BACKOFF = 30.0

_output = threading.Lock()


def say(name: str, line: str) -> None:
    """One line of one program on standard output."""
    with _output:
        try:
            print(f"{name:<8}| {line}", flush=True)
        except (BrokenPipeError, ValueError):
            pass  # nobody reads any more; the service goes on


def _relay(name: str, source: IO[bytes]) -> None:
    with source:
        for raw in source:
            say(name, raw.decode(errors="replace").rstrip())


@dataclass
class Program:
    """One supervised program. ``end_signal`` is what its parent's death sends it."""

    name: str
    command: list[str]
    environment: dict[str, str]
    folder: Path
    end_signal: int = signal.SIGTERM
    #: True: writes straight to our output, for programs with a progress bar.
    bare: bool = False
    deaths: int = 0
    again_at: float = 0.0
    started: float = 0.0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    _reader: threading.Thread | None = field(default=None, repr=False)

    def start(self) -> None:
        """Call from the main thread only, see ``end_with_parent``."""
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=None if self.bare else subprocess.PIPE,
            stderr=None if self.bare else subprocess.STDOUT,
            cwd=self.folder,
            env=self.environment,
            umask=0o077,
            # A group of its own: Ctrl-C in the terminal reaches only the supervisor, which ends all in order.
            start_new_session=True,
            preexec_fn=end_with_parent(self.end_signal),
        )
        self.started, self.again_at = time.monotonic(), 0.0
        if self.process.stdout is not None:
            self._reader = threading.Thread(target=_relay, args=(self.name, self.process.stdout), daemon=True)
            self._reader.start()

    def ended(self) -> int | None:
        """The exit code once the program has ended; its own children are ended with it."""
        if self.process is None:
            return None
        code = self.process.poll()
        if code is not None:
            kill_group(self.process.pid)
        return code

    def keep_alive(self) -> None:
        """Start it again if it has ended and its pause is over."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.again_at:
                self.start()
            return
        code = self.ended()
        if code is None:
            if self.deaths and now - self.started > SETTLED:
                self.deaths = 0
            return
        pause = min(LONGEST_BACKOFF, 2.0**self.deaths)
        self.deaths += 1
        self.process, self.again_at = None, now + pause
        say(
            self.name,
            f"đã dừng (mã {code}), {pause:.0f} giây nữa chạy lại / ended ({code}), again in {pause:.0f} s",
        )

    def ask_to_end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def make_end(self) -> None:
        """End the program and what it started, at once, and print its last lines."""
        if self.process is None:
            return
        kill_group(self.process.pid)
        self.process.wait()
        if self._reader is not None:
            self._reader.join(2)
        self.process = None


def end_together(programs: list[Program], patience: float) -> None:
    """Ask all to end, wait, make the rest end."""
    for program in programs:
        program.ask_to_end()
    until = time.monotonic() + patience
    while time.monotonic() < until and any(
        p.process is not None and p.process.poll() is None for p in programs
    ):
        time.sleep(0.05)
    for program in programs:
        program.make_end()
