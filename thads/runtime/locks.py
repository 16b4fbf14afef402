"""File locks. The kernel drops them when their holder ends, however it ends, so none of them can be stale."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class FileLock:
    """One lock on one file. Not passed on to programs that the holder starts."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def _take(self, how: int) -> bool:
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, how)
        except BlockingIOError:
            os.close(descriptor)
            return False
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor = descriptor
        return True

    def take(self) -> None:
        """Wait until it is ours alone."""
        self._take(fcntl.LOCK_EX)

    def share(self) -> None:
        """Wait until nobody holds it alone, then hold it together with others."""
        self._take(fcntl.LOCK_SH)

    def try_take(self) -> bool:
        return self._take(fcntl.LOCK_EX | fcntl.LOCK_NB)

    def release(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def held_alone_by_someone(self) -> bool:
        """Whether another process holds it exclusively at this moment."""
        other = FileLock(self.path)
        if other._take(fcntl.LOCK_SH | fcntl.LOCK_NB):
            other.release()
            return False
        return True

    def __enter__(self) -> FileLock:
        self.take()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
