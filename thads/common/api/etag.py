"""Versions: who writes says what he has seen (``If-Match``), who reads says what he has (``If-None-Match``).

An ETag is ``"<version>-<hash>"``. The version is the row's own number and rises with everything that belongs
to the row; the hash tells apart the ways in which one version can be shown. Writing compares the version
alone: who has read a case in Vietnamese may correct it in English.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

import orjson
from django.utils.http import parse_etags
from rest_framework.request import Request
from rest_framework.response import Response

from thads.common.api.language import language_of
from thads.common.errors import BadRequest, Fault, PreconditionFailed, PreconditionRequired
from thads.common.principal import principal_of

#: The version of a tag that this service has not given: no row has it.
FOREIGN = -1

_OPAQUE = r'"[\x21\x23-\x7e\x80-\xff]*"'
#: A list of tags as RFC 9110 writes it, weak ones too; empty members are allowed. Read without a way back, so
#: that no header takes long to refuse.
_TAGS = re.compile(rf"[ \t,]*+(?:W/)?{_OPAQUE}(?:[ \t]*+,[ \t]*+(?:(?:W/)?{_OPAQUE})?+)*+[ \t]*+")
_TAG = re.compile(_OPAQUE)
_VERSION = re.compile(r'"([0-9]{1,18})(?:-[^"]*)?"', re.ASCII)


def etag_of(version: int, request: Request, *shown: Any) -> str:
    """The ETag of a row at ``version``, shown as ``request`` asks for it.

    The language, the whole query (``fields``, ``omit``, ``expand``, ``as_of`` …) and the role with its
    limits, which lift masks, go into the hash; ``shown`` is whatever else decides what this caller sees of
    the row. The answer to a write has the tag that the row's own address gives.
    """
    asked = request._request.GET.lists()
    query = sorted((name, values) for name, values in asked if name not in ("lang", "dry_run"))
    caller = principal_of(request)
    limits = None if caller.permissions is None else sorted(caller.permissions)
    who = [caller.role, limits, caller.officer_id is None]
    form = orjson.dumps([language_of(request._request), who, query, [str(part) for part in shown]])
    return f'"{version}-{hashlib.sha256(form).hexdigest()[:16]}"'


def if_match(request: Request) -> int | None:
    """The version the caller has seen, from ``If-Match``; None when there is no header, or ``*``: what is
    there will do.

    ``"7-…"``, ``W/"7-…"`` and ``"7"`` all say 7. Of several the greatest counts: versions only rise, so a
    caller who knows a later one knows that the earlier is gone. A tag that is none of ours gives ``FOREIGN``,
    which no row has, and so ends in 412; only what is no list of tags at all raises BadRequest.
    """
    header = request.headers.get("If-Match")
    if header is None or header.strip() == "*":
        return None
    if not _TAGS.fullmatch(header):
        raise BadRequest(Fault("IF_MATCH_INVALID"))
    found = (_VERSION.fullmatch(tag) for tag in _TAG.findall(header))
    return max((int(match[1]) for match in found if match), default=FOREIGN)


def required_if_match(request: Request) -> int | None:
    """As ``if_match``, where the header has to be there (PUT, PATCH, DELETE). Raises PreconditionRequired."""
    if request.headers.get("If-Match") is None:
        raise PreconditionRequired(Fault("IF_MATCH_REQUIRED"))
    return if_match(request)


def check_version(asked: int | None, current: int, since: tuple[Fault, ...] = (), **params: Any) -> None:
    """Raises PreconditionFailed when the row is no longer at the version the caller has seen (``if_match``).

    The first fault names the current version, and in it ``params`` may say more; ``since`` are further ones
    that tell what has happened meanwhile. Compare under the row's lock: before it, the answer can be old.
    """
    if asked is not None and asked != current:
        raise PreconditionFailed((Fault("VERSION_STALE", "", {**params, "version": current}), *since))


def is_known(request: Request, etag: str) -> bool:
    """Whether the caller has this very form already (``If-None-Match``): weak or strong, a list, ``*``."""
    header = request.headers.get("If-None-Match")
    if header is None:
        return False
    known = parse_etags(header)
    return "*" in known or etag.removeprefix("W/") in {one.removeprefix("W/") for one in known}


def not_modified(request: Request, etag: str) -> Response | None:
    """304 when the caller has it already, else None. For GET and HEAD."""
    return Response(status=304, headers={"ETag": etag}) if is_known(request, etag) else None
