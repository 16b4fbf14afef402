"""May this person sign this act in law? By what he is on the day of the decision (``data/signers.toml``).

That is another question than whether his role may record it. Who is no officer of the service (a court, the
procuracy, a party) signs by name, and is not checked. Pure: what officers are comes in as competences.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cases.rules import fold
from cases.rules.authority import UnitPlace, authority_of
from cases.rules.life import Holder, Life
from cases.rules.tables import ActType, Signer, Tables
from thads.common.errors import Fault

#: Who may be given the head's signature by a delegation (L25 Đ22.3; D152 Đ97.1c).
DELEGATES: Final = frozenset({"HEAD", "DEPUTY", "UNIT_HEAD"})
#: What a delegation that is limited to some permissions has to give, by the effect of the act signed.
_PERMISSIONS: Final = {"OPEN": "OPEN_CASES", "REASSIGN": "REASSIGN_CASES"}
_RECORDING: Final = "RECORD_ACTS"
#: The level at which a province stands, before and after 1/7/2025.
_PROVINCES: Final = frozenset({"PROV_DEPT", "PROV_AUTHORITY"})
#: How many of those who may sign a refusal names.
_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Competence:
    """A role that ``officer`` (code) has over ``unit`` (code) and what is below it, both ends included; no
    end known: open. By delegation, ``behalf`` is who gave it, ``document`` its number, and ``permissions``
    all that was given (None: everything of the role).
    """

    officer: str
    name: str
    role: str
    unit: str
    since: dt.date | None = None
    until: dt.date | None = None
    behalf: str | None = None
    permissions: frozenset[str] | None = None
    document: str | None = None

    def valid_on(self, day: dt.date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a case is handled on a day: its unit and those above it (codes, nearest first), the authority
    among them, the province if there is one, and the officer (code) who has it.
    """

    day: dt.date
    units: tuple[str, ...]
    authority: str
    province: str | None
    officer: str | None

    @classmethod
    def of(
        cls, day: dt.date, unit: str, officer: str | None, places: Mapping[str, UnitPlace], tables: Tables
    ) -> Desk:
        units = tuple(above(unit, places))
        province = next((code for code in units if places[code].level in _PROVINCES), None)
        return cls(day, units, authority_of(unit, day, places, tables), province, officer)


def above(unit: str, places: Mapping[str, UnitPlace]) -> Iterator[str]:
    """``unit`` and the units above it, nearest first."""
    code: str | None = unit
    # No further up than there are units, so that even a ring of parents, a mistake, has an end.
    for _ in places:
        if code is None or code not in places:
            return
        yield code
        code = places[code].parent


def held_on(life: Life, day: dt.date, *, without: int | None = None) -> Holder:
    """Who has the case at the end of ``day``, by the acts of its life but for the one at place
    ``without``.
    """
    holder = life.holder
    for act in fold.in_order(life):
        if act.effective_on > day:
            break
        if act.type.effect == "REASSIGN" and act.holder is not None and act.seq != without:
            holder = act.holder
    return holder


def in_force(people: Iterable[Competence], day: dt.date, places: Mapping[str, UnitPlace]) -> list[Competence]:
    """What of these competences holds on ``day``. A delegation holds while who gave it has the role there
    himself, and who was given it leads something himself.
    """
    today = [one for one in people if one.valid_on(day)]
    own = [one for one in today if one.behalf is None]
    leads = {one.officer for one in own if one.role in DELEGATES}
    return [
        one
        for one in today
        if one.behalf is None
        or (
            one.officer in leads
            and any(
                giver.officer == one.behalf
                and giver.role == one.role
                and giver.unit in tuple(above(one.unit, places))
                for giver in own
            )
        )
    ]


def competent(signer: Signer, people: Iterable[Competence], desk: Desk, tables: Tables) -> list[Competence]:
    """Which of ``people`` (in force on the day) may sign as ``signer`` for a case at ``desk``: those of the
    row itself before those whose competence is enough too.
    """
    people = list(people)
    found = [one for one in people if _reaches(signer, one, desk)]
    for code in signer.also:
        found += [one for one in competent(tables.signers[code], people, desk, tables) if one not in found]
    return found


def for_act(people: Iterable[Competence], act_type: ActType) -> list[Competence]:
    """Those of ``people`` whose delegation, if it is one, was given for such acts."""
    needed = _PERMISSIONS.get(act_type.effect, _RECORDING)
    return [one for one in people if one.permissions is None or needed in one.permissions]


def signer_of(act_type: ActType, concerned: ActType | None, tables: Tables) -> Signer:
    """Who signs an act of this type: of one that concerns another act, who may sign that one; without
    another, the act concerned is the enforcement decision, which the head signs.
    """
    signer = tables.signers[act_type.signer]
    if signer.reach != "CONCERNED":
        return signer
    if concerned is None or concerned is act_type:
        return tables.signers["T"]
    return signer_of(concerned, None, tables)


def refusal(
    code: str, act_type: ActType, signer: Signer, could: Sequence[Competence], desk: Desk, tables: Tables
) -> Fault:
    """Why the officer ``code`` may not sign, and who could."""
    params: dict[str, Any] = {
        "officer": code,
        "act": act_type.code,
        "date": desk.day.isoformat(),
        "signer": signer.label,
        "signer_en": signer.label_en,
        "could": _names(could) or signer.label,
        "could_en": _names(could) or signer.label_en,
    }
    basis = signer.basis_in(tables.regime_on(desk.day))
    return Fault("SIGNER_NOT_COMPETENT", "/signer", params, basis)


def _names(people: Sequence[Competence]) -> str:
    names = dict.fromkeys(f"{one.officer} {one.name}".strip() for one in people)
    return ", ".join(list(names)[:_NAMED])


def _reaches(signer: Signer, one: Competence, desk: Desk) -> bool:
    if one.behalf is not None and not signer.delegable:
        return False
    match signer.reach:
        case "AUTHORITY":
            return _heads(signer, one, desk)
        case "CASE":
            return one.officer == desk.officer and one.role in signer.roles
        case "UNIT" | "ABOVE":
            return one.role in signer.roles and one.unit in desk.units
        case "PROVINCE":
            return one.role in signer.roles and one.unit == desk.province
    return False


def _heads(signer: Signer, one: Competence, desk: Desk) -> bool:
    """Whether somebody leads the authority of the case: as its head, placed there or on the way down to the
    unit of the case; or as head of a unit that is an authority itself (a Chi cục, to 30/6/2025).
    """
    within = desk.units[: desk.units.index(desk.authority) + 1] if desk.authority in desk.units else ()
    # A delegation may be given for a unit below; an assignment further up than the authority is another's.
    if one.role in signer.roles:
        return one.unit in within
    return one.role == "UNIT_HEAD" and one.unit == desk.authority
