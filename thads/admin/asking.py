"""Asking the API in process, as the person who signed in.

The answer is what a client far away would get: the gate, the role, the masks, the language, ``If-Match`` and
``Idempotency-Key`` are those of the API, because it is the API that answers.
"""

from __future__ import annotations

import io
import time
import uuid
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import parse_qs, urlencode, urlsplit

import orjson
from django.core.exceptions import PermissionDenied
from django.core.handlers.wsgi import WSGIRequest
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import resolve, reverse
from django.utils.translation import get_language

from thads.admin import acting, codes
from thads.common.principal import Principal

JSON = "application/json"
#: How long a page waits for the same request that is still running, seconds.
PATIENCE = 20.0
_PAUSE = 0.1
#: What the inner request takes over from the outer one, beside who asks.
_KEPT = ("SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "HTTP_HOST", "REMOTE_ADDR", "HTTP_USER_AGENT",
         "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "wsgi.url_scheme")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that is wrong, as the API says it."""

    pointer: str
    code: str
    detail: str
    legal_basis: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API answered: its status, the body read as JSON, the headers that matter to a page."""

    status: int
    body: Any
    etag: str | None = None
    location: str | None = None
    principal: Principal | None = None

    @property
    def good(self) -> bool:
        return self.status < 400

    @property
    def faults(self) -> list[Wrong]:
        """What is wrong; a problem without parts is one fault of its own."""
        if self.good:
            return []
        known = [
            Wrong(one["pointer"], one["code"], self._worded(one["detail"]), one["legal_basis"])
            for one in self.body.get("errors", ())
        ]
        return known or [Wrong("", self.body.get("code", ""), self._worded(self.body.get("detail", "")))]

    def _worded(self, detail: str) -> str:
        return codes.worded(detail, self.principal)


def ask(
    request: HttpRequest,
    name: str,
    args: Mapping[str, Any] | None = None,
    *,
    query: Mapping[str, Any] | None = None,
    method: str = "GET",
    body: Any = None,
    stream: tuple[IO[bytes], int, str] | None = None,
    version: str | None = None,
    token: str | None = None,
    capacity: str | None = "",
) -> Answer:
    """Ask the address ``name`` of the API.

    ``body`` goes as JSON; ``stream`` is a file with its length and media type instead. ``version`` is the
    ETag the page was made from (``If-Match``), ``token`` makes a double click one write
    (``Idempotency-Key``): the second of two waits for the first and gets its answer. ``capacity`` is asked in
    instead of the one chosen, None: in the one that stands first. Raises Http404 and
    PermissionDenied as the API does; other refusals are answers.
    """
    path = reverse(name, kwargs=dict(args or {}))
    given = {key: value for key, value in (query or {}).items() if value not in (None, "")}
    text = urlencode({**given, "lang": get_language() or "vi"}, doseq=True)
    chosen = acting.chosen(request) if capacity == "" else capacity
    deadline = time.monotonic() + PATIENCE
    while True:
        inner = _inner(request, path, text, method, body, stream, version, token, chosen)
        answer = _answered(inner, acting.principal_of(request))
        running = answer.status == 409 and answer.body.get("code") == "IDEMPOTENCY_KEY_RUNNING"
        if not running or time.monotonic() > deadline:
            break
        time.sleep(_PAUSE)
    if method == "GET":
        _stop(answer)
    return answer


def _stop(answer: Answer) -> None:
    """Raises what a page becomes that asks for what is not there, or not for this person."""
    if answer.status == 404:
        raise Http404(answer.body.get("detail", ""))
    if answer.status in (401, 403):
        raise PermissionDenied(answer.body.get("detail", ""))


def asked(request: HttpRequest, name: str, args: Mapping[str, Any] | None = None, **query: Any) -> Any:
    """The body of a GET that has to be good. Raises Http404, PermissionDenied, and Unanswered otherwise."""
    answer = ask(request, name, args, query=query)
    if not answer.good:
        raise Unanswered(answer)
    return answer.body


def fetched(
    request: HttpRequest, name: str, args: Mapping[str, Any] | None = None, **query: Any
) -> HttpResponseBase:
    """A file of the API, streamed as it comes. Raises as ``asked`` does."""
    path = reverse(name, kwargs=dict(args or {}))
    text = urlencode({**query, "lang": get_language() or "vi"})
    response: HttpResponseBase = _response(
        _inner(request, path, text, "GET", None, None, None, None, acting.chosen(request))
    )
    if response.status_code >= 400:
        body = orjson.loads(response.content)  # type: ignore[attr-defined]
        answer = Answer(response.status_code, body, principal=acting.principal_of(request))
        _stop(answer)
        raise Unanswered(answer)
    return response


class Unanswered(Exception):
    """The API would not answer a page's own question: a parameter in the address of the page is wrong."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        super().__init__("; ".join(fault.detail for fault in answer.faults))


def every(request: HttpRequest, name: str, args: Mapping[str, Any] | None = None, **query: Any) -> list[Any]:
    """All rows of a list that is known to be short: page after page."""
    rows: list[Any] = []
    cursor = None
    while True:
        page = asked(request, name, args, **query, page_size=200, count="none", cursor=cursor)
        rows += page["results"]
        if not page["next"]:
            return rows
        cursor = cursor_of(page["next"])


def cursor_of(address: str | None) -> str | None:
    """The cursor in the address of a neighbouring page."""
    found: Sequence[str] = parse_qs(urlsplit(address or "").query).get("cursor", ())
    return found[0] if found else None


def new_token() -> str:
    """What makes one form one write, however often it is sent."""
    return str(uuid.uuid4())


def _inner(
    request: HttpRequest,
    path: str,
    query: str,
    method: str,
    body: Any,
    stream: tuple[IO[bytes], int, str] | None,
    version: str | None,
    token: str | None,
    capacity: str | None,
) -> WSGIRequest:
    sent: IO[bytes]
    if stream is not None:
        sent, length, kind = stream
        sent.seek(0)
    else:
        raw = b"" if body is None else orjson.dumps(body)
        sent, length, kind = io.BytesIO(raw), len(raw), JSON
    environ: dict[str, Any] = {key: request.META[key] for key in _KEPT if key in request.META}
    environ.setdefault("SERVER_NAME", "localhost")
    environ.setdefault("SERVER_PORT", "80")
    environ["wsgi.url_scheme"] = request.scheme
    environ |= {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path.encode().decode("latin-1"),
        "QUERY_STRING": query,
        "wsgi.input": sent,
    }
    if method != "GET":
        environ |= {"CONTENT_TYPE": kind, "CONTENT_LENGTH": str(length)}
    if version is not None:
        environ["HTTP_IF_MATCH"] = version
    if token is not None:
        environ["HTTP_IDEMPOTENCY_KEY"] = token
    if capacity is not None:
        environ["HTTP_X_ACT_AS"] = capacity
    inner = WSGIRequest(environ)
    for name in ("user", "session", "request_id"):
        if hasattr(request, name):
            setattr(inner, name, getattr(request, name))
    if method != "GET":
        # The page's own form has been checked for it, and no page writes on a GET.
        assert request.method == "POST"
        inner._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
    return inner


def _response(inner: WSGIRequest) -> Any:
    match = resolve(inner.path_info)
    own = getattr(match.func, "_non_atomic_requests", ())
    # What Django does around a view (ATOMIC_REQUESTS), because nobody does it around this one.
    with nullcontext() if "default" in own else transaction.atomic():
        response: Any = match.func(inner, *match.args, **match.kwargs)
        if hasattr(response, "render"):
            response.render()
    return response


def _answered(inner: WSGIRequest, principal: Principal) -> Answer:
    try:
        response = _response(inner)
    finally:
        # A file that came with it lies on the disk till then.
        inner.close()
    content = b"".join(response.streaming_content) if response.streaming else response.content
    body = orjson.loads(content) if content else {}
    headers = response.headers
    return Answer(response.status_code, body, headers.get("ETag"), headers.get("Location"), principal)
