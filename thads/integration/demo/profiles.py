"""The kinds of cases: how they start, what is owed, by whom, how much, how hard they are to enforce.

The kinds of duty go with the way a case starts (L08 Đ36; L25 Đ33): fees, fines, recovery, confiscation and
restitution ex officio, debts, maintenance, wages, delivery and acts on request.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from thads.integration.demo.chance import Chance, Weighted, heavy_tailed, thousands

MILLION: Final = 1_000_000
BILLION: Final = 1_000_000_000

EX_OFFICIO: Final = "EX_OFFICIO"
ON_REQUEST: Final = "ON_REQUEST"

#: A line of duty: kind, and đồng or None for a duty without money.
Duty = tuple[str, int | None]
MakeDuties = Callable[[Chance], list[Duty]]


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of case.

    ``hardness`` moves a case towards lasting (0 small fees … 1.5 great economic cases); ``organisation`` is
    the chance that the debtor is one; ``creditor`` says who asks; ``scalable``: its large sums may be
    stretched to make a whole come out.
    """

    code: str
    initiation: str
    fields: Weighted[str]
    duties: MakeDuties
    hardness: float = 0.0
    organisation: float = 0.0
    creditor: str | None = None
    scalable: bool = False
    #: Chance that the department itself handles it.
    department: float = 0.05


def _court_fee(chance: Chance) -> list[Duty]:
    if chance() < 0.35:
        return [("COURT_FEE", 300_000)]
    return [("COURT_FEE", heavy_tailed(chance, 6 * MILLION, 1.25, 180 * MILLION))]


def _crime(chance: Chance) -> list[Duty]:
    fee = 200_000 if chance() < 0.55 else 200_000 + heavy_tailed(chance, 2 * MILLION, 1.1, 60 * MILLION)
    duties: list[Duty] = [("COURT_FEE", fee)]
    kind = chance()
    if kind < 0.24:
        duties.append(("FINE", 5 * MILLION * (1 + int(chance() * chance() * 12))))
    elif kind < 0.46:
        duties.append(("PROCEEDS_RECOVERY", heavy_tailed(chance, 6 * MILLION, 1.2, 400 * MILLION)))
    elif kind < 0.56:
        duties.append(("CONFISCATION", heavy_tailed(chance, 3 * MILLION, 1.0, 90 * MILLION)))
    if chance() < 0.22:
        duties.append(("EVIDENCE_DESTRUCTION", None))
    return duties


def _evidence(chance: Chance) -> list[Duty]:
    duties: list[Duty] = [("EVIDENCE_DESTRUCTION", None)]
    if chance() < 0.4:
        duties.append(
            ("CONFISCATION", None if chance() < 0.5 else heavy_tailed(chance, 2 * MILLION, 0.9, 60 * MILLION))
        )
    return duties


def _restitution(chance: Chance) -> list[Duty]:
    if chance() < 0.65:
        return [("FEE_ADVANCE_REFUND", heavy_tailed(chance, 4 * MILLION, 1.1, 120 * MILLION))]
    return [
        ("RESTITUTION", None if chance() < 0.45 else heavy_tailed(chance, 9 * MILLION, 1.1, 300 * MILLION))
    ]


def _economic(chance: Chance) -> list[Duty]:
    duties: list[Duty] = [
        (
            "PROCEEDS_RECOVERY" if chance() < 0.45 else "STATE_REVENUE" if chance() < 0.6 else "RESTITUTION",
            heavy_tailed(chance, 14 * BILLION, 1.3, 400 * BILLION),
        )
    ]
    if chance() < 0.4:
        duties.append(("COURT_FEE", 112 * MILLION + heavy_tailed(chance, 40 * MILLION, 0.8, 500 * MILLION)))
    return duties


def _bankruptcy(chance: Chance) -> list[Duty]:
    return [("BANKRUPTCY", heavy_tailed(chance, 6 * BILLION, 0.9, 60 * BILLION) if chance() < 0.7 else None)]


def _debt(chance: Chance) -> list[Duty]:
    return [("MONEY_DEBT", heavy_tailed(chance, 120 * MILLION, 1.25, 9 * BILLION))]


def _injury(chance: Chance) -> list[Duty]:
    return [("INJURY_COMPENSATION", heavy_tailed(chance, 38 * MILLION, 1.0, 900 * MILLION))]


def _family(chance: Chance) -> list[Duty]:
    kind = chance()
    if kind < 0.52:
        months = 6 + int(chance() * 7)
        return [("ALIMONY", months * MILLION * (1 + int(chance() * 4)))]
    if kind < 0.62:
        return [("CHILD_HANDOVER", None), ("ALIMONY", 12 * MILLION * (1 + int(chance() * 4)))]
    if kind < 0.68:
        return [("VISITATION", None)]
    return [("MONEY_DEBT", heavy_tailed(chance, 260 * MILLION, 1.1, 8 * BILLION))]


