"""As what somebody works on the site: in one of the capacities held today, remembered until signing out."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from thads.common.errors import Forbidden
from thads.common.principal import Principal

_REMEMBERED = "thads_acting"


def chosen(request: HttpRequest) -> str | None:
    """The id of the capacity chosen (``X-Act-As``); None for the one that stands first. What is no longer
    held is forgotten.
    """
    session: Any = getattr(request, "session", None)
    capacity = None if session is None else session.get(_REMEMBERED)
    if capacity is None:
        return None
    user: Any = request.user
    try:
        user.acting_as(capacity)
    except Forbidden:
        del session[_REMEMBERED]
        return None
    return str(capacity)


def principal_of(request: HttpRequest) -> Principal:
    """Who works, in the capacity chosen."""
    user: Any = request.user
    capacity = chosen(request)
    found: Principal = user.principal if capacity is None else user.acting_as(capacity)
    return found


def choose(request: HttpRequest, capacity: str) -> None:
    """From now on in this capacity; empty: in the one that stands first. Raises Forbidden when it is not held
    today.
    """
    if not capacity:
        request.session.pop(_REMEMBERED, None)
        return
    user: Any = request.user
    user.acting_as(capacity)
    request.session[_REMEMBERED] = capacity


def current(request: HttpRequest) -> str:
    """The id of the capacity in which somebody works now; empty for who holds none."""
    user: Any = request.user
    return chosen(request) or next((str(one.id) for one in user.capacities), "")


def own(request: HttpRequest) -> str | None:
    """The id of the first capacity that is somebody's own; None for who has none but by delegation."""
    user: Any = request.user
    return next((str(one.id) for one in user.capacities if one.behalf is None), None)
