"""Reference data of the organisation: the units. People are not reference data."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from officers.models import Unit
from thads.common import versions
from thads.common.errors import Fault

UNITS = Path(__file__).parent / "data" / "units.toml"


def load() -> str:
    """Brings the units in or up to date by code, parents before children; says in one line how many.

    Any number of times with the same result.
    """
    rows = tomllib.loads(UNITS.read_text(encoding="utf-8"))["unit"]
    by_code: dict[str, Unit] = {}
    for row in rows:
        parent = by_code[row["parent"]] if "parent" in row else None
        by_code[row["code"]] = _bring_in({**row, "parent": parent})
    return f"Đơn vị / units: {len(by_code)}"


def _bring_in(values: dict[str, Any]) -> Unit:
    """The unit of this code, made or changed where it differs. Nothing that stands as it is gets a new
    version.
    """
    code = values["code"]
    unit = Unit.objects.filter(code=code).select_for_update(of=("self",), no_key=True).first()
    if unit is None:
        return Unit.objects.create(**values)
    stands = {
        name: Unit._meta.get_field(name).to_python(value)
        for name, value in values.items()
        if name != "parent"
    }
    taken = Fault("CODE_TAKEN", "/code", {"code": code})
    versions.change(unit, {**stands, "parent": values["parent"]}, at=versions.now([unit.pk]), taken=taken)
    return unit
