"""One write for one key: ``Idempotency-Key`` on POST.

A client that does not know whether its request arrived sends it again under the same key, and gets the answer
of the first one. A key belongs to its caller and its address (method and path with its arguments); the query,
other than ``lang``, and the body make its content.

=====================================================  =====================================================
the key is new, or its seven days are over             the request is done, and what it came to is kept in
                                                       the transaction of the write itself
the same key and content                               the first answer once more: status, ``Location``,
                                                       ``ETag``, the body rebuilt, and
                                                       ``Idempotency-Replayed: true``
the same key, another content                          422 ``IDEMPOTENCY_KEY_REUSED``
the request of this key has not come to its end        409 ``IDEMPOTENCY_KEY_RUNNING``, at once
the request was refused                                nothing is kept: the key is as good as new
=====================================================  =====================================================

``ScopedAPIView`` does all this. What is kept, and where, is the store's: the module that the setting
``IDEMPOTENCY_STORE`` names, because rows live in a layer above this one.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol, cast

import orjson
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import QueryDict
from rest_framework.request import Request
from rest_framework.response import Response

from thads.common.errors import BadRequest, Conflict, Fault, Refused
from thads.common.principal import Principal

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
#: The role that has to give a key whenever it writes: a program cannot look whether its request arrived.
OBLIGED = "SYSTEM"
#: 1 to 255 visible ASCII characters.
_SYNTAX = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Claim:
    """A key as one request gives it: whose (``caller``), where (``route``), and for what (``content``, a
    SHA-256 in hexadecimal).
    """

    caller: str
    route: str
    key: str
    content: str

    @property
    def identity(self) -> uuid.UUID:
        """What the store knows the key by, whatever it is given for."""
        parts = orjson.dumps([self.caller, self.route, self.key])
        return uuid.UUID(bytes=hashlib.sha256(parts).digest()[:16])


@dataclass(frozen=True, slots=True)
class Record:
    """What a request came to: enough to give its answer again, and no body."""

    content: str
    status: int
    location: str | None = None
    etag: str | None = None
    public_id: uuid.UUID | None = None


class Store(Protocol):
    """Where records are kept. Everything happens in the transaction that is open."""

    def take(self, identity: uuid.UUID) -> bool:
        """Hold the key until the transaction ends; False, without waiting, when another one holds it."""

    def find(self, identity: uuid.UUID) -> Record | None:
        """What was kept under the key, unless it has expired."""

    def keep(self, claim: Claim, record: Record) -> None:
        """Keep what the request came to; an expired record gives way."""


def once(
    claim: Claim,
    write: Callable[[], Response],
    replay: Callable[[Record], Any],
    named: Callable[[Response], uuid.UUID | None],
) -> Response:
    """The answer of ``write``, done now or before; ``replay`` makes the body of an answer given again, and
    ``named`` finds in a new answer the public id to keep.

    Raises Conflict while the request of this key runs, and Refused when the key was given for something else.
    """
    store = cast(Store, import_module(settings.IDEMPOTENCY_STORE))
    if not store.take(claim.identity):
        raise Conflict(Fault("IDEMPOTENCY_KEY_RUNNING"))
    known = store.find(claim.identity)
    if known is not None:
        if known.content != claim.content:
            raise Refused(Fault("IDEMPOTENCY_KEY_REUSED"))
        return _again(known, replay(known))
    response = write()
    if response.status_code < 400:
        store.keep(claim, _record(claim, response, named(response)))
    else:
        # Refused by an answer instead of an exception: what was written until then goes all the same.
        transaction.set_rollback(True)
    return response


def key_of(request: Request) -> str | None:
    """The key the request gives, None without one. Raises BadRequest for one that is not 1 to 255 visible
    ASCII characters.
    """
    key: str | None = request.headers.get(HEADER)
    if key is not None and not _SYNTAX.fullmatch(key):
        raise BadRequest(Fault("IDEMPOTENCY_KEY_INVALID"))
    return key


def claim_of(request: Request, principal: Principal, key: str, body: str) -> Claim:
    """The claim of a request whose body has the digest ``body``."""
    query = sorted(
        (name, value)
        for name, values in request._request.GET.lists()
        for value in values
        # The language is how the answer is told, not what is asked for.
        if name != "lang"
    )
    return Claim(
        caller=f"{principal.kind}:{principal.id}",
        route=f"{request.method} {request.path_info}",
        key=key,
        content=hashlib.sha256(orjson.dumps([query, body])).hexdigest(),
    )


def digest_of(data: Any) -> str:
    """The digest of a body as the parser gave it: SHA-256 of JSON with its keys in order, whatever the blanks
    and the order they were sent in; of a form, over its fields and the bytes of its files.

    Raises BadRequest for JSON nested deeper than can be written again.
    """
    if isinstance(data, QueryDict):
        digest = hashlib.sha256()
        for piece in _pieces(data):
            digest.update(piece)
        return digest.hexdigest()
    try:
        return hashlib.sha256(orjson.dumps(data, option=orjson.OPT_SORT_KEYS)).hexdigest()
    except orjson.JSONEncodeError as error:
        raise BadRequest(Fault("JSON_BROKEN", params={"reason": str(error)})) from None


def _pieces(form: QueryDict) -> Iterator[bytes]:
    """A form as bytes that no other form has: every part stands behind its name, its kind and its length."""
    for name in sorted(form):
        values: list[Any] = form.getlist(name)
        for value in values:
            if isinstance(value, UploadedFile):
                yield orjson.dumps([name, "file", value.size])
                yield from value.chunks()
                value.seek(0)
            else:
                yield orjson.dumps([name, "text", value])


def _record(claim: Claim, response: Response, public_id: uuid.UUID | None) -> Record:
    headers = response.headers
    return Record(
        claim.content, response.status_code, headers.get("Location"), headers.get("ETag"), public_id
    )


def _again(known: Record, body: Any) -> Response:
    headers = {REPLAYED: "true"}
    if known.location is not None:
        headers["Location"] = known.location
    if known.etag is not None:
        headers["ETag"] = known.etag
    return Response(body, status=known.status, headers=headers)
