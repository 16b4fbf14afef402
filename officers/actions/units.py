"""Units: added, changed, removed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection, models

from officers.models import Unit, UnitSuccession
from officers.models.unit import UnitQuerySet
from thads.common import versions
from thads.common.errors import Fault, Refused
from thads.common.versions import Changes, Check
from thads.journal.noting import noted

#: Held by whoever moves a unit: two moves at once could make a ring that neither sees.
_TREE = 1_970_169_204

#: The sides of a succession: name in a body, the field of this unit, the field of the other.
_SIDES = {"predecessors": ("successor", "predecessor"), "successors": ("predecessor", "successor")}


def create_unit(*, values: Mapping[str, Any], units: UnitQuerySet, by: str) -> Unit:
    """Add a unit below one of ``units`` (those the caller sees). ``values`` are the fields of a unit;
    ``parent`` and the ``unit`` of each of ``predecessors`` and ``successors`` are codes.

    Raises Refused (a unit has to have one above it; its end before its beginning) and Conflict (the code was
    given before).
    """
    fields, links = _read(values, units)
    if fields.get("parent") is None:
        raise Refused(Fault("UNIT_PARENT_NEEDED", "/parent"))
    _refuse_ending_early(fields["valid_from"], fields.get("valid_to"))
    _hold_tree()
    unit = Unit(**fields)
    at = versions.now([fields["parent"].pk])
    changes = versions.create(unit, at=at, taken=_taken(fields["code"]))
    changes |= _write_links(unit, links)
    noted(unit, "created", changes=changes, by=by, unit_id=unit.pk, code=unit.code)
    return unit


def change_unit(
    *,
    rows: models.QuerySet[Unit],
    values: Mapping[str, Any],
    units: UnitQuerySet,
    by: str,
    check: Check = versions.unchecked,
) -> Unit:
    """Change the one unit of ``rows``. Raises as ``create_unit``, and Refused when the code is another, or
    when the unit would come to stand below itself.
    """
    if "parent" in values:
        _hold_tree()
    unit = versions.locked(rows, Fault("UNIT_NOT_FOUND", params={"unit": ""}))
    fields, links = _read(values, units, unit)
    check(unit, fields)
    if fields.get("code", unit.code) != unit.code:
        raise Refused(Fault("FIELD_FIXED", "/code", {"name": "code", "value": unit.code}))
    if "parent" in fields:
        _refuse_ring(unit, fields["parent"])
    _refuse_ending_early(fields.get("valid_from", unit.valid_from), fields.get("valid_to", unit.valid_to))
    at = versions.now([unit.pk])
    linked = _write_links(unit, links)
    changes = versions.change(unit, fields, at=at, taken=_taken(unit.code), also=linked)
    if changes:
        noted(unit, "changed", changes=changes, by=by, unit_id=unit.pk, code=unit.code)
    return unit


def remove_unit(*, rows: models.QuerySet[Unit], by: str, check: Check = versions.unchecked) -> None:
    """Remove the one unit of ``rows``: one made by mistake. What was ever used is ended instead
    (``valid_to``). Raises Refused, naming what is in the way.
    """
    unit = versions.locked(rows, Fault("UNIT_NOT_FOUND", params={"unit": ""}), to_remove=True)
    check(unit, {})
    faults = []
    if unit.children.filter(deleted_at=None).exists():
        faults.append(Fault("UNIT_HAS_CHILDREN", params={"unit": unit.code}))
    if unit.assignments.filter(deleted_at=None).exists():
        faults.append(Fault("UNIT_HAS_ASSIGNMENTS", params={"unit": unit.code}))
    if not faults and (used := versions.referring(unit)):
        kinds = ", ".join(sorted(model._meta.label_lower for model in used))
        faults.append(Fault("UNIT_IN_USE", params={"unit": unit.code, "kinds": kinds}))
    if faults:
        raise Refused(faults)
    versions.remove(unit, at=versions.now([unit.pk]))
    noted(unit, "removed", changes={}, by=by, unit_id=unit.pk, code=unit.code)


# The parts.


def _read(
    values: Mapping[str, Any], units: UnitQuerySet, unit: Unit | None = None
) -> tuple[dict[str, Any], dict[str, list[tuple[Unit, dt.date]]]]:
    """The fields of a unit with rows for codes, and its successions. Raises Refused for each code that names
    no unit the caller sees; what stands already may stand on.
    """
    fields = {name: value for name, value in values.items() if name not in _SIDES}
    faults: list[Fault] = []
    if fields.get("parent") is not None:
        if unit is not None and unit.parent is not None and unit.parent.code == fields["parent"]:
            fields["parent"] = unit.parent
        else:
            fields["parent"] = _named(units, fields["parent"], "/parent", faults)
    links: dict[str, list[tuple[Unit, dt.date]]] = {}
    for side in _SIDES.keys() & values.keys():
        known = (
            units
            if unit is None
            else Unit.objects.filter(models.Q(pk__in=units.values("pk")) | _linked(unit))
        )
        rows = values[side]
        found = [
            (_named(known, row["unit"], f"/{side}/{place}/unit", faults), row["on"])
            for place, row in enumerate(rows)
        ]
        codes = [row["unit"] for row in rows]
        for place, code in enumerate(codes):
            if code in codes[:place] or (unit is not None and code == unit.code):
                faults.append(Fault("UNIT_SUCCESSION_TWICE", f"/{side}/{place}/unit", {"unit": code}))
        links[side] = [(other, on) for other, on in found if other is not None]
    if faults:
        raise Refused(faults)
    return fields, links


def _named(units: models.QuerySet[Unit], code: str, pointer: str, faults: list[Fault]) -> Unit | None:
    found = units.filter(code=code).first()
    if found is None:
        faults.append(Fault("UNIT_NOT_FOUND", pointer, {"unit": code}))
    return found


def _linked(unit: Unit) -> models.Q:
    """The units that this one has a succession with already."""
    return models.Q(successions__successor=unit) | models.Q(precessions__predecessor=unit)


def _write_links(unit: Unit, links: Mapping[str, Sequence[tuple[Unit, dt.date]]]) -> Changes:
    """Make the successions of ``unit`` those given. Gives what differed."""
    changes: Changes = {}
    for side, wanted in links.items():
        own, other = _SIDES[side]
        rows = UnitSuccession.objects.filter(**{own: unit})
        stood = sorted((code, on) for code, on in rows.values_list(f"{other}__code", "on"))
        stands = sorted((one.code, on) for one, on in wanted)
        if stood == stands:
            continue
        rows.delete()
        UnitSuccession.objects.bulk_create(
            UnitSuccession(**{own: unit, other: one, "on": on}) for one, on in wanted
        )
        changes[side] = (stood, stands)
    return changes


def _refuse_ring(unit: Unit, parent: Unit | None) -> None:
    """Raises Refused when ``unit`` would stand below itself, or nowhere."""
    if parent is None:
        if unit.parent_id is not None:
            raise Refused(Fault("UNIT_PARENT_NEEDED", "/parent"))
    elif Unit.objects.subtree(unit).filter(pk=parent.pk).exists():
        raise Refused(Fault("UNIT_BELOW_ITSELF", "/parent", {"unit": unit.code, "parent": parent.code}))


def _refuse_ending_early(start: dt.date, end: dt.date | None) -> None:
    if end is not None and end < start:
        raise Refused(Fault("ENDS_BEFORE_IT_BEGINS", "/valid_to", {"from": start, "to": end}))


def _hold_tree() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TREE])


def _taken(code: str) -> Fault:
    return Fault("CODE_TAKEN", "/code", {"code": code})
