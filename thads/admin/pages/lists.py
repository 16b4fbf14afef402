"""What every list page has: filters taken from the address, and the pages beside this one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import resolve, reverse

from officers.roles import Permission
from thads.admin.asking import asked, cursor_of, every
from thads.admin.formats import plain_day
from thads.admin.site import may

PAGE = 50
#: What a list is searched by where it takes no free text: the exact number.
_BY_NUMBER = ("decision_number", "number")


def page_of(
    request: HttpRequest,
    name: str,
    filters: Iterable[str],
    args: Mapping[str, Any] | None = None,
    **query: Any,
) -> dict[str, Any]:
    """A page of a list of the API, narrowed by what the address of this page says: ``rows``, ``next`` and
    ``previous`` (queries of this page, or None), ``count`` and the ``filters`` given.
    """
    takes = parameters_of(name, args)
    filters = [one for one in filters if one in takes]
    given = {one: request.GET[one].strip() for one in filters if request.GET.get(one, "").strip()}
    given |= {name: plain_day(value) for name, value in given.items() if "_date" in name}
    answer = asked(
        request, name, args, **{"page_size": PAGE, **query, **given}, cursor=request.GET.get("cursor")
    )
    return {
        "rows": answer["results"],
        "next": _beside(given, answer["next"]),
        "previous": _beside(given, answer["previous"]),
        "first": "?" + urlencode(given) if request.GET.get("cursor") else None,
        "count": answer["count"],
        "filters": given,
        "search": next((one for one in ("q", *_BY_NUMBER) if one in filters), None),
    }


def parameters_of(name: str, args: Mapping[str, Any] | None = None) -> set[str]:
    """What a list of the API can be asked by."""
    view: Any = resolve(reverse(name, kwargs=dict(args or {}))).func.cls  # type: ignore[attr-defined]
    return {parameter.name for parameter in view.parameters("GET")}


def _beside(given: Mapping[str, str], address: str | None) -> str | None:
    cursor = cursor_of(address)
    return None if cursor is None else "?" + urlencode({**given, "cursor": cursor})


def units_of(request: HttpRequest) -> list[dict[str, Any]]:
    """The units the caller sees; none for whoever may not read the organisation (a narrow delegation)."""
    return every(request, "units") if may(request, Permission.READ_ORGANISATION) else []


def officers_by_code(request: HttpRequest, codes: Iterable[str]) -> list[dict[str, Any]]:
    """The officers with these codes, as far as the caller sees them."""
    wanted = ",".join(sorted(codes))
    if not wanted or not may(request, Permission.READ_ORGANISATION):
        return []
    return every(request, "officers", code__in=wanted)