def _credit(chance: Chance) -> list[Duty]:
    return [("MONEY_DEBT", heavy_tailed(chance, 2_100 * MILLION, 1.3, 190 * BILLION))]


def _commercial(chance: Chance) -> list[Duty]:
    return [("MONEY_DEBT", heavy_tailed(chance, 750 * MILLION, 1.3, 70 * BILLION))]


def _labour(chance: Chance) -> list[Duty]:
    if chance() < 0.25:
        return [("SOCIAL_INSURANCE", heavy_tailed(chance, 420 * MILLION, 0.9, 6 * BILLION))]
    duties: list[Duty] = [("WAGE", heavy_tailed(chance, 42 * MILLION, 0.9, 900 * MILLION))]
    if chance() < 0.1:
        duties.append(("REINSTATE_WORKER", None))
    return duties


_DELIVERED: Final = Weighted(
    ("DELIVER_PROPERTY", 40), ("DELIVER_LAND", 34), ("DELIVER_PAPERS", 16), ("DELIVER_THING", 10)
)


def _delivery(chance: Chance) -> list[Duty]:
    duties: list[Duty] = [(_DELIVERED.draw(chance), None)]
    if chance() < 0.2:
        duties.append(("MONEY_DEBT", heavy_tailed(chance, 60 * MILLION, 1.0, 3 * BILLION)))
    return duties


_ACTS: Final = Weighted(("DO_ACT", 62), ("REFRAIN", 20), ("APOLOGY", 18))


def _act(chance: Chance) -> list[Duty]:
    return [(_ACTS.draw(chance), None)]


def _award(chance: Chance) -> list[Duty]:
    return [("MONEY_DEBT", heavy_tailed(chance, 3_200 * MILLION, 1.1, 90 * BILLION))]


def _administrative(chance: Chance) -> list[Duty]:
    return [("MONEY_DEBT", heavy_tailed(chance, 180 * MILLION, 0.9, 4 * BILLION))]


COURT_FEE: Final = Profile(
    "COURT_FEE", EX_OFFICIO,
    Weighted(("CIVIL", 47), ("FAMILY", 31), ("COMMERCIAL", 13), ("ADMINISTRATIVE", 6), ("LABOUR", 3)),
    _court_fee, 0.05, 0.14,
)  # fmt: skip
CRIME: Final = Profile("CRIME", EX_OFFICIO, Weighted(("CRIMINAL", 1)), _crime, 0.1)
EVIDENCE: Final = Profile("EVIDENCE", EX_OFFICIO, Weighted(("CRIMINAL", 1)), _evidence, -0.6)
RESTITUTION: Final = Profile(
    "RESTITUTION", EX_OFFICIO, Weighted(("CIVIL", 52), ("CRIMINAL", 35), ("FAMILY", 6),
    ("COMMERCIAL", 7)), _restitution, -0.6,
    creditor="PERSON",
)  # fmt: skip
ECONOMIC: Final = Profile(
    "ECONOMIC", EX_OFFICIO, Weighted(("CRIMINAL", 1)), _economic, 1.5, 0.1, scalable=True, department=0.85
)
BANKRUPTCY: Final = Profile(
    "BANKRUPTCY",
    EX_OFFICIO,
    Weighted(("BANKRUPTCY", 1)),
    _bankruptcy,
    0.9,
    1.0,
    scalable=True,
    department=1.0,
)
DEBT: Final = Profile("DEBT", ON_REQUEST, Weighted(("CIVIL", 97), ("OTHER", 3)), _debt, 0.35, 0.05, "PERSON")
INJURY: Final = Profile(
    "INJURY", ON_REQUEST, Weighted(("CRIMINAL", 94), ("CIVIL", 6)), _injury, 0.3, 0.0, "PERSON"
)
FAMILY: Final = Profile("FAMILY", ON_REQUEST, Weighted(("FAMILY", 1)), _family, 0.1, 0.0, "PERSON")
CREDIT: Final = Profile(
    "CREDIT", ON_REQUEST, Weighted(("CIVIL", 46), ("COMMERCIAL", 54)), _credit, 1.0, 0.4, "BANK", True, 0.16
)
COMMERCIAL: Final = Profile(
    "COMMERCIAL", ON_REQUEST, Weighted(("COMMERCIAL", 1)), _commercial, 0.6, 0.85, "COMPANY", True, 0.16
)
LABOUR: Final = Profile(
    "LABOUR", ON_REQUEST, Weighted(("LABOUR", 1)), _labour, 0.3, 0.97, "PERSON", department=0.1
)
DELIVERY: Final = Profile(
    "DELIVERY", ON_REQUEST, Weighted(("CIVIL", 80), ("FAMILY", 10), ("COMMERCIAL", 6), ("ADMINISTRATIVE", 4)),
    _delivery, 0.4, 0.06, "PERSON",
)  # fmt: skip
ACT: Final = Profile(
    "ACT", ON_REQUEST, Weighted(("CIVIL", 88), ("LABOUR", 6), ("OTHER", 6)), _act, 0.3, 0.1, "PERSON"
)
AWARD: Final = Profile(
    "AWARD", ON_REQUEST, Weighted(("ARBITRATION", 1)), _award, 0.8, 0.97, "COMPANY", True, 1.0
)
ADMINISTRATIVE: Final = Profile(
    "ADMINISTRATIVE",
    ON_REQUEST,
    Weighted(("ADMINISTRATIVE", 1)),
    _administrative,
    0.4,
    1.0,
    "PERSON",
    department=0.5,
)

