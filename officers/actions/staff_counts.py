"""Staff counts: put down, changed, taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models

from officers.models import StaffCount
from officers.models.unit import UnitQuerySet
from thads.common import versions
from thads.common.errors import Fault, Refused
from thads.common.versions import Check
from thads.journal.noting import noted

#: What a count is of: another one of these is another count.
FIXED = ("unit", "fiscal_year")


def create_staff_count(*, values: Mapping[str, Any], units: UnitQuerySet, by: str) -> StaffCount:
    """Put down the posts and the staff of one of ``units`` (what the caller sees) in a statistical year.

    Raises Refused for a unit that is not seen and Conflict when they stand already.
    """
    unit = units.filter(code=values["unit"]).first()
    if unit is None:
        raise Refused(Fault("UNIT_NOT_FOUND", "/unit", {"unit": values["unit"]}))
    row = StaffCount(**{**values, "unit": unit})
    changes = versions.create(row, at=versions.now([unit.pk]), taken=_taken(row))
    noted(row, "created", changes=changes, by=by, unit_id=unit.pk, kind="staff_count")
    return row


def change_staff_count(
    *,
    rows: models.QuerySet[StaffCount],
    values: Mapping[str, Any],
    by: str,
    check: Check = versions.unchecked,
) -> StaffCount:
    """Change the numbers; unit and year stay. Raises Refused."""
    row = versions.locked(rows.select_related("unit"), Fault("STAFF_COUNT_NOT_FOUND"))
    given = {name: value for name, value in values.items() if name not in FIXED}
    check(row, given)
    for name in FIXED:
        stands = versions.named(getattr(row, name))
        if name in values and values[name] != stands:
            raise Refused(Fault("FIELD_FIXED", f"/{name}", {"name": name, "value": stands}))
    changes = versions.change(row, given, at=versions.now([row.unit_id]), taken=_taken(row))
    if changes:
        _noted(row, "changed", changes, by)
    return row


def remove_staff_count(
    *, rows: models.QuerySet[StaffCount], by: str, check: Check = versions.unchecked
) -> None:
    """Take a count back; another may be put in its place."""
    row = versions.locked(rows.select_related("unit"), Fault("STAFF_COUNT_NOT_FOUND"))
    check(row, {})
    versions.remove(row, at=versions.now([row.unit_id]))
    _noted(row, "removed", {}, by)


def _noted(row: StaffCount, verb: str, changes: Mapping[str, tuple[Any, Any]], by: str) -> None:
    of = {"fiscal_year": row.fiscal_year}
    noted(row, verb, changes=changes, by=by, unit_id=row.unit_id, kind="staff_count", **of)


def _taken(row: StaffCount) -> Fault:
    return Fault("STAFF_COUNT_EXISTS", "/unit", {"unit": row.unit.code, "year": row.fiscal_year})
