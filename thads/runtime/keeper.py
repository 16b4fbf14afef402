"""The keeper: one small process per data folder that owns the embedded servers.

It starts them, starts them again when they die, and stops them when no command uses them any more. "Uses" is
a shared lock on one file: the kernel drops it when a command ends, also by SIGKILL, so the keeper always
comes to know. If the keeper itself is killed, the kernel ends the servers (``end_with_parent``), and the next
command starts a new keeper.

    python -m thads.runtime.keeper DATA_DIR [--fast]
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import threading
import time
import traceback
from pathlib import Path

from thads.runtime.locks import FileLock
from thads.runtime.programs import find_programs
from thads.runtime.refusal import StartRefused
from thads.runtime.servers import Postgres, Redis, Watched, socket_folder
from thads.runtime.vault import open_vault, write_private

#: Seconds the servers stay after the last command, so that a row of commands does not start them again and
#: again.
LINGER = 2.0
LOOK_EVERY = 0.25

KEEPER_LOCK, CLIENTS_LOCK, STATE = "keeper.lock", "clients.lock", "servers.json"


def _say(text: str) -> None:
    print(time.strftime("%Y-%m-%dT%H:%M:%S%z"), text, flush=True)


class Keeper:
    def __init__(self, data_dir: Path, *, fast: bool) -> None:
        self.data_dir, self.fast = data_dir, fast
        self.state = data_dir / STATE
        self.wake = threading.Event()
        self.stop_now = False
        self.linger = LINGER

    def _on_stop(self, *_: object) -> None:
        self.stop_now = True
        self.wake.set()

    def _on_hurry(self, *_: object) -> None:
        self.linger = 0.0
        self.wake.set()

    def run(self) -> None:
        for what in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(what, self._on_stop)
        signal.signal(signal.SIGUSR1, self._on_hurry)
        programs = find_programs(self.data_dir)
        secrets = open_vault(self.data_dir)
        sockets = socket_folder(self.data_dir, programs)
        postgres = Postgres(self.data_dir, programs, sockets, secrets, fast=self.fast)
        redis = Redis(self.data_dir, programs, sockets)
        watched = [Watched(postgres), Watched(redis)]
        try:
            for one in watched:
                one.start()
            write_private(
                self.state,
                json.dumps(
                    {
                        "keeper": os.getpid(),
                        "programs": str(programs.postgres_bin),
                        "environment": {**postgres.urls(), **redis.urls()},
                    }
                ),
            )
            self._watch(watched)
        finally:
            self.state.unlink(missing_ok=True)
            for one in reversed(watched):
                one.server.stop()
            shutil.rmtree(sockets, ignore_errors=True)

    def _watch(self, watched: list[Watched]) -> None:
        """Return when the servers are to be stopped, holding the clients' lock if it is because nobody uses
        them.
        """
        clients = FileLock(self.data_dir / CLIENTS_LOCK)
        unused_since: float | None = None
        while not self.stop_now:
            for one in watched:
                happened = one.look()
                if happened:
                    _say(happened)
            if clients.try_take():
                unused_since = unused_since or time.monotonic()
                if time.monotonic() - unused_since >= self.linger:
                    # The lock is kept: whoever comes now waits until the servers are down, then starts them.
                    return
                clients.release()
            else:
                unused_since = None
            self.wake.wait(LOOK_EVERY)
            self.wake.clear()


def main(arguments: list[str]) -> int:
    data_dir = Path(arguments[0])
    os.umask(0o077)
    mine = FileLock(data_dir / KEEPER_LOCK)
    if not mine.try_take():
        _say("another keeper serves this folder")
        return 0
    try:
        Keeper(data_dir, fast="--fast" in arguments[1:]).run()
    except StartRefused as refused:
        print(refused, file=sys.stderr, flush=True)
        return 1
    except Exception:
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
