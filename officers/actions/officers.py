"""Officers: added with their first assignment, changed, removed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from officers.actions.assignments import assign, take_back
from officers.models import Assignment, Officer
from officers.models.unit import UnitQuerySet
from thads.common import versions
from thads.common.errors import Fault, Refused
from thads.common.versions import Check
from thads.journal.noting import noted

#: What the log does not tell of an officer.
PRIVATE = frozenset({"name"})


def create_officer(*, values: Mapping[str, Any], units: UnitQuerySet, giver: str, by: str) -> Officer:
    """Add an officer with the first assignment (``assignment``), without which nobody would see him.

    Raises Conflict (the code was given before) and what ``create_assignment`` raises.
    """
    fields = {name: value for name, value in values.items() if name != "assignment"}
    unit = units.filter(code=values["assignment"]["unit"]).first()
    if unit is None:
        params = {"unit": values["assignment"]["unit"]}
        raise Refused(Fault("UNIT_NOT_FOUND", "/assignment/unit", params))
    officer = Officer(**fields)
    changes = versions.create(officer, at=versions.now([unit.pk]), taken=_taken(officer.code))
    noted(
        officer,
        "created",
        changes=changes,
        by=by,
        unit_id=unit.pk,
        officer_id=officer.pk,
        private=PRIVATE,
        code=officer.code,
    )
    assign(officer, values["assignment"], units=units, giver=giver, by=by, pointer="/assignment")
    return officer


def change_officer(
    *,
    rows: models.QuerySet[Officer],
    values: Mapping[str, Any],
    units: UnitQuerySet,
    by: str,
    check: Check = versions.unchecked,
) -> Officer:
    """Change the name or the rank of the one officer of ``rows``; the code stays.

    Raises Refused for an officer who works in other units alone now: those keep his record.
    """
    officer = versions.locked(rows, Fault("OFFICER_NOT_FOUND", params={"officer": ""}))
    check(officer, values)
    if values.get("code", officer.code) != officer.code:
        raise Refused(Fault("FIELD_FIXED", "/code", {"name": "code", "value": officer.code}))
    working = Assignment.objects.standing().filter(officer=officer).filter(_not_ended())
    if working.exists() and not working.filter(unit__in=units).exists():
        raise Refused(Fault("OFFICER_ELSEWHERE", params={"officer": officer.code}))
    unit_id = home_of(officer)
    changes = versions.change(officer, values, at=versions.now([unit_id]), taken=_taken(officer.code))
    if changes:
        noted(
            officer,
            "changed",
            changes=changes,
            by=by,
            unit_id=unit_id,
            officer_id=officer.pk,
            private=PRIVATE,
            code=officer.code,
        )
    return officer


def remove_officer(
    *, rows: models.QuerySet[Officer], units: UnitQuerySet, by: str, check: Check = versions.unchecked
) -> None:
    """Remove an officer made by mistake, with his assignments. Raises Refused when cases, accounts or
    anything else name him, or when he is assigned where the caller does not see.
    """
    officer = versions.locked(rows, Fault("OFFICER_NOT_FOUND", params={"officer": ""}), to_remove=True)
    check(officer, {})
    held = list(Assignment.objects.standing().filter(officer=officer).order_by("pk").select_for_update())
    if Assignment.objects.standing().filter(officer=officer).exclude(unit__in=units).exists():
        raise Refused(Fault("OFFICER_ELSEWHERE", params={"officer": officer.code}))
    used = [model for model in versions.referring(officer) if model is not Assignment]
    if used:
        kinds = ", ".join(sorted(model._meta.label_lower for model in used))
        raise Refused(Fault("OFFICER_IN_USE", params={"officer": officer.code, "kinds": kinds}))
    unit_id = home_of(officer)
    for one in held:
        take_back(one, by=by)
    versions.remove(officer, at=versions.now([unit_id]))
    noted(officer, "removed", changes={}, by=by, unit_id=unit_id, officer_id=officer.pk, code=officer.code)


def _not_ended() -> Q:
    return Q(valid_to=None) | Q(valid_to__gte=timezone.localdate())


def home_of(officer: Officer) -> int:
    """The unit whose readers are told of the officer: where he works, or worked last."""
    held = Assignment.objects.standing().filter(officer=officer)
    working = held.filter(_not_ended()).order_by("pk")
    return int(
        (
            working.first() or held.order_by("pk").last() or Assignment.objects.filter(officer=officer)[0]
        ).unit_id
    )


def _taken(code: str) -> Fault:
    return Fault("CODE_TAKEN", "/code", {"code": code})
