"""How much a request may bring: refused at the door, in the shape of every other refusal.

The limits are settings, in bytes but for the number of parameters:

=======================  ============  =======================================================================
``THADS_QUERY_LIMIT``    16 kB         the query of the address; above it 414
``THADS_PARAMETERS``     100           parameters in the query; above it 400
``THADS_HEADER_LIMIT``   32 kB         all headers together; above it 431
``THADS_JSON_LIMIT``     10 MB         a JSON body, unpacked; above it 413
``THADS_UPLOAD_LIMIT``   2 GB          any body, unpacked: files of stories; above it 413. Which file may be
                                       how large is for its own address to say
=======================  ============  =======================================================================
"""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from thads.common.api.problems import problem
from thads.common.errors import Fault

_LANG = re.compile(r"(?:^|&)lang=(vi|en)(?:&|$)")


class LimitsMiddleware:
    """Refuses, for the addresses of the API, what is larger than the limits, before anything reads it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/api/"):
            return self.get_response(request)
        return _too_much(request) or self.get_response(request)


def _too_much(request: HttpRequest) -> HttpResponse | None:
    query = request.META.get("QUERY_STRING", "")
    if len(query) > settings.THADS_QUERY_LIMIT:
        fault = Fault("QUERY_TOO_LONG", params={"size": len(query), "limit": settings.THADS_QUERY_LIMIT})
        return problem(_asked_shortly(request, query), 414, [fault])
    count = query.count("&") + 1
    if count > settings.THADS_PARAMETERS:
        fault = Fault("PARAMETERS_TOO_MANY", params={"count": count, "limit": settings.THADS_PARAMETERS})
        return problem(_asked_shortly(request, query), 400, [fault])
    size = sum(len(name) + len(value) for name, value in request.headers.items())
    if size > settings.THADS_HEADER_LIMIT:
        fault = Fault("HEADERS_TOO_LARGE", params={"size": size, "limit": settings.THADS_HEADER_LIMIT})
        return problem(request, 431, [fault])
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isascii() and length.isdigit()):
        return problem(request, 400, [Fault("CONTENT_LENGTH_INVALID")])
    if int(length[:20]) > settings.THADS_UPLOAD_LIMIT:
        return problem(request, 413, [Fault("BODY_TOO_LARGE", params={"limit": settings.THADS_UPLOAD_LIMIT})])
    return None


def _asked_shortly(request: HttpRequest, query: str) -> HttpRequest:
    """The request with nothing left of its query but the language, so that it can be answered."""
    found = _LANG.search(query)
    request.META["QUERY_STRING"] = f"lang={found[1]}" if found else ""
    return request
