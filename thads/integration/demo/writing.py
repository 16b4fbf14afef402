"""A told case written as one line of the interchange format.

Decision numbers are not known yet while a case is told: they run through all cases of a unit and year. So a
line is first a ``Draft`` with gaps, and the register fills them.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import orjson

from thads.integration.demo import days, names
from thads.integration.demo.chance import Chance, Weighted, one_of
from thads.integration.demo.plan import Plan
from thads.integration.demo.profiles import BILLION, EX_OFFICIO
from thads.integration.demo.tale import DECISION, Entry, Tale

_GAP: Final = "#"
_GAP_BYTES: Final = b'"#"'

#: Field → (kind of instrument, suffix of its number) of judgments, and of settlements recognised by a court.
_INSTRUMENTS: Final = {
    "CIVIL": (("CIVIL_JUDGMENT", "DS-ST"), ("CONSENT_DECISION", "QĐST-DS")),
    "FAMILY": (("FAMILY_JUDGMENT", "HNGĐ-ST"), ("CONSENT_DECISION", "QĐST-HNGĐ")),
    "COMMERCIAL": (("COMMERCIAL_JUDGMENT", "KDTM-ST"), ("CONSENT_DECISION", "QĐST-KDTM")),
    "LABOUR": (("LABOUR_JUDGMENT", "LĐ-ST"), ("CONSENT_DECISION", "QĐST-LĐ")),
    "CRIMINAL": (("CRIMINAL_JUDGMENT", "HS-ST"), ("CRIMINAL_JUDGMENT", "HS-PT")),
    "ADMINISTRATIVE": (("ADMIN_JUDGMENT", "HC-ST"), ("ADMIN_JUDGMENT", "HC-PT")),
    "BANKRUPTCY": (("BANKRUPTCY_DECISION", "QĐTBPS"), ("BANKRUPTCY_DECISION", "QĐTBPS")),
    "ARBITRATION": (("ARBITRAL_AWARD", "PQTT"), ("ARBITRAL_AWARD", "PQTT")),
    "OTHER": (("CIVIL_JUDGMENT", "DS-ST"), ("MEDIATION_RECOGNITION", "QĐCNHGT-DS")),
}
_STEERED: Final = Weighted(
    (("KEY_COMPLEX",), 50),
    (("KEY_COMPLEX", "PROV_STEERING_LIST"), 30),
    (("KEY_COMPLEX", "CENTRAL_STEERING_LIST"), 20),
)


class Draft(NamedTuple):
    """A line with gaps: its parts, and for each gap who numbers it (unit, kind of paper) on which day."""

    parts: list[bytes]
    gaps: list[tuple[str, str, int]]


class Judgments:
    """Numbers of judgments: each court counts its kinds of instruments through a year."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str, int], int] = {}

    def number(self, court: str, suffix: str, year: int) -> str:
        key = (court, suffix, year)
        count = self._last[key] = self._last.get(key, 0) + 1
        return f"{count:02d}/{year}/{suffix}"


def draft(tale: Tale, judgments: Judgments, chance: Chance) -> Draft:
    plan = tale.plan
    parties = _parties(plan, chance)
    story: dict[str, Any] = {
        "case": {
            "decision_number": _GAP,
            "decision_date": days.iso(plan.opened),
            "initiation": plan.profile.initiation,
            "unit": plan.unit,
            "officer": plan.officer,
            "field": plan.field,
            "tags": _tags(plan, chance),
            "judgment": _judgment(plan, judgments, chance),
        },
        "parties": parties,
        "obligations": _obligations(plan, parties),
    }
    if tale.assets:
        story["assets"] = tale.assets
    entries = sorted(tale.acts, key=lambda entry: (entry.day, entry.order))
    for place, entry in enumerate(entries, 1):
        entry.ref = f"a{place}"
    story["acts"] = [_act(entry) for entry in entries]
    gaps = [(plan.unit, DECISION, plan.opened)]
    gaps.extend((entry.unit, entry.numbered, entry.day) for entry in entries if entry.numbered)
    return Draft(orjson.dumps(story).split(_GAP_BYTES), gaps)


def filled(parts: list[bytes], numbers: list[str]) -> bytes:
    """The line with its decision numbers."""
    pieces = [parts[0]]
    for number, part in zip(numbers, parts[1:], strict=True):
        pieces.append(orjson.dumps(number))
        pieces.append(part)
    return b"".join(pieces)


def paper_number(count: int, kind: str, unit: str) -> str:
    """As the department and its branches number their papers: ``125/QĐ-CCTHADS``, ``12/QĐ-CTHADS``."""
    return f"{count}/{kind}-{'CTHADS' if unit == 'DN' else 'CCTHADS'}"


def _act(entry: Entry) -> dict[str, Any]:
    act: dict[str, Any] = {"ref": entry.ref, "type": entry.type, "effective_on": days.iso(entry.day)}
    if entry.numbered:
        act["decision_number"] = _GAP
    if entry.body:
        act.update(entry.body)
    if entry.points_to:
        key, target = entry.points_to
        act[key] = target.ref
    return act


