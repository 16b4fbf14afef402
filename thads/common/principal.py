"""Who is asking."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from thads.common.errors import Fault, Forbidden


@dataclass(frozen=True, slots=True)
class Principal:
    """A person, a system or the service itself, with the role and place under which it acts.

    ``role`` is a code of ``officers.roles``; ``unit_id`` the unit whose subtree it belongs to; ``officer_id``
    the officer it is, where it is one. ``permissions`` are all it may do, where that is less than the role;
    ``behalf`` the officer by whose delegation it acts (key and name). ``subtree`` are the units of its place,
    where they were read together with it; it lives no longer than the request.
    """

    kind: Literal["USER", "API_KEY", "SYSTEM"]
    id: int
    name: str
    role: str
    unit_id: int | None
    officer_id: int | None = None
    permissions: frozenset[str] | None = None
    behalf: tuple[int, str] | None = None
    subtree: frozenset[int] | None = field(default=None, compare=False, repr=False)

    @property
    def by(self) -> str:
        """Who records, as rows name him: kind and key, on whose behalf, and the names (200 characters)."""
        if self.behalf is None:
            return f"{self.kind}:{self.id} {self.name}"[:200]
        officer, name = self.behalf
        return f"{self.kind}:{self.id} FOR OFFICER:{officer} {self.name} ← {name}"[:200]


#: The header by which a person says in which of his capacities he acts.
ACT_AS = "X-Act-As"


def principal_of(request: Any) -> Principal:
    """Who asks: the key, or the person who signed in, in the capacity named by ``X-Act-As``. Raises
    Forbidden when he does not hold that one, or has a password still to be replaced.
    """
    holder = request.auth if hasattr(request.auth, "principal") else request.user
    if getattr(holder, "password_once", False):
        raise Forbidden(Fault("PASSWORD_ONCE"))
    named = request.headers.get(ACT_AS)
    principal: Principal = holder.principal if named is None else holder.acting_as(named)
    return principal
