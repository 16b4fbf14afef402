"""Which legal person a unit acts for: the authority of a case (cơ quan thi hành án dân sự)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from cases.rules.tables import Tables


class UnitPlace(NamedTuple):
    """A unit's level and the code of the unit above it."""

    level: str
    parent: str | None


def authority_of(unit: str, day: dt.date, units: Mapping[str, UnitPlace], tables: Tables) -> str:
    """The code of the authority ``unit`` belonged to on ``day``.

    To 30/6/2025 the department and each Chi cục were legal persons of their own; afterwards the province is
    the only one, and its units belong to it (L25 Đ17, 19).
    """
    code = unit
    # No further up than there are units, so that even a ring of parents, a mistake, has an end.
    for _ in units:
        place = units[code]
        if tables.is_legal_person(place.level, day) or place.parent is None:
            break
        code = place.parent
    return code
