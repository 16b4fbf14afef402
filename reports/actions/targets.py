"""Targets: set, changed, taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models

from officers.models.unit import UnitQuerySet
from reports.models import Target
from thads.common import versions
from thads.common.errors import Fault, Refused
from thads.common.versions import Check
from thads.journal.noting import noted

#: What a target is for: another one of these is another target.
FIXED = ("unit", "fiscal_year", "measure")


def create_target(*, values: Mapping[str, Any], units: UnitQuerySet, by: str) -> Target:
    """Set the target of one of ``units`` (what the caller sees) for a year and a measure.

    Raises Refused for a unit that is not seen and Conflict when there is one already.
    """
    unit = units.filter(code=values["unit"]).first()
    if unit is None:
        raise Refused(Fault("UNIT_NOT_FOUND", "/unit", {"unit": values["unit"]}))
    row = Target(**{**values, "unit": unit})
    changes = versions.create(row, at=versions.now([unit.pk]), taken=_taken(row))
    noted(row, "created", changes=changes, by=by, unit_id=unit.pk)
    return row


def change_target(
    *,
    rows: models.QuerySet[Target],
    values: Mapping[str, Any],
    by: str,
    check: Check = versions.unchecked,
) -> Target:
    """Change the percentage or the document; unit, year and measure stay. Raises Refused."""
    row = versions.locked(rows.select_related("unit"), Fault("TARGET_NOT_FOUND"))
    given = {name: value for name, value in values.items() if name not in FIXED}
    check(row, given)
    for name in FIXED:
        stands = versions.named(getattr(row, name))
        if name in values and values[name] != stands:
            raise Refused(Fault("FIELD_FIXED", f"/{name}", {"name": name, "value": stands}))
    changes = versions.change(row, given, at=versions.now([row.unit_id]), taken=_taken(row))
    if changes:
        noted(row, "changed", changes=changes, by=by, unit_id=row.unit_id, **_of(row))
    return row


def remove_target(*, rows: models.QuerySet[Target], by: str, check: Check = versions.unchecked) -> None:
    """Take a target back; another may be set in its place."""
    row = versions.locked(rows.select_related("unit"), Fault("TARGET_NOT_FOUND"))
    check(row, {})
    versions.remove(row, at=versions.now([row.unit_id]))
    noted(row, "removed", changes={}, by=by, unit_id=row.unit_id, **_of(row))


def _of(row: Target) -> dict[str, Any]:
    return {"fiscal_year": row.fiscal_year, "measure": row.measure}


def _taken(row: Target) -> Fault:
    params = {"unit": row.unit.code, "year": row.fiscal_year, "measure": row.measure}
    return Fault("TARGET_EXISTS", "/unit", params)
