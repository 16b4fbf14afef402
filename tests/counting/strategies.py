"""Random lawful stories.

A list of proposals is drawn; each becomes an act if the story is still lawful with it, and is passed over otherwise. So every
prefix of the acts is lawful too, as it is in live work, back-dated acts and corrections included.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from hypothesis import strategies as st

from cases.rules.lawful import lawful_story
from cases.rules.story import Reference, Story
from cases.rules.tables import tables
from thads.common.errors import Refused

TABLES = tables()
UNITS = ("DN", "DN.HC", "DN.TK")
OFFICERS = ("DN.01", "DN.HC.01", "DN.HC.02", "DN.TK.01")
REFERENCE = Reference(frozenset(UNITS), frozenset(OFFICERS), TABLES)
TODAY = dt.date(2026, 12, 31)
FIRST = dt.date(2021, 7, 1)
LAST = dt.date(2026, 9, 30)
HOLDERS = (
    ("DN", "DN.01"),
    ("DN.HC", "DN.HC.01"),
    ("DN.HC", "DN.HC.02"),
    ("DN.HC", None),
    ("DN.TK", "DN.TK.01"),
)

#: Acts and how often they are proposed: endings seldom, so that stories live long enough for the acts that undo.
WEIGHTS = {
    "COLLECTION": 7, "PERFORMANCE": 2, "INTEREST_DETERMINED": 2, "AMENDMENT_DECISION": 3, "NO_CONDITION_DECISION": 8,
    "SEPARATE_BOOK": 10, "CONTINUE_DECISION": 3, "DEFER_DECISION": 3, "STAY_DECISION": 2, "OTHER_PENDING": 1,
    "TERMINATION_DECISION": 3, "RELIEF_DECISION": 2, "DELEGATION_DECISION": 2, "REVOCATION_DECISION": 2,
    "ANNULMENT_DECISION": 1, "REQUEST_RETURN_NOTICE": 1, "CLOSED_OTHER": 1, "VERIFICATION": 1,
    "REASSIGN": 5, "RECLASSIFY": 1, "ANNUL_ACT": 9, "CORRECTION": 2,
}  # fmt: skip
_PROPOSED = [kind for kind, weight in WEIGHTS.items() for _ in range(weight)]
_TAKES_AMOUNT = {kind for kind in WEIGHTS if TABLES.act_types[kind].amount == "optional"}
_NEEDS_AMOUNT = {"COLLECTION", "INTEREST_DETERMINED", "AMENDMENT_DECISION", "RELIEF_DECISION"}

proposals = st.fixed_dictionaries(
    {
        "type": st.sampled_from(_PROPOSED),
        "day": st.integers(0, (LAST - FIRST).days),
        "late": st.sampled_from([False, False, False, False, True]),
        "lines": st.lists(st.integers(0, 2), max_size=3, unique=True),
        "amount": st.integers(-2, 4),
        "whole": st.sampled_from([False, False, False, True]),
        "ground": st.sampled_from(["a", "c", "d"]),
        "pick": st.integers(1, 4),
        "holder": st.sampled_from(HOLDERS),
        "field": st.sampled_from(["CIVIL", "CRIMINAL"]),
    }
)


def _act(proposal: dict[str, Any], story: dict[str, Any], today: int) -> dict[str, Any]:
    kind = proposal["type"]
    day = proposal["day"] if proposal["late"] else today
    ref = f"a{len(story['acts']) + 1}"
    act: dict[str, Any] = {
        "ref": ref,
        "type": kind,
        "effective_on": (FIRST + dt.timedelta(days=day)).isoformat(),
    }
    earlier = [a["ref"] for a in story["acts"]]
    if kind == "REASSIGN":
        act["unit"], officer = proposal["holder"]
        if officer:
            act["officer"] = officer
    elif kind == "RECLASSIFY":
        act["field"] = proposal["field"]
        if proposal["whole"]:
            act["initiation"] = "ON_REQUEST"
    elif kind in ("ANNUL_ACT", "CORRECTION"):
        act["annuls" if kind == "ANNUL_ACT" else "voids"] = (earlier[-proposal["pick"] :] or ["none"])[0]
    else:
        lines = [
            {"obligation": f"o{index}", **_amount(kind, proposal)}
            for index in proposal["lines"]
            if index < len(story["obligations"])
        ]
        if lines:
            act["lines"] = lines
        act["ground"] = proposal["ground"]
        if kind == "DELEGATION_DECISION":
            act["to_authority"] = "QNA"
    return act


def _amount(kind: str, proposal: dict[str, Any]) -> dict[str, str]:
    amount = proposal["amount"] if kind == "AMENDMENT_DECISION" else abs(proposal["amount"])
    if kind in _NEEDS_AMOUNT or (kind in _TAKES_AMOUNT and not proposal["whole"] and amount):
        return {"amount": str((amount or 1) * 1000)}
    return {}


@st.composite
def raw_stories(draw: st.DrawFn, number: int = 1) -> dict[str, Any]:
    """A lawful story as the interchange format writes it."""
    unit, officer = draw(st.sampled_from(HOLDERS))
    opened = draw(st.integers(0, 1500))
    obligations = []
    for index in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from(["COURT_FEE", "MONEY_DEBT", "RESTITUTION", "EVIDENCE_DESTRUCTION"]))
        line = {"ref": f"o{index}", "kind": kind}
        if kind != "EVIDENCE_DESTRUCTION" and not (kind == "RESTITUTION" and draw(st.booleans())):
            line["amount"] = str(draw(st.integers(1, 9)) * 1000)
        obligations.append(line)
    story: dict[str, Any] = {
        "case": {
            "decision_number": f"{number}/QĐ-CCTHADS",
            "decision_date": (FIRST + dt.timedelta(days=opened)).isoformat(),
            "initiation": draw(st.sampled_from(["EX_OFFICIO", "ON_REQUEST"])),
            "unit": unit,
            "field": draw(st.sampled_from(["CIVIL", "CRIMINAL"])),
            "tags": draw(
                st.sampled_from([[], ["CREDIT_INSTITUTION"], ["CREDIT_INSTITUTION", "CORRUPTION_ECONOMIC"]])
            ),
            "judgment": {
                "number": f"{number}/2021/DS-ST",
                "issued_on": "2021-05-04",
                "issuer": "TAND quận Hải Châu",
            },
        },
        "parties": [{"ref": "d1", "role": "DEBTOR", "kind": "PERSON", "name": "Trần Thị B"}],
        "obligations": obligations,
        "acts": [],
    }
    if officer:
        story["case"]["officer"] = officer
    today = opened
    for proposal in draw(st.lists(proposals, min_size=8, max_size=20)):
        today = min(today + proposal["day"] % 160, (LAST - FIRST).days)
        with_act = {**story, "acts": [*story["acts"], _act(proposal, story, today)]}
        try:
            lawful_story(with_act, REFERENCE, TODAY)
        except Refused:
            continue
        story = with_act
    return story


def as_story(raw: dict[str, Any]) -> Story:
    return lawful_story(raw, REFERENCE, TODAY).story


def recorded(raw: dict[str, Any]) -> Any:
    """The life of a story whose acts were recorded one by one, in the order of their places."""
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    life = as_story(raw).life(TABLES, recorded_at=start)
    acts = tuple(dataclasses.replace(a, recorded_at=start + dt.timedelta(minutes=a.seq)) for a in life.acts)
    return dataclasses.replace(life, acts=acts)
