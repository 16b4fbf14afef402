"""What a plan needs to know of the organisation: codes, keys and authorities, read once per batch."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from cases.rules.authority import UnitPlace, authority_of
from cases.rules.story import Reference
from cases.rules.tables import Tables, tables
from officers.models import Officer, Unit


@dataclass(frozen=True, slots=True)
class Register:
    """The units and officers as they stand, by code and by key."""

    tables: Tables
    unit_ids: Mapping[str, int]
    officer_ids: Mapping[str, int]
    places: Mapping[str, UnitPlace]
    authority_ids: Mapping[str, int]

    @classmethod
    def load(cls, unit_ids: frozenset[int] | None = None) -> Register:
        """The organisation; with ``unit_ids`` the caller may name those units alone, and the others do not
        exist for him.
        """
        units = list(Unit.objects.values_list("id", "code", "level", "parent__code"))
        officers = Officer.objects.all()
        if unit_ids is not None:
            officers = officers.filter(assignments__unit_id__in=unit_ids)
        return cls(
            tables(),
            {code: key for key, code, _, _ in units if unit_ids is None or key in unit_ids},
            dict(officers.values_list("code", "id")),
            {code: UnitPlace(level, parent) for _, code, level, parent in units},
            {code: key for key, code, _, _ in units},
        )

    @property
    def reference(self) -> Reference:
        return Reference(self.unit_ids.keys(), self.officer_ids.keys(), self.tables)

    def authority_id(self, unit: str, day: dt.date) -> int:
        """The key of the authority ``unit`` belonged to on ``day``, which may lie above the units the caller
        may name.
        """
        return self.authority_ids[authority_of(unit, day, self.places, self.tables)]

    def unit_codes(self) -> dict[int, str]:
        return {key: code for code, key in self.unit_ids.items()}

    def officer_codes(self) -> dict[int, str]:
        return {key: code for code, key in self.officer_ids.items()}
