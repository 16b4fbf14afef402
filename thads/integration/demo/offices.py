"""The units of the demonstration, how much work each has, and the codes of their enforcement officers."""

from __future__ import annotations

from typing import Final

from thads.integration.demo.chance import Chance, Weighted, one_of

DEPARTMENT: Final = "DN"
#: Enforcement officers of each unit: 55 together.
OFFICERS: Final = {
    "DN": 10, "DN.HC": 10, "DN.TK": 8, "DN.ST": 7, "DN.NHS": 5, "DN.LC": 6, "DN.CL": 5, "DN.HV": 4,
}  # fmt: skip
_LOAD: Final = Weighted(
    ("DN.HC", 25), ("DN.TK", 18), ("DN.ST", 15), ("DN.NHS", 11), ("DN.LC", 12), ("DN.CL", 11), ("DN.HV", 8)
)


def officer_codes(unit: str) -> list[str]:
    return [f"{unit}.{place:02d}" for place in range(1, OFFICERS[unit] + 1)]


_CODES: Final = {unit: officer_codes(unit) for unit in OFFICERS}
_UNITS: Final = tuple(OFFICERS)


def unit_for(chance: Chance, department: float) -> str:
    """The unit that gets a case; ``department`` is the chance that it is the department itself."""
    return DEPARTMENT if chance() < department else _LOAD.draw(chance)


def officer_for(chance: Chance, unit: str) -> str:
    """An officer of the unit. The load is uneven: those with low numbers have been there longer."""
    codes = _CODES[unit]
    return codes[int(chance() ** 1.12 * len(codes))]


def another_officer(chance: Chance, unit: str, than: str) -> str:
    codes = [code for code in _CODES[unit] if code != than]
    return one_of(chance, codes)


def another_unit(chance: Chance, unit: str) -> str:
    """Where a case goes: up to the department, or down to a district."""
    return _LOAD.draw(chance) if unit == DEPARTMENT or chance() < 0.4 else DEPARTMENT
