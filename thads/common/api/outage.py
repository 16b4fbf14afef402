"""When the database does not answer: the caller is told to come again, and no request ends in a defect."""

from __future__ import annotations

import logging
from collections.abc import Callable

import psycopg
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse

from thads.common.api.problems import problem
from thads.common.messages import text

log = logging.getLogger(__name__)

#: Seconds after which it is worth trying again: about what an embedded server needs to recover.
AGAIN_AFTER = 2
#: Django's own, and the driver's where Django does not stand between (COPY).
_LOST = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
#: Classes and codes of PostgreSQL that say "not now": connection lost, server going down or coming up,
#: serialization failure and deadlock, lock not available. Without a code there was no connection at all.
_NOT_NOW = ("08", "57P", "40001", "40P01", "55P03")


class OutageMiddleware:
    """Answers 503 with ``Retry-After`` for what the database could not do at this moment.

    Nothing of the request stands, unless the connection broke while it was being committed: who gave an
    ``Idempotency-Key`` sends it again and knows.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, _LOST):
            return None
        code = getattr(exception.__cause__ or exception, "sqlstate", None)
        passing = code is None or code.startswith(_NOT_NOW)
        log.log(
            logging.WARNING if passing else logging.ERROR,
            "%s %s: the database did not answer: %s",
            request.method,
            request.path,
            str(exception).partition("\n")[0],
            exc_info=None if passing else exception,
        )
        return _come_again(request)


def _come_again(request: HttpRequest) -> HttpResponse:
    headers = {"Retry-After": str(AGAIN_AFTER)}
    if request.path_info.startswith("/api/"):
        return problem(request, 503, headers=headers)
    words = " / ".join(text("SERVICE_UNAVAILABLE", {}, lang) for lang in ("vi", "en"))
    return HttpResponse(words, status=503, headers=headers, content_type="text/plain; charset=utf-8")
