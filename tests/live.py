"""Live work for tests: random acts as many hands would record them, most of them lawful."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

FIRST, LAST = dt.date(2022, 10, 1), dt.date(2026, 9, 30)
HOLDERS = (("DN.HC", "DN.HC.01"), ("DN.HC", "DN.HC.02"), ("DN.TK", "DN.TK.01"), ("DN.TK", None))
#: Acts with a ground of both laws, and how often they are proposed.
_PLAIN = {
    "COLLECTION": 10, "VERIFICATION": 8, "NO_CONDITION_DECISION": 4, "CONTINUE_DECISION": 2, "DEFER_DECISION": 2,
    "SEPARATE_BOOK": 6, "INTEREST_DETERMINED": 1, "AMENDMENT_DECISION": 2, "OTHER_PENDING": 1, "REASSIGN": 2,
    "RECLASSIFY": 1, "ANNUL_ACT": 5, "CORRECTION": 3, "PERFORMANCE": 1, "REVOCATION_DECISION": 1,
}  # fmt: skip
_KINDS = [kind for kind, weight in _PLAIN.items() for _ in range(weight)]
_GROUNDS = {"NO_CONDITION_DECISION": "a", "DEFER_DECISION": "c", "REVOCATION_DECISION": "a"}


def opening(number: int, chance: random.Random) -> dict[str, Any]:
    """A story without acts: a fee, a debt, and evidence to be destroyed."""
    unit, officer = chance.choice(HOLDERS)
    day = FIRST + dt.timedelta(days=chance.randrange(400))
    body: dict[str, Any] = {
        "case": {
            "decision_number": f"{number}/QĐ-CCTHADS",
            "decision_date": day.isoformat(),
            "initiation": chance.choice(["EX_OFFICIO", "ON_REQUEST"]),
            "unit": unit,
            "field": chance.choice(["CIVIL", "CRIMINAL", "FAMILY"]),
            "tags": chance.choice([[], ["CREDIT_INSTITUTION"], ["CORRUPTION_ECONOMIC"]]),
            "judgment": {
                "number": f"{number}/2022/DS-ST",
                "issued_on": "2022-05-04",
                "issuer": "TAND quận Hải Châu",
            },
        },
        "parties": [{"ref": "d1", "role": "DEBTOR", "kind": "PERSON", "name": "Trần Thị B"}],
        "obligations": [
            {"ref": "o0", "kind": "COURT_FEE", "debtor": "d1", "amount": str(chance.randint(2, 9) * 1000)},
            {"ref": "o1", "kind": "MONEY_DEBT", "debtor": "d1", "amount": str(chance.randint(2, 90) * 1000)},
            {"ref": "o2", "kind": "EVIDENCE_DESTRUCTION", "debtor": "d1"},
        ],
    }
    if officer:
        body["case"]["officer"] = officer
    return body


def proposal(chance: random.Random, opened_on: str, known: list[str]) -> dict[str, Any]:
    """A random act on a case opened on that day, whose acts are known by these names."""
    kind = chance.choice(_KINDS)
    first = dt.date.fromisoformat(opened_on)
    day = first + dt.timedelta(days=chance.randrange((LAST - first).days + 1))
    if kind == "SEPARATE_BOOK":
        # Its year has to be over.
        day = max(first, LAST - dt.timedelta(days=chance.randrange(300)))
    act: dict[str, Any] = {"type": kind, "effective_on": day.isoformat()}
    if kind == "REASSIGN":
        act["unit"], officer = chance.choice(HOLDERS)
        if officer:
            act["officer"] = officer
    elif kind == "RECLASSIFY":
        act["field"] = chance.choice(["CIVIL", "CRIMINAL", "FAMILY"])
    elif kind in ("ANNUL_ACT", "CORRECTION"):
        act["annuls" if kind == "ANNUL_ACT" else "voids"] = chance.choice(known[-4:] or ["none"])
    else:
        if kind in _GROUNDS:
            act["ground"] = _GROUNDS[kind]
        if kind in ("COLLECTION", "INTEREST_DETERMINED"):
            act["lines"] = [
                {"obligation": chance.choice(["o0", "o1"]), "amount": str(chance.randint(1, 5) * 500)}
            ]
        elif kind == "AMENDMENT_DECISION":
            sign = chance.choice(["-", ""])
            act["lines"] = [{"obligation": "o1", "amount": f"{sign}{chance.randint(1, 4) * 500}"}]
        elif kind == "PERFORMANCE":
            act["lines"] = [{"obligation": "o2"}]
    return act
