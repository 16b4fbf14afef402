"""Assignments: who works where, as what. Given, changed, taken back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from officers.models import Assignment, Officer, Unit
from officers.models.officer import OfficerQuerySet
from officers.models.unit import UnitQuerySet
from officers.roles import is_above
from thads.common import versions
from thads.common.errors import Conflict, Fault, Forbidden, Refused
from thads.common.versions import Check
from thads.journal.noting import noted

#: What an assignment is: another one of these is another assignment.
FIXED = ("officer", "unit", "role")
#: The role of programs, which no person holds.
FOR_PROGRAMS = "SYSTEM"


def create_assignment(
    *, values: Mapping[str, Any], officers: OfficerQuerySet, units: UnitQuerySet, giver: str, by: str
) -> Assignment:
    """Assign one of ``officers`` to one of ``units`` (what the caller sees). ``giver`` is the caller's role.

    Raises Refused (not seen, the end before the beginning, a temporary one without an end, the unit no longer
    there), Forbidden (a role above the giver's) and Conflict (held already in these days).
    """
    officer = officers.filter(code=values["officer"]).first()
    if officer is None:
        raise Refused(Fault("OFFICER_NOT_FOUND", "/officer", {"officer": values["officer"]}))
    versions.locked(Officer.objects.filter(pk=officer.pk), Fault("OFFICER_NOT_FOUND", params={"officer": ""}))
    given = {name: value for name, value in values.items() if name != "officer"}
    row = assign(officer, given, units=units, giver=giver, by=by)
    _of_officer(row)
    return row


def assign(
    officer: Officer,
    values: Mapping[str, Any],
    *,
    units: UnitQuerySet,
    giver: str,
    by: str,
    pointer: str = "",
) -> Assignment:
    """Write an assignment of ``officer``, who is locked; ``values`` stand at ``pointer`` of the body."""
    unit = units.filter(code=values["unit"]).first()
    faults = list(_day_faults(values, pointer))
    if unit is None:
        faults.append(Fault("UNIT_NOT_FOUND", f"{pointer}/unit", {"unit": values["unit"]}))
    if values["role"] == FOR_PROGRAMS:
        faults.append(Fault("ROLE_FOR_PROGRAMS", f"{pointer}/role", {"role": FOR_PROGRAMS}))
    if faults or unit is None:
        raise Refused(faults)
    _refuse_above(values["role"], giver, f"{pointer}/role")
    row = Assignment(officer=officer, **{**values, "unit": unit})
    _refuse_ended(unit, row, pointer)
    _refuse_overlap(row, pointer)
    changes = versions.create(row, at=versions.now([unit.pk]), taken=_overlap(row, pointer))
    noted(row, "created", changes=changes, by=by, unit_id=unit.pk, officer_id=officer.pk)
    return row


def change_assignment(
    *,
    rows: models.QuerySet[Assignment],
    values: Mapping[str, Any],
    giver: str,
    by: str,
    check: Check = versions.unchecked,
) -> Assignment:
    """Change the days of an assignment, or why it is temporary. Officer, unit and role stay: another one of
    them is another assignment. Raises as ``create_assignment``.
    """
    row = _locked(rows)
    stands = {"officer": row.officer.code, "unit": row.unit.code, "role": row.role}
    given = {name: value for name, value in values.items() if name not in FIXED}
    check(row, given)
    for name in FIXED:
        if name in values and values[name] != stands[name]:
            raise Refused(Fault("FIELD_FIXED", f"/{name}", {"name": name, "value": stands[name]}))
    _refuse_above(row.role, giver, "")
    after = {name: given.get(name, getattr(row, name)) for name in ("valid_from", "valid_to", "temporary")}
    if faults := list(_day_faults(after, "")):
        raise Refused(faults)
    _refuse_overlap(row, "", after)
    changes = versions.change(row, given, at=versions.now([row.unit_id]), taken=_overlap(row, ""))
    if changes:
        noted(row, "changed", changes=changes, by=by, unit_id=row.unit_id, officer_id=row.officer_id)
        _of_officer(row)
    return row


def remove_assignment(
    *, rows: models.QuerySet[Assignment], giver: str, by: str, check: Check = versions.unchecked
) -> None:
    """Take back an assignment made by mistake; one that was worked under is ended instead (``valid_to``).
    Raises Refused when it is the last of its officer, who would be seen by nobody, and Forbidden.
    """
    row = _locked(rows)
    check(row, {})
    _refuse_above(row.role, giver, "")
    others = Assignment.objects.standing().filter(officer=row.officer_id).exclude(pk=row.pk)
    if not others.exists():
        raise Refused(Fault("ASSIGNMENT_LAST", params={"officer": row.officer.code}))
    take_back(row, by=by)
    _of_officer(row)


def _of_officer(row: Assignment) -> None:
    """An officer, who is locked, is shown with his assignments: what changes one of them changes him."""
    officers = Officer.objects.filter(pk=row.officer_id)
    officers.update(version=models.F("version") + 1, modified_at=row.modified_at)


def take_back(row: Assignment, *, by: str) -> None:
    """Mark an assignment as removed."""
    versions.remove(row, at=versions.now([row.unit_id]))
    noted(row, "removed", changes={}, by=by, unit_id=row.unit_id, officer_id=row.officer_id)


def _locked(rows: models.QuerySet[Assignment]) -> Assignment:
    """The assignment, locked after its officer: everybody locks in this order."""
    missing = Fault("ASSIGNMENT_NOT_FOUND")
    officer = rows.values_list("officer_id", flat=True).first()
    versions.locked(Officer.objects.filter(pk=officer), missing)
    return versions.locked(rows.select_related("officer", "unit"), missing)


def _refuse_above(role: str, giver: str, pointer: str) -> None:
    if is_above(role, giver):
        raise Forbidden(Fault("ROLE_ABOVE_OWN", pointer, {"role": role, "own": giver}))


def _day_faults(values: Mapping[str, Any], pointer: str) -> list[Fault]:
    start, end = values.get("valid_from"), values.get("valid_to")
    faults = []
    if start is not None and end is not None and end < start:
        faults.append(Fault("ENDS_BEFORE_IT_BEGINS", f"{pointer}/valid_to", {"from": start, "to": end}))
    if values.get("temporary") and end is None:
        faults.append(Fault("TEMPORARY_NEEDS_END", f"{pointer}/valid_to"))
    return faults


def _refuse_ended(unit: Unit, row: Assignment, pointer: str) -> None:
    start = row.valid_from or timezone.localdate()
    if unit.valid_to is not None and start > unit.valid_to:
        params = {"unit": unit.code, "to": unit.valid_to}
        raise Refused(Fault("UNIT_ENDED", f"{pointer}/unit", params))


def _refuse_overlap(row: Assignment, pointer: str, after: Mapping[str, dt.date | None] | None = None) -> None:
    """Raises Conflict when the same officer has the same role in the same unit in some of the same days."""
    start = row.valid_from if after is None else after["valid_from"]
    end = row.valid_to if after is None else after["valid_to"]
    same = Assignment.objects.standing().filter(officer=row.officer_id, unit=row.unit_id, role=row.role)
    if row.pk is not None:
        same = same.exclude(pk=row.pk)
    if start is not None:
        same = same.filter(Q(valid_to=None) | Q(valid_to__gte=start))
    if end is not None:
        same = same.filter(Q(valid_from=None) | Q(valid_from__lte=end))
    if same.exists():
        raise Conflict(_overlap(row, pointer))


def _overlap(row: Assignment, pointer: str) -> Fault:
    params = {"officer": row.officer.code, "unit": row.unit.code, "role": row.role}
    return Fault("ASSIGNMENT_OVERLAPS", f"{pointer}/valid_from", params)
