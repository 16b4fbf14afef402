"""Reference data of the organisation: the units. People are not reference data."""

from __future__ import annotations

import tomllib
from pathlib import Path

from officers.models import Unit

UNITS = Path(__file__).parent / "data" / "units.toml"


def load() -> str:
    """Brings the units in or up to date by code, parents before children; says in one line how many.

    Any number of times with the same result.
    """
    rows = tomllib.loads(UNITS.read_text(encoding="utf-8"))["unit"]
    by_code: dict[str, Unit] = {}
    for row in rows:
        parent = by_code[row["parent"]] if "parent" in row else None
        values = {**row, "parent": parent}
        by_code[row["code"]], _created = Unit.objects.update_or_create(code=row["code"], defaults=values)
    return f"Đơn vị / units: {len(by_code)}"
