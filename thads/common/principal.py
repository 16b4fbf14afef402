"""Who is asking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Principal:
    """A person, a system or the service itself, with the role and place under which it acts.

    ``role`` is a code of ``officers.roles``; ``unit_id`` the unit whose subtree it belongs to; ``officer_id``
    the officer it is,
    where it is one.
    """

    kind: Literal["USER", "API_KEY", "SYSTEM"]
    id: int
    name: str
    role: str
    unit_id: int | None
    officer_id: int | None = None


def principal_of(request: Any) -> Principal:
    """Who asks: the key, or the person who signed in."""
    holder = request.auth if hasattr(request.auth, "principal") else request.user
    principal: Principal = holder.principal
    return principal