_SMALL: Final = (
    (COURT_FEE, 300),
    (CRIME, 240),
    (EVIDENCE, 45),
    (RESTITUTION, 48),
    (FAMILY, 68),
    (INJURY, 32),
    (DEBT, 150),
)
_FEW: Final = ((BANKRUPTCY, 0.5), (LABOUR, 12), (DELIVERY, 24), (ACT, 6), (AWARD, 2), (ADMINISTRATIVE, 2))
_FIRST_HALF: Final = Weighted(*_SMALL, *_FEW, (ECONOMIC, 2.5), (CREDIT, 34), (COMMERCIAL, 28))
#: What comes in new, by half-year: credit and economic cases grow, as the department's report says.
NEW: Final = (
    _FIRST_HALF,
    _FIRST_HALF,
    Weighted(*_SMALL, *_FEW, (ECONOMIC, 3), (CREDIT, 38), (COMMERCIAL, 30)),
    Weighted(*_SMALL, *_FEW, (ECONOMIC, 5), (CREDIT, 52), (COMMERCIAL, 36)),
)

_IN_PROGRESS: Final = Weighted(
    (COURT_FEE, 165), (CRIME, 120), (EVIDENCE, 8), (RESTITUTION, 10), (ECONOMIC, 22), (BANKRUPTCY, 3),
    (DEBT, 200), (INJURY, 24), (FAMILY, 48), (CREDIT, 260), (COMMERCIAL, 84), (LABOUR, 14), (DELIVERY, 46),
    (ACT, 10), (AWARD, 6), (ADMINISTRATIVE, 3),
)  # fmt: skip
_WITHOUT_CONDITIONS: Final = Weighted(
    (COURT_FEE, 240), (CRIME, 250), (RESTITUTION, 4), (ECONOMIC, 10), (BANKRUPTCY, 2), (DEBT, 215),
    (INJURY, 60), (FAMILY, 46), (CREDIT, 86), (COMMERCIAL, 58), (LABOUR, 18), (ACT, 3), (AWARD, 3),
    (ADMINISTRATIVE, 2),
)  # fmt: skip
_WAITING: Final = Weighted(
    (COURT_FEE, 60), (CRIME, 40), (ECONOMIC, 18), (BANKRUPTCY, 10), (DEBT, 220), (INJURY, 12), (FAMILY, 40),
    (CREDIT, 230), (COMMERCIAL, 120), (LABOUR, 20), (DELIVERY, 140), (ACT, 16), (AWARD, 8),
    (ADMINISTRATIVE, 4),
)  # fmt: skip
_SEPARATE: Final = Weighted(
    (COURT_FEE, 190), (CRIME, 430), (DEBT, 170), (INJURY, 95), (FAMILY, 30), (CREDIT, 22), (COMMERCIAL, 40),
    (LABOUR, 12),
)  # fmt: skip
_ENDED: Final = Weighted(
    (COURT_FEE, 320), (CRIME, 260), (RESTITUTION, 60), (DEBT, 140), (FAMILY, 80), (COMMERCIAL, 20),
    (LABOUR, 10),
)  # fmt: skip

#: What stood in each state at the end of September 2022.
OLD: Final = {
    "E": _IN_PROGRESS,
    "C": _WAITING,
    "N": _WITHOUT_CONDITIONS,
    "H": _WAITING,
    "T": _WAITING,
    "O": _WAITING,
    "S": _SEPARATE,
    "D": _ENDED,
}

STATE_BUDGET: Final = frozenset({"COURT_FEE", "FINE", "PROCEEDS_RECOVERY", "CONFISCATION", "STATE_REVENUE"})


def stretched(amount: int, factor: float) -> int:
    return thousands(amount * factor)
