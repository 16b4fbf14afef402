"""What goes wrong, said in one way: ``application/problem+json`` (RFC 9457), in the caller's language.

``handle`` is the one exception handler of the API; ``bad_request``, ``permission_denied``, ``page_not_found``
and ``server_error`` are Django's handlers for what never reaches a view. Outside ``/api/`` they answer as
Django does.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as ModelValidationError
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import defaults
from rest_framework import exceptions as drf
from rest_framework.views import set_rollback

from thads.common.api.language import language_of
from thads.common.api.renderers import to_json
from thads.common.api.request_id import request_id_of
from thads.common.errors import Fault, Refused
from thads.common.messages import catalogue, text, with_bare_names

log = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
PAGE = "/api/v1/problems/"
TITLES: Mapping[int, str] = {
    400: "BAD_REQUEST",
    401: "UNAUTHENTICATED",
    403: "FORBIDDEN",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    409: "CONFLICT",
    410: "GONE",
    412: "PRECONDITION_FAILED",
    413: "PAYLOAD_TOO_LARGE",
    414: "URI_TOO_LONG",
    415: "UNSUPPORTED_MEDIA_TYPE",
    422: "REFUSED",
    428: "PRECONDITION_REQUIRED",
    429: "TOO_MANY_REQUESTS",
    431: "REQUEST_HEADER_FIELDS_TOO_LARGE",
    500: "INTERNAL_ERROR",
    503: "SERVICE_UNAVAILABLE",
}


def problem(
    request: Any,
    status: int,
    faults: Iterable[Fault] = (),
    *,
    code: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The answer to ``request`` that says what is wrong.

    ``code`` is the fault's when there is one fault, else what is given, else the one of the status.
    """
    lang = language_of(request)
    listed = tuple(faults)
    title_code = TITLES.get(status, TITLES[500 if status >= 500 else 400])
    own_code = code or (listed[0].code if len(listed) == 1 else title_code)
    if len(listed) == 1:
        detail = listed[0].text(lang)
    elif listed:
        detail = text("SEVERAL_FAULTS", {"count": len(listed)}, lang)
    else:
        detail = text(own_code, {}, lang)
    body = {
        "type": f"{PAGE}#{own_code}",
        "title": text(title_code, {}, lang),
        "status": status,
        "detail": detail,
        "code": own_code,
        "errors": [shown_fault(fault, lang) for fault in listed],
        "request_id": request_id_of(request),
    }
    response = HttpResponse(to_json(body), status=status, content_type=CONTENT_TYPE)
    response["Content-Language"] = lang
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def shown_fault(fault: Fault, lang: str) -> dict[str, Any]:
    """One thing that is wrong, as ``errors`` lists it."""
    return {
        "pointer": fault.pointer,
        "code": fault.code,
        "detail": fault.text(lang),
        "legal_basis": fault.legal_basis,
    }


def faults_of(exc: Exception) -> tuple[Fault, ...] | None:
    """What ``exc`` says is wrong, for who answers for many at once; None for a defect of the service."""
    found = _known(exc)
    if found is None:
        return None
    status, faults, code, _headers = found
    return faults or (Fault(code or TITLES[status]),)


def handle(exc: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """The exception handler of REST framework: the answer for ``exc``, or None for a defect of the service
    (500).
    """
    found = _known(exc)
    if found is None:
        return None
    # A view that said no to the transaction of the request looks after its own.
    if not getattr(getattr(context.get("view"), "dispatch", None), "_non_atomic_requests", None):
        set_rollback()
    status, faults, code, headers = found
    request = context["request"]
    return problem(getattr(request, "_request", request), status, faults, code=code, headers=headers)


def _known(exc: Exception) -> tuple[int, tuple[Fault, ...], str | None, dict[str, str]] | None:
    """Status, faults, code and headers for an exception that has an answer."""
    if isinstance(exc, Refused):
        return exc.status, exc.faults, exc.code, {}
    if isinstance(exc, Http404):
        return 404, (), None, {}
    if isinstance(exc, PermissionDenied):
        return 403, (), None, {}
    if isinstance(exc, RequestDataTooBig):
        return 413, (), None, {}
    if isinstance(exc, SuspiciousOperation):
        return 400, (), None, {}
    if isinstance(exc, ModelValidationError):
        return 422, tuple(_model_faults(exc)), None, {}
    if isinstance(exc, DataError):
        # Checked input never gets here. Should some value slip through, the caller learns that it was the
        # value.
        log.exception("a value got as far as the database")
        return 400, (Fault("VALUE_UNUSABLE"),), None, {}
    if isinstance(exc, drf.ValidationError):
        return 400, tuple(_serializer_faults(exc.detail, "")), None, {}
    if isinstance(exc, drf.ParseError):
        return 400, (Fault("JSON_BROKEN", params={"reason": str(exc.detail)}),), None, {}
    if isinstance(exc, drf.APIException):
        return _framework(exc)
    return None


def _framework(exc: drf.APIException) -> tuple[int, tuple[Fault, ...], str | None, dict[str, str]]:
    headers: dict[str, str] = {}
    if getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = str(exc.auth_header)  # type: ignore[attr-defined]
    wait = getattr(exc, "wait", None)
    if wait:
        headers["Retry-After"] = str(int(wait))
    code = getattr(exc.detail, "code", "")
    own = str(code).upper()
    faults = (Fault(own),) if own in catalogue() and own not in TITLES.values() else ()
    return exc.status_code, faults, None, headers


def _serializer_faults(detail: Any, pointer: str) -> Iterator[Fault]:
    """The nested errors of a serializer as faults with JSON pointers; errors of the whole object point at the
    object.
    """
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            yield from _serializer_faults(
                inner, pointer if name == "non_field_errors" else f"{pointer}/{name}"
            )
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            nested = isinstance(inner, (Mapping, list))
            yield from _serializer_faults(inner, f"{pointer}/{index}" if nested else pointer)
    else:
        name = pointer.rpartition("/")[2] or "JSON"
        if getattr(detail, "code", "") == "required":
            yield Fault("FIELD_REQUIRED", pointer, {"name": name})
        else:
            yield Fault("FIELD_INVALID", pointer, {"name": name, "reason": str(detail)})


def _model_faults(exc: ModelValidationError) -> Iterator[Fault]:
    named = exc.message_dict if hasattr(exc, "error_dict") else {"": exc.messages}
    for name, messages in named.items():
        for message in messages:
            pointer = f"/{name}" if name not in ("", "__all__") else ""
            yield Fault("FIELD_INVALID", pointer, {"name": name, "reason": message})


# --- What never reaches a view ------------------------------------------------------------------------------


def _in_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem(request, 400) if _in_api(request) else defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return problem(request, 403) if _in_api(request) else defaults.permission_denied(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if not _in_api(request):
        return defaults.page_not_found(request, exception)
    return problem(request, 404, [Fault("URL_UNKNOWN", params={"path": request.path_info})])


def server_error(request: HttpRequest) -> HttpResponse:
    return problem(request, 500) if _in_api(request) else defaults.server_error(request)


# --- The page of codes --------------------------------------------------------------------------------------


def codes_page(request: HttpRequest) -> HttpResponse:
    """Every code with its words in both languages: what ``type`` of a problem points at."""
    shown = {
        code: {lang: with_bare_names(words) for lang, words in row.items()}
        for code, row in sorted(catalogue().items())
    }
    return render(request, "problems.html", {"codes": shown.items()})
