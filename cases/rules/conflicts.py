"""Whose cases an officer may not handle, and what a replacement of an officer has to say (L25 Đ16.2d;
D152 Đ13). Pure.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Container, Iterable
from dataclasses import dataclass

from cases.rules.story import StoryAct
from cases.rules.tables import Tables
from thads.common.errors import Fault

#: The act that appoints an officer without handing the case over.
_APPOINTS = "ASSIGNMENT"


@dataclass(frozen=True, slots=True)
class Interest:
    """What an officer has declared: the sealed identity number of somebody close to him, or a case."""

    person: bytes | None
    case: uuid.UUID | None


def given_to(act: StoryAct) -> tuple[str, str] | None:
    """The officer (code) an act gives the case to, and where it says so; None when it gives it to nobody."""
    if act.type.effect == "REASSIGN":
        return None if act.officer is None else (act.officer, "/officer")
    officer = (act.data or {}).get("officer") if act.type.code == _APPOINTS else None
    return (officer, "/data/officer") if isinstance(officer, str) else None


def concerned(
    interests: Iterable[Interest], *, parties: Container[bytes], case: uuid.UUID | None = None
) -> bool:
    """Whether a case, or one of its parties (by their sealed numbers), is among what was declared."""
    return any(
        one.person in parties if one.person is not None else case is not None and one.case == case
        for one in interests
    )


def conflict(officer: str, pointer: str, day: dt.date, tables: Tables) -> Fault:
    basis = tables.prohibitions["OFFICER_IN_CONFLICT"].basis_in(tables.regime_on(day))
    return Fault("OFFICER_IN_CONFLICT", pointer, {"officer": officer}, basis)


def replacement_faults(act: StoryAct, tables: Tables) -> list[Fault]:
    """An officer who is replaced (``data.replaces``) is replaced for a reason (``data.reason``)."""
    data = act.data or {}
    if act.type.code != _APPOINTS or data.get("replaces") is None:
        return []
    reason = data.get("reason")
    if isinstance(reason, str) and reason.strip():
        return []
    basis = tables.prohibitions["REPLACEMENT_NEEDS_REASON"].basis_in(tables.regime_on(act.effective_on))
    return [Fault("REPLACEMENT_NEEDS_REASON", "/data/reason", {"act": act.type.code}, basis)]
