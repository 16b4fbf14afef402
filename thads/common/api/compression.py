"""gzip, in and out: a packed body is unpacked while it is read, an answer goes packed to who takes it.

A packed body counts by what it unpacks to: it is never unpacked further than the limits of
``thads.common.api.limits`` allow, so a small file that unpacks to everything costs nothing.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware

from thads.common.api.parameters import shortened
from thads.common.api.problems import problem
from thads.common.errors import BadRequest, Fault, TooLarge

#: Packed bytes read at a time.
_PIECE = 64 * 1024
#: zlib's way of saying: with the header and checksum of gzip.
_GZIP = 16 + zlib.MAX_WBITS


class Unpacked(io.RawIOBase):
    """The bytes inside a gzip stream. Reading raises BadRequest where it is broken or ends too soon, and
    TooLarge after ``limit`` bytes.
    """

    def __init__(self, packed: Any, limit: int) -> None:
        self._packed, self._limit, self._given = packed, limit, 0
        self._zlib = zlib.decompressobj(_GZIP)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._next(len(buffer))
        self._given += len(piece)
        if self._given > self._limit:
            raise TooLarge(Fault("BODY_TOO_LARGE", params={"limit": self._limit}))
        buffer[: len(piece)] = piece
        return len(piece)

    def _next(self, most: int) -> bytes:
        """Up to ``most`` bytes more; none at the end."""
        try:
            while True:
                if self._zlib.eof:
                    # One gzip file may follow another in one stream.
                    self._rest = self._zlib.unused_data or self._packed.read(_PIECE)
                    if not self._rest:
                        return b""
                    self._zlib = zlib.decompressobj(_GZIP)
                elif not self._rest:
                    self._rest = self._packed.read(_PIECE)
                    if not self._rest:
                        raise BadRequest(Fault("GZIP_BROKEN"))
                piece = self._zlib.decompress(self._rest, most)
                self._rest = self._zlib.unconsumed_tail
                if piece:
                    return piece
        except zlib.error:
            raise BadRequest(Fault("GZIP_BROKEN")) from None


class GzipMiddleware:
    """Unpacks what comes in to the addresses of the API, and packs what goes out of them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._pack = GZipMiddleware(get_response).process_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/api/"):
            return self.get_response(request)
        given = request.META.pop("HTTP_CONTENT_ENCODING", "").strip().lower()
        if given not in ("", "identity", "gzip", "x-gzip"):
            fault = Fault("CONTENT_ENCODING_UNKNOWN", params={"given": shortened(given)})
            return problem(request, 415, [fault], headers={"Accept-Encoding": "gzip"})
        if given.endswith("gzip"):
            _unpack(request)
        return cast(HttpResponse, self._pack(request, self.get_response(request)))


def _unpack(request: Any) -> None:
    """From here on the request reads as if it had come unpacked."""
    stream = io.BufferedReader(Unpacked(request._stream, settings.THADS_UPLOAD_LIMIT))
    request._stream = stream
    # How large a file will be is not known before: it goes to the disk.
    request.upload_handlers = [TemporaryFileUploadHandler(request)]
