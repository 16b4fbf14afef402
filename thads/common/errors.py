"""Refusals: what a rule or a door says when it will not do what it was asked.

A refusal is a list of faults. A fault names *where* (a JSON pointer into what was sent), *what* (a stable
code whose words in
Vietnamese and English stand in ``messages/*.toml``) and, where there is one, the article of law. The layers
below the API raise
these plain exceptions; one handler at the edge turns them into ``application/problem+json``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from thads.common.messages import text


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, where it is, and on what legal basis it is wrong."""

    code: str
    pointer: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    legal_basis: str | None = None

    def text(self, lang: str = "vi") -> str:
        return text(self.code, self.params, lang)

    def under(self, prefix: str) -> Fault:
        """The same fault seen from one level up, so that nested parts can be checked by themselves."""
        return Fault(self.code, prefix + self.pointer, self.params, self.legal_basis)


class Refused(Exception):
    """A well-formed request that a rule refuses. Nothing has been written."""

    status: ClassVar[int] = 422
    code = "REFUSED"

    def __init__(self, faults: Fault | Iterable[Fault], *, code: str | None = None) -> None:
        self.faults: tuple[Fault, ...] = (faults,) if isinstance(faults, Fault) else tuple(faults)
        self.code = code or (self.faults[0].code if len(self.faults) == 1 else type(self).code)
        super().__init__("; ".join(fault.text("en") for fault in self.faults))


class BadRequest(Refused):
    """The request cannot be understood: a malformed parameter, an unknown column."""

    status = 400
    code = "BAD_REQUEST"


class Forbidden(Refused):
    """The caller's role may not do this."""

    status = 403
    code = "FORBIDDEN"


class NotVisible(Refused):
    """What is asked for does not exist, or the caller may not see it: the two are never told apart."""

    status = 404
    code = "NOT_FOUND"


class Conflict(Refused):
    """What is asked for contradicts what already stands."""

    status = 409
    code = "CONFLICT"


class Gone(Refused):
    """What is asked for was there and is no longer kept."""

    status = 410
    code = "GONE"


class PreconditionFailed(Refused):
    """The caller has seen an earlier version than the one that stands."""

    status = 412
    code = "VERSION_STALE"


class PreconditionRequired(Refused):
    """The caller has to say which version it has seen."""

    status = 428
    code = "PRECONDITION_REQUIRED"


class TooLarge(Refused):
    """What was sent is larger than is taken."""

    status = 413
    code = "PAYLOAD_TOO_LARGE"
