"""Bodies that carry a file: streamed to the disk, and refused as soon as they are too long.

What is declared to be too long is refused before any of it is read; what turns out to be too long is read no
further than the limit.
"""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import TemporaryFileUploadHandler

from thads.common.errors import Fault, TooLarge

#: What the other fields of a form, and its boundaries, may take beside the file (bytes).
BESIDE = 256 * 1024


class CappedUpload(TemporaryFileUploadHandler):
    """A file on the disk, up to ``limit`` bytes. Raises TooLarge beyond it."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit, self.taken = limit, 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.taken += len(raw_data)
        if self.taken > self.limit:
            self.file.close()
            raise too_large(self.limit)
        super().receive_data_chunk(raw_data, start)


def refuse_too_long(request: Any, limit: int) -> None:
    """Raises TooLarge for a body that says that it is longer than a file of ``limit`` bytes makes it."""
    declared = request.META.get("CONTENT_LENGTH") or "0"
    if not declared.isdecimal() or int(declared) > limit + BESIDE:
        raise too_large(limit)


def too_large(limit: int) -> TooLarge:
    return TooLarge(Fault("FILE_TOO_LARGE", "/file", {"limit": limit, "megabytes": limit // 2**20}))