def _judgment(plan: Plan, judgments: Judgments, chance: Chance) -> dict[str, str]:
    settled = chance() < (0.35 if plan.field in ("CIVIL", "FAMILY", "COMMERCIAL", "LABOUR") else 0.12)
    kind, suffix = _INSTRUMENTS[plan.field][settled]
    if plan.profile.initiation == EX_OFFICIO:
        effective = plan.opened - 4 - int(chance() * 24)
    else:
        effective = plan.opened - 12 - int(chance() ** 2.5 * 900)
    issued = effective - (0 if kind in ("CONSENT_DECISION", "ARBITRAL_AWARD") else 31 + int(chance() * 12))
    issued = days.between(0.0, issued, effective)
    if kind == "ARBITRAL_AWARD":
        issuer = names.ARBITRATION_CENTRE
    else:
        issuer = names.COURT_OF_CITY if suffix.endswith("PT") else names.court(plan.unit)
    return {
        "number": judgments.number(issuer, suffix, days.year(issued)),
        "issued_on": days.iso(issued),
        "effective_on": days.iso(max(issued, effective)),
        "issuer": issuer,
        "instrument_type": kind,
    }


def _tags(plan: Plan, chance: Chance) -> list[str]:
    tags: list[str] = []
    code = plan.profile.code
    if code == "ECONOMIC":
        tags.append("CORRUPTION_ECONOMIC")
        if plan.special or chance() < 0.45:
            tags.extend(_STEERED.draw(chance))
    elif code == "CREDIT":
        tags.append("CREDIT_INSTITUTION")
        if chance() < 0.22:
            tags.append("BAD_DEBT")
    if plan.organisation or plan.profile.creditor == "COMPANY":
        tags.append("ENTERPRISE")
    if plan.money >= 5 * BILLION:
        tags.append("HIGH_VALUE")
        if chance() < 0.05 and "KEY_COMPLEX" not in tags:
            tags.append("KEY_COMPLEX")
    if code in ("CRIME", "INJURY") and chance() < 0.18:
        tags.append("PRISONER")
    elif code == "CRIME" and chance() < 0.015:
        tags.append("JUVENILE")
    elif code in ("DEBT", "FAMILY") and chance() < 0.012:
        tags.append("FOREIGN")
    elif code in ("DEBT", "FAMILY", "LABOUR") and chance() < 0.05:
        tags.append("AMICABLE")
    return tags


def _parties(plan: Plan, chance: Chance) -> list[dict[str, str]]:
    home = names.district_of(chance, plan.unit)
    parties = [_party("d1", "DEBTOR", plan.organisation, home, chance)]
    several = len(plan.duties) > 1 and plan.profile.code == "CRIME" and chance() < 0.12
    if several or (plan.profile.code in ("DEBT", "CREDIT") and not plan.organisation and chance() < 0.15):
        parties.append(_party("d2", "DEBTOR", False, home, chance))
    creditor = plan.profile.creditor
    if plan.duties[0][0] == "SOCIAL_INSURANCE":
        district, _ = names.DISTRICTS[home]
        parties.append(_organisation("c1", "CREDITOR", f"{names.SOCIAL_INSURANCE} {district}", home, chance))
    elif creditor == "BANK":
        parties.append(_organisation("c1", "CREDITOR", one_of(chance, names.BANKS), home, chance))
    elif creditor:
        lives = names.district_of(chance, "DN")
        parties.append(_party("c1", "CREDITOR", creditor == "COMPANY" or chance() < 0.08, lives, chance))
    return parties


def _party(ref: str, role: str, organisation: bool, home: str, chance: Chance) -> dict[str, str]:
    if organisation:
        return _organisation(ref, role, names.company(chance), home, chance)
    name, woman = names.person(chance)
    return {
        "ref": ref,
        "role": role,
        "kind": "PERSON",
        "name": name,
        "id_number": names.person_number(chance, woman),
        "address": names.address(chance, home),
    }


def _organisation(ref: str, role: str, name: str, home: str, chance: Chance) -> dict[str, str]:
    return {
        "ref": ref,
        "role": role,
        "kind": "ORGANISATION",
        "name": name,
        "id_number": names.company_number(chance),
        "address": names.address(chance, home),
    }


def _obligations(plan: Plan, parties: list[dict[str, str]]) -> list[dict[str, str]]:
    """A second offender owes the later lines; of a debt both owe together and the first is named."""
    refs = {party["ref"] for party in parties}
    creditor = "c1" in refs
    divided = plan.profile.code == "CRIME" and "d2" in refs
    lines = []
    for place, (kind, amount) in enumerate(plan.duties, 1):
        line = {"ref": f"o{place}", "kind": kind, "debtor": "d2" if divided and place > 1 else "d1"}
        if creditor:
            line["creditor"] = "c1"
        if amount is not None:
            line["amount"] = str(amount)
        lines.append(line)
    return lines
