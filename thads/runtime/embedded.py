"""Joining the embedded servers of a data folder: start them if nobody has, and keep them while this process
lives.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from thads.runtime.keeper import CLIENTS_LOCK, KEEPER_LOCK, STATE
from thads.runtime.locks import FileLock
from thads.runtime.places import PROJECT_DIR, is_root
from thads.runtime.processes import private_parent, wait_until
from thads.runtime.refusal import StartRefused
from thads.runtime.vault import ENVIRONMENT_SECRETS, open_vault

START_PATIENCE = 180.0


def needs_embedded(environment: Mapping[str, str]) -> bool:
    return not (environment.get("DATABASE_URL") and environment.get("REDIS_URL"))


def prepare_data_dir(data_dir: Path) -> None:
    """Make the folder, private to its owner, or refuse one that could not be used or not be kept private."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StartRefused(
            f"Không tạo được thư mục dữ liệu {data_dir} ({error.strerror}); hãy đặt THADS_DATA_DIR.",
            f"The data folder {data_dir} cannot be made ({error.strerror}); set THADS_DATA_DIR.",
        ) from None
    if data_dir.stat().st_uid != os.geteuid():
        raise StartRefused(
            f"Thư mục dữ liệu {data_dir} thuộc về người dùng khác; "
            "hãy đặt THADS_DATA_DIR sang thư mục của bạn.",
            f"The data folder {data_dir} belongs to another user; "
            "set THADS_DATA_DIR to a folder of your own.",
        )
    if is_root():
        closed = private_parent(data_dir)
        if closed is not None:
            raise StartRefused(
                f"Dưới quyền root, thư mục dữ liệu {data_dir} không dùng được "
                f"vì {closed} là thư mục riêng tư; "
                "hãy đặt THADS_DATA_DIR, ví dụ /var/lib/thads.",
                f"As root the data folder {data_dir} cannot be used because {closed} is private: "
                "PostgreSQL runs as a user of its own. Set THADS_DATA_DIR, for example to /var/lib/thads.",
            )
        # The servers' user has to pass through, and finds nothing of others that it could read.
        data_dir.chmod(0o711)
    else:
        data_dir.chmod(0o700)
    for name in ("logs", "files"):
        (data_dir / name).mkdir(mode=0o700, exist_ok=True)


@dataclass
class Joined:
    """This process's hold on the embedded servers. ``environment`` is what a program needs to use them."""

    data_dir: Path
    environment: dict[str, str]
    programs: Path
    fast: bool
    _clients: FileLock
    _keeper: int

    def renew(self) -> bool:
        """Start the servers again if their keeper was killed; says whether it had been. ``environment`` may
        then be another one. Raises StartRefused.
        """
        if _lives(self._keeper):
            return False
        with FileLock(self.data_dir / "start.lock"):
            state = _running(self.data_dir) or _start(self.data_dir, fast=self.fast)
        self.environment |= state["environment"]
        self._keeper = state["keeper"]
        return True

    def leave(self, *, wait: bool = False) -> None:
        """Let go. With ``wait``, return only when the servers have stopped, unless others still use them."""
        self._clients.release()
        if not wait:
            return
        state, keeper_lock = self.data_dir / STATE, FileLock(self.data_dir / KEEPER_LOCK)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(self._keeper, signal.SIGUSR1)
        if wait_until(lambda: not state.exists(), 3):
            wait_until(lambda: not keeper_lock.held_alone_by_someone(), 90)


def join(data_dir: Path, *, fast: bool = False) -> Joined:
    """Use the embedded servers of this folder, starting them if they do not run. Raises StartRefused.

    Safe to be called by many processes at once. ``fast`` starts them without care for the disk, for tests.
    """
    prepare_data_dir(data_dir)
    clients = FileLock(data_dir / CLIENTS_LOCK)
    with FileLock(data_dir / "start.lock"):
        clients.share()
        try:
            state = _running(data_dir) or _start(data_dir, fast=fast)
        except BaseException:
            clients.release()
            raise
        secrets = open_vault(data_dir)
    environment = {**state["environment"], **{name: secrets[name] for name in ENVIRONMENT_SECRETS}}
    return Joined(data_dir, environment, Path(state["programs"]), fast, clients, state["keeper"])


def _lives(keeper: int) -> bool:
    for own in _keepers:
        own.poll()  # takes note of its end, so that its number is free
    try:
        return bool(psutil.Process(keeper).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _running(data_dir: Path) -> dict[str, Any] | None:
    """What the keeper of this folder says, once it is ready; None when there is no keeper."""
    keeper_lock, state = FileLock(data_dir / KEEPER_LOCK), data_dir / STATE
    wait_until(lambda: not keeper_lock.held_alone_by_someone() or state.exists(), START_PATIENCE)
    if not keeper_lock.held_alone_by_someone():
        return None
    try:
        known: dict[str, Any] = json.loads(state.read_text())
    except FileNotFoundError:
        return None
    return known


#: Those started here, so that their end is noticed.
_keepers: list[subprocess.Popen[bytes]] = []


@atexit.register
def _let_live() -> None:
    """They are meant to outlive this process, and the interpreter shall not complain of it."""
    for own in _keepers:
        if own.poll() is None:
            own.returncode = 0


def _start(data_dir: Path, *, fast: bool) -> dict[str, Any]:
    state = data_dir / STATE
    state.unlink(missing_ok=True)
    log_path = data_dir / "logs" / "keeper.log"
    begin = log_path.stat().st_size if log_path.exists() else 0
    with log_path.open("ab") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "thads.runtime.keeper", str(data_dir), *(["--fast"] if fast else [])],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=PROJECT_DIR,
            env={
                "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
                "LC_ALL": "C.UTF-8",
                "PYTHONPATH": str(PROJECT_DIR),
            },
            # Ctrl-C in the terminal is for the command; the keeper sees it only through the lock.
            start_new_session=True,
        )
    _keepers.append(keeper)
    if not wait_until(lambda: state.exists() or keeper.poll() is not None, START_PATIENCE):
        keeper.terminate()
    if not state.exists():
        with log_path.open("rb") as log:
            log.seek(begin)
            words = log.read().decode(errors="replace").strip()
        raise StartRefused(
            f"Máy chủ dữ liệu kèm theo không khởi động được (xem {data_dir / 'logs'}).",
            f"The embedded servers did not start (see {data_dir / 'logs'}).\n{words}",
        )
    known: dict[str, Any] = json.loads(state.read_text())
    return known
