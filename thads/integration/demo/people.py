"""The people of the demonstration: 114 posts, all filled, of whom 55 are enforcement officers with cases.

Codes: ``UNIT.NN`` enforcement officers, ``UNIT.LDNN`` leaders (lãnh đạo), ``UNIT.CBNN`` other staff (cán bộ).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from django.db import transaction

from officers.models import Assignment, Officer, StaffCount, Unit
from thads.integration.demo import names
from thads.integration.demo.chance import source
from thads.integration.demo.offices import DEPARTMENT, OFFICERS, officer_codes

#: Posts given to the department as a whole (biên chế), in both years.
ESTABLISHMENT: Final = 114
YEARS: Final = (2023, 2024)

_SEED: Final = 55
#: The accounts of the demonstration belong to these people (officers/accounts.py).
_KNOWN: Final = {
    "DN.LD01": "Trần Quốc Bảo",
    "DN.HC.LD01": "Lê Thị Thu Hà",
    "DN.HC.01": "Nguyễn Minh Tuấn",
    "DN.CB01": "Phạm Thị Ngọc Lan",
    "DN.CB02": "Võ Văn Thành",
}
#: Other staff as (rank, role): of the department, and of every branch. The large branch has an examiner too.
_OF_DEPARTMENT: Final = (
    ("CIVIL_SERVANT", "STATISTICIAN"),
    ("EXAMINER_2", "AUDITOR"),
    ("EXAMINER_3", "EXAMINER"),
    ("EXAMINER_2", "EXAMINER"),
    ("EXAMINER_1", "EXAMINER"),
    *[("CLERK", "CLERK")] * 6,
    *[("ACCOUNTANT", "ACCOUNTANT")] * 2,
    ("CASHIER", "ACCOUNTANT"),
    ("STOREKEEPER", "CLERK"),
    ("REGISTRY", "CLERK"),
    ("ARCHIVIST", "CLERK"),
    *[("CIVIL_SERVANT", "CLERK")] * 3,
)
_OF_BRANCH: Final = (("CLERK", "CLERK"), ("ACCOUNTANT", "ACCOUNTANT"), ("CASHIER", "ACCOUNTANT"))
_LARGE_BRANCH: Final = "DN.HC"


class Person(NamedTuple):
    """Somebody who works in a unit, in a role."""

    code: str
    name: str
    rank: str
    role: str
    unit: str


def people() -> list[Person]:
    """Everybody, by unit; the same each time, no name twice."""
    chance = source(_SEED)
    taken = set(_KNOWN.values())
    found = []
    for code, rank, role, unit in _posts():
        name = _KNOWN.get(code, "")
        while not name or (code not in _KNOWN and name in taken):
            name, _ = names.person(chance)
        taken.add(name)
        found.append(Person(code, name, rank, role, unit))
    return found


def _posts() -> Iterator[tuple[str, str, str, str]]:
    for unit in OFFICERS:
        department = unit == DEPARTMENT
        leaders = [("ENFORCER_3", "HEAD"), ("ENFORCER_3", "DEPUTY"), ("ENFORCER_2", "DEPUTY")]
        if not department:
            leaders = [("ENFORCER_2", "UNIT_HEAD"), ("ENFORCER_2", "DEPUTY")]
        for place, (rank, role) in enumerate(leaders, 1):
            yield f"{unit}.LD{place:02d}", rank, role, unit
        codes = officer_codes(unit)
        for place, code in enumerate(codes):
            rank = (
                "ENFORCER_3" if department and place < 2 else f"ENFORCER_{2 if place * 2 < len(codes) else 1}"
            )
            yield code, rank, "OFFICER", unit
        others = _OF_DEPARTMENT if department else _OF_BRANCH
        if unit == _LARGE_BRANCH:
            others = (*others, ("EXAMINER_1", "EXAMINER"))
        for place, (rank, role) in enumerate(others, 1):
            yield f"{unit}.CB{place:02d}", rank, role, unit


def create_people() -> int:
    """Everybody with assignment and staff counts, where missing. Returns how many people there are.

    Who is known already keeps name, rank and assignments. Raises LookupError when the units are not loaded.
    """
    everybody = people()
    units = Unit.objects.in_bulk(OFFICERS, field_name="code")
    missing = sorted(OFFICERS.keys() - units.keys())
    if missing:
        raise LookupError(", ".join(missing))
    with transaction.atomic():
        for person in everybody:
            _create(person, units[person.unit])
        for code, unit in units.items():
            posts = sum(person.unit == code for person in everybody)
            for year in YEARS:
                StaffCount.objects.get_or_create(
                    unit=unit, fiscal_year=year, defaults={"establishment": posts, "in_post": posts}
                )
    return len(everybody)


def _create(person: Person, unit: Unit) -> None:
    officer, _ = Officer.objects.get_or_create(
        code=person.code, defaults={"name": person.name, "rank": person.rank}
    )
    if not officer.name:
        officer.name, officer.rank = person.name, officer.rank or person.rank
        officer.save(update_fields=["name", "rank"])
    if not officer.assignments.filter(unit=unit, role=person.role).exists():
        Assignment.objects.create(officer=officer, unit=unit, role=person.role)
