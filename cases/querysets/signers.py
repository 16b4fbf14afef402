"""Reading what officers are, for the question who may sign (``cases.rules.signers``)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any, NamedTuple

import orjson
from django.db.models import Q

from cases.rules.authority import UnitPlace
from cases.rules.signers import Competence
from officers.models import Assignment, Delegation, Officer, Unit
from thads.common.statements import row_of


class Signatories:
    """What officers are and were, read when it is asked for and only once. ``everybody``: all of them at the
    first question, for who asks of many.
    """

    def __init__(self, *, everybody: bool = False) -> None:
        self._everybody = everybody
        self._of: dict[str, tuple[Competence, ...] | None] = {}

    @cached_property
    def _units(self) -> Mapping[int, tuple[str, UnitPlace]]:
        rows = Unit.objects.values_list("id", "code", "level", "parent__code")
        return {key: (code, UnitPlace(level, parent)) for key, code, level, parent in rows}

    @cached_property
    def places(self) -> Mapping[str, UnitPlace]:
        """Level and parent of every unit, by code."""
        return dict(self._units.values())

    def unit_code(self, key: int) -> str:
        return self._units[key][0]

    def officer_code(self, key: int) -> str:
        return str(Officer.objects.values_list("code", flat=True).get(pk=key))

    @cached_property
    def _all(self) -> tuple[Competence, ...]:
        return tuple(_held(Q(), Q()))

    def of(self, code: str) -> tuple[Competence, ...] | None:
        """All that the officer of this code is or was, and what those are who delegated to him; None when
        there is no such officer.
        """
        if code not in self._of:
            self._of[code] = self._read(code)
        return self._of[code]

    def over(self, units: Collection[str]) -> list[Competence]:
        """What anybody is or was in one of these units, and what those are who delegated there."""
        return _held(Q(unit__code__in=units), Q(unit__code__in=units))

    def _read(self, code: str) -> tuple[Competence, ...] | None:
        if self._everybody:
            own = [one for one in self._all if one.officer == code]
            givers = {one.behalf for one in own if one.behalf is not None}
            return (*own, *(one for one in self._all if one.officer in givers and one.behalf is None))
        if not Officer.objects.standing().filter(code=code).exists():
            return None
        return tuple(_held(Q(officer__code=code), Q(to_officer__code=code)))


class Around(NamedTuple):
    """The unit of a case and those above it (by code, the unit itself first), who has the case (code), and
    what people are and were there.
    """

    places: dict[str, UnitPlace]
    officer: str | None
    people: list[Competence]


def around(unit_id: int, officer_id: int | None) -> Around:
    """What is needed to say who may sign in a case that these (keys) have: in one statement."""
    row = row_of(_AROUND, [unit_id, officer_id])
    assert row is not None
    units, officer, assigned, delegated = row
    people = [
        Competence(code, name, role, unit, _day(since), _day(until))
        for code, name, role, unit, since, until in orjson.loads(assigned or "[]")
    ]
    given = (dict(zip(_DELEGATED, one, strict=True)) for one in orjson.loads(delegated or "[]"))
    days = ("valid_from", "valid_to", "revoked_on")
    people += [_delegated({**one, **{name: _day(one[name]) for name in days}}) for one in given]
    places = {code: UnitPlace(level, parent) for code, level, parent in orjson.loads(units)}
    return Around(places, officer, people)


def _day(written: str | None) -> dt.date | None:
    return None if written is None else dt.date.fromisoformat(written)


# Written as it is sent: it is asked whenever somebody looks what may be done, and building such statements
# costs more than answering them. No further up than any organisation goes, so that a ring of parents, a
# mistake, has an end.
_AROUND = """
    WITH RECURSIVE chain AS (
        SELECT id, code, level, parent_id, 0 AS depth FROM officers_unit WHERE id = %s
        UNION ALL
        SELECT u.id, u.code, u.level, u.parent_id, depth + 1
        FROM officers_unit u JOIN chain c ON u.id = c.parent_id WHERE depth < 20
    ), given AS (
        SELECT d.*, t.code AS to_code, t.name AS to_name, f.code AS from_code, chain.code AS unit
        FROM officers_delegation d JOIN chain ON chain.id = d.unit_id
            JOIN officers_officer t ON t.id = d.to_officer_id
            JOIN officers_officer f ON f.id = d.from_officer_id
        WHERE d.deleted_at IS NULL
    ), held AS (
        SELECT a.* FROM officers_assignment a JOIN chain ON chain.id = a.unit_id WHERE a.deleted_at IS NULL
        UNION
        SELECT a.* FROM officers_assignment a JOIN given ON a.officer_id IN (to_officer_id, from_officer_id)
        WHERE a.deleted_at IS NULL
    )
    SELECT
        (SELECT json_agg(json_build_array(c.code, c.level, p.code) ORDER BY c.depth)
         FROM chain c LEFT JOIN officers_unit p ON p.id = c.parent_id)::text,
        (SELECT code FROM officers_officer WHERE id = %s),
        (SELECT json_agg(json_build_array(o.code, o.name, h.role, u.code, h.valid_from, h.valid_to)
            ORDER BY h.id)
         FROM held h JOIN officers_officer o ON o.id = h.officer_id JOIN officers_unit u ON u.id = h.unit_id
        )::text,
        (SELECT json_agg(json_build_array(to_officer_id, to_code, to_name, role, unit, valid_from, valid_to,
            revoked_on, from_officer_id, from_code, permissions, document_number) ORDER BY id)
         FROM given)::text
"""

_DELEGATED = (
    "to_officer_id",
    "to_officer__code",
    "to_officer__name",
    "role",
    "unit__code",
    "valid_from",
    "valid_to",
    "revoked_on",
    "from_officer_id",
    "from_officer__code",
    "permissions",
    "document_number",
)
_ASSIGNED = ("officer__code", "officer__name", "role", "unit__code", "valid_from", "valid_to")


def _held(assigned: Q, delegated: Q) -> list[Competence]:
    """The competences of these assignments and delegations, and the assignments of all who are named by
    these delegations.
    """
    given = list(Delegation.objects.standing().filter(delegated).values(*_DELEGATED).order_by("pk"))
    named = {row[key] for row in given for key in ("to_officer_id", "from_officer_id")}
    if assigned and named:
        assigned |= Q(officer__in=named)
    rows = Assignment.objects.filter(assigned, deleted_at=None).order_by("pk").values_list(*_ASSIGNED)
    return [*(Competence(*row) for row in rows), *map(_delegated, given)]


def _delegated(row: Mapping[str, Any]) -> Competence:
    end = row["valid_to"]
    if row["revoked_on"] is not None:
        end = min(end, row["revoked_on"] - dt.timedelta(days=1))
    return Competence(
        row["to_officer__code"],
        row["to_officer__name"],
        row["role"],
        row["unit__code"],
        row["valid_from"],
        end,
        row["from_officer__code"],
        frozenset(row["permissions"]) or None,
        row["document_number"],
    )
