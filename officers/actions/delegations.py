"""Delegations: given, changed before they begin, revoked, removed before they begin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils import timezone

from officers.acting import holds
from officers.actions.assignments import FOR_PROGRAMS
from officers.models import Delegation
from officers.models.officer import OfficerQuerySet
from officers.models.unit import UnitQuerySet
from officers.roles import ROLE_BY_CODE, Permission, is_above, may
from thads.common import versions
from thads.common.errors import Conflict, Fault, Forbidden, Refused
from thads.common.principal import Principal
from thads.common.versions import Check
from thads.journal.noting import noted

#: Who, to whom, as what and over what: another one of these is another delegation.
FIXED = ("from_officer", "to_officer", "role", "unit")
#: What may still change once it has begun.
AFTERWARDS = frozenset({"revoked_on"})
_TAKEN = Fault("DELEGATION_TWICE")


def create_delegation(
    *, values: Mapping[str, Any], officers: OfficerQuerySet, units: UnitQuerySet, caller: Principal
) -> Delegation:
    """Let one officer act for another, by a document. Officers and unit are codes of what the caller sees.

    Raises Forbidden (acting by delegation himself; another's delegation without the right to; a role above
    the caller's) and Refused (not seen, to oneself, a role the delegator does not have there, a permission
    that is not the role's, days that do not fit) and Conflict (it stands already).
    """
    faults: list[Fault] = []
    people = {}
    for name in ("from_officer", "to_officer"):
        people[name] = officers.filter(code=values[name]).first()
        if people[name] is None:
            faults.append(Fault("OFFICER_NOT_FOUND", f"/{name}", {"officer": values[name]}))
    unit = units.filter(code=values["unit"]).first()
    if unit is None:
        faults.append(Fault("UNIT_NOT_FOUND", "/unit", {"unit": values["unit"]}))
    if values["role"] == FOR_PROGRAMS:
        faults.append(Fault("ROLE_FOR_PROGRAMS", "/role", {"role": FOR_PROGRAMS}))
    if values["from_officer"] == values["to_officer"]:
        faults.append(Fault("DELEGATION_TO_ONESELF", "/to_officer"))
    faults += _content_faults(values, values["role"])
    if faults or unit is None:
        raise Refused(faults)
    row = Delegation(**{**values, **people, "unit": unit})
    _refuse_another(row, caller)
    if not holds(row.from_officer_id, row.role, unit.pk, row.valid_from):
        params = {"officer": row.from_officer.code, "role": row.role, "unit": unit.code, "on": row.valid_from}
        raise Refused(Fault("DELEGATOR_LACKS_ROLE", "/role", params))
    versions.locked(officers.model.objects.filter(pk=row.to_officer_id), _TAKEN)
    if _same(row).exists():
        raise Conflict(_TAKEN)
    changes = versions.create(row, at=versions.now([unit.pk]), taken=_TAKEN)
    noted(row, "created", changes=changes, by=caller.by, unit_id=unit.pk, officer_id=row.to_officer_id)
    return row


def change_delegation(
    *,
    rows: models.QuerySet[Delegation],
    values: Mapping[str, Any],
    caller: Principal,
    check: Check = versions.unchecked,
) -> Delegation:
    """Change a delegation that has not begun; of one that has, only when it was revoked: another content is
    another document. Raises Refused and Forbidden.
    """
    row = _locked(rows)
    given = {name: value for name, value in values.items() if name not in FIXED}
    check(row, given)
    for name in FIXED:
        stands = versions.named(getattr(row, name))
        if name in values and values[name] != stands:
            raise Refused(Fault("FIELD_FIXED", f"/{name}", {"name": name, "value": stands}))
    _refuse_another(row, caller)
    begun = row.valid_from <= timezone.localdate()
    changed = versions.differences(row, given)
    if begun and (late := sorted(changed.keys() - AFTERWARDS)):
        raise Refused(Fault("DELEGATION_BEGUN", f"/{name}", {"on": row.valid_from}) for name in late)
    after = {field: given.get(field, getattr(row, field)) for field in _DECIDES}
    if faults := _content_faults(after, row.role):
        raise Refused(faults)
    changes = versions.change(row, given, at=versions.now([row.unit_id]), taken=_TAKEN)
    if changes:
        noted(
            row, "changed", changes=changes, by=caller.by, unit_id=row.unit_id, officer_id=row.to_officer_id
        )
    return row


def remove_delegation(
    *, rows: models.QuerySet[Delegation], caller: Principal, check: Check = versions.unchecked
) -> None:
    """Remove a delegation that has not begun; one that has is revoked (``revoked_on``). Raises Refused and
    Forbidden.
    """
    row = _locked(rows)
    check(row, {})
    _refuse_another(row, caller)
    if row.valid_from <= timezone.localdate():
        raise Refused(Fault("DELEGATION_BEGUN", params={"on": row.valid_from}))
    versions.remove(row, at=versions.now([row.unit_id]))
    noted(row, "removed", changes={}, by=caller.by, unit_id=row.unit_id, officer_id=row.to_officer_id)


_DECIDES = ("permissions", "valid_from", "valid_to", "document_date")


def _locked(rows: models.QuerySet[Delegation]) -> Delegation:
    related = rows.select_related("from_officer", "to_officer", "unit")
    return versions.locked(related, Fault("DELEGATION_NOT_FOUND"))


def _refuse_another(row: Delegation, caller: Principal) -> None:
    """Who delegates is the delegator himself, or who keeps the staff and stands no lower than the role."""
    if caller.behalf is not None:
        raise Forbidden(Fault("DELEGATION_NOT_PASSED_ON"))
    if row.from_officer_id == caller.officer_id:
        return
    if not may(caller, Permission.MANAGE_STAFF):
        raise Forbidden(Fault("DELEGATION_OF_ANOTHER", "/from_officer"))
    if is_above(row.role, caller.role):
        raise Forbidden(Fault("ROLE_ABOVE_OWN", "/role", {"role": row.role, "own": caller.role}))


def _content_faults(values: Mapping[str, Any], role: str) -> list[Fault]:
    faults = []
    start, end = values["valid_from"], values["valid_to"]
    if end < start:
        faults.append(Fault("ENDS_BEFORE_IT_BEGINS", "/valid_to", {"from": start, "to": end}))
    if values["document_date"] > start:
        params = {"from": start, "date": values["document_date"]}
        faults.append(Fault("DELEGATION_BEFORE_DOCUMENT", "/document_date", params))
    for place, permission in enumerate(values["permissions"]):
        if not ROLE_BY_CODE[role].may(Permission(permission)):
            params = {"permission": permission, "role": role}
            faults.append(Fault("PERMISSION_NOT_OF_ROLE", f"/permissions/{place}", params))
    return faults


def _same(row: Delegation) -> models.QuerySet[Delegation]:
    """What the same officer was given already for some of the same days."""
    return Delegation.objects.standing().filter(
        from_officer=row.from_officer_id,
        to_officer=row.to_officer_id,
        role=row.role,
        unit=row.unit_id,
        revoked_on=None,
        valid_from__lte=row.valid_to,
        valid_to__gte=row.valid_from,
    )
