"""Small help with processes: children that end with their parent, folders of another user, leftovers."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import psutil

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def end_with_parent(with_signal: int) -> Callable[[], None]:
    """For ``preexec_fn``: ask the kernel to send this signal to the child when its parent is gone, even by
    SIGKILL.

    The kernel watches the thread that started the child, so start children from the main thread only. Where
    there is no such call the recovery at the next start finds the leftovers.
    """
    parent = os.getpid()

    def ask() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, int(with_signal), 0, 0, 0)
            if os.getppid() != parent:  # the parent went away before the request was made
                os.kill(os.getpid(), with_signal)

    return ask


def wait_until(happened: Callable[[], bool], seconds: float, every: float = 0.05) -> bool:
    """Ask until it happened or the time is over; says which."""
    until = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > until:
            return False
        time.sleep(every)
    return True


def end_all(processes: Iterable[psutil.Process], patience: float) -> None:
    """Ask these to end, and make them after ``patience`` seconds."""
    processes = list(processes)
    for process in processes:
        _send(process, signal.SIGTERM)
    _, alive = psutil.wait_procs(processes, timeout=patience)
    for process in alive:
        _send(process, signal.SIGKILL)
    psutil.wait_procs(alive, timeout=5)


def _send(process: psutil.Process, what: int) -> None:
    try:
        process.send_signal(what)
    except psutil.NoSuchProcess:
        pass


def kill_group(leader: int) -> None:
    """End at once whatever is left of a process group that this process made."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass


def marked_with(variable: str, value: str) -> list[psutil.Process]:
    """Processes other than this one that were started with this variable in their environment."""
    found = []
    for process in psutil.process_iter():
        if process.pid == os.getpid():
            continue
        try:
            if process.environ().get(variable) == value and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def private_parent(path: Path) -> Path | None:
    """The topmost folder above ``path`` that other users of the machine may not pass through; None if there
    is none.
    """
    for folder in reversed(path.absolute().parents):
        try:
            if not folder.stat().st_mode & 0o001:
                return folder
        except FileNotFoundError:
            return None
    return None
