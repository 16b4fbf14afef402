"""What somebody may see. Every read starts from a scope."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """The units whose rows are visible and, for an officer who sees own cases only, that officer."""

    unit_ids: frozenset[int]
    officer_id: int | None = None
