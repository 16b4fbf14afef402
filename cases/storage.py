"""The store of documents: bytes under their SHA-256, outside the database.

A file is there under its name as a whole or not at all, is never changed, and is shared by every document of
the same content. It is written before the row that speaks of it commits; what no row speaks of is swept.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any, cast

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.db import connection

ALIAS = "documents"
_ROOT = "documents"
_PIECE = 1024 * 1024
#: Names the locks on contents among the advisory locks; any number that nobody else uses.
_CONTENTS = 1_685_021_549


class DocumentFiles(FileSystemStorage):
    """Files in a folder. A file gets its name once every byte of it is on the disk."""

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """The name itself: it says what is in the file, so a file of this name is this file."""
        return name

    def _save(self, name: str, content: File[Any]) -> str:
        path = Path(self.path(name))
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                for piece in content.chunks(_PIECE):
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        return name


def _storage() -> Storage:
    return cast(Storage, storages[ALIAS])


def digest_of(file: IO[bytes]) -> str:
    """SHA-256 of the whole file, read a piece at a time; the file stands at its beginning afterwards."""
    digest = hashlib.sha256()
    file.seek(0)
    while piece := file.read(_PIECE):
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()


def name_of(sha256: str) -> str:
    return f"{_ROOT}/{sha256[:2]}/{sha256}"


def keep(file: IO[bytes], sha256: str, size: int) -> None:
    """Have the bytes in the store when this returns. Needs a transaction: until its end no sweep takes them
    away again.
    """
    _hold(sha256)
    storage, name = _storage(), name_of(sha256)
    if not storage.exists(name) or storage.size(name) != size:
        file.seek(0)
        storage.save(name, File(file))


def opened(sha256: str) -> IO[bytes]:
    """The bytes, to be read. Raises FileNotFoundError."""
    return cast("IO[bytes]", _storage().open(name_of(sha256), "rb"))


def kept() -> Iterator[str]:
    """The names of everything in the store, of what a crash left half written too."""
    storage = _storage()
    try:
        folders = storage.listdir(_ROOT)[0]
    except FileNotFoundError:
        # Nothing has ever been kept; a bucket has no folders that could be missing.
        return
    for folder in folders:
        for name in storage.listdir(f"{_ROOT}/{folder}")[1]:
            yield f"{_ROOT}/{folder}/{name}"


def content_of(name: str) -> str:
    """The SHA-256 of what lies whole under ``name``; of anything else what no content has."""
    return name.rpartition("/")[2]


def older_than(name: str, moment: dt.datetime) -> bool:
    """Whether a file was written before ``moment``; what has just gone was not."""
    try:
        return _storage().get_modified_time(name) < moment
    except FileNotFoundError:
        return False


def discard(name: str, *, spoken_of: Callable[[], bool]) -> bool:
    """Take a file out of the store, unless somebody speaks of it or is just about to. Needs a transaction.
    Any number of times with the same result.
    """
    if not _hold_alone(content_of(name)) or spoken_of():
        return False
    _storage().delete(name)
    return True


def _hold(sha256: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [_CONTENTS, _lock(sha256)])


def _hold_alone(sha256: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_CONTENTS, _lock(sha256)])
        return bool(cursor.fetchone()[0])


def _lock(sha256: str) -> int:
    """The number that stands for a content; two contents with one number only wait for each other."""
    return int.from_bytes(hashlib.sha256(sha256.encode()).digest()[:4], "big", signed=True)
