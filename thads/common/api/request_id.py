"""A number for every request, so that an answer, a log line and a complaint can be brought together.

A caller who traces his requests over several systems (W3C Trace Context) sends ``traceparent``; its trace id
stands beside the number in every log line that the request makes.
"""

from __future__ import annotations

import logging
import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-Id"
_SANE = re.compile(r"[A-Za-z0-9._-]{1,64}", re.ASCII)
#: version, trace id, parent id, flags; a later version may say more behind. All zeros is no id.
_TRACEPARENT = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?", re.ASCII
)

#: The request that this thread, or task, is busy with, as log lines name it.
_CURRENT: ContextVar[tuple[str, str]] = ContextVar("request", default=("-", "-"))


class RequestIdMiddleware:
    """Takes the caller's ``X-Request-Id`` when it is short and plain, else makes one, and echoes it on every
    answer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        number = given if _SANE.fullmatch(given) else uuid.uuid4().hex
        request.request_id = number  # type: ignore[attr-defined]
        before = _CURRENT.set((number, trace_id_of(request.headers.get("traceparent", "")) or "-"))
        try:
            response = self.get_response(request)
        finally:
            _CURRENT.reset(before)
        response[HEADER] = number
        return response


class RequestIdFilter(logging.Filter):
    """Gives every log record ``request_id`` and ``trace_id``; a dash where there is none."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id, record.trace_id = _CURRENT.get()
        return True


def request_id_of(request: object) -> str:
    """The number of ``request``; empty where the request did not come through the middleware."""
    return str(getattr(request, "request_id", ""))


def trace_id_of(traceparent: str) -> str | None:
    """The trace id in a ``traceparent`` header, 32 hexadecimal digits; None for what is none."""
    found = _TRACEPARENT.fullmatch(traceparent.strip())
    return None if found is None else found[1]
