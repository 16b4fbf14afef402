"""Bringing stories into the database of a test, as an import does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases.actions.plans import plan_story
from cases.actions.register import Register
from cases.actions.write import write_stories
from thads.journal import consumers

TODAY = dt.date(2026, 12, 31)


def bring_in(
    stories: Iterable[dict[str, Any]], *, counted: bool = True, at: dt.datetime | None = None
) -> list[int]:
    """Plan and write stories in one transaction (recorded at ``at``, else now), count them unless told otherwise, and
    return the keys of the cases.
    """
    with transaction.atomic():
        register = Register.load()
        plans = [plan_story(raw, register=register, today=TODAY) for raw in stories]
        cases = write_stories(plans=plans, register=register, by="TEST", at=at or timezone.now())
    if counted:
        consumers.catch_up()
    return cases


def made_story(
    *,
    number: str = "1/QĐ-CCTHADS",
    date: str = "2023-11-02",
    unit: str = "DN.HC",
    officer: str | None = "DN.HC.01",
    debtor: str = "Nguyễn Văn A",
    acts: Sequence[dict[str, Any]] = (),
    **case: Any,
) -> dict[str, Any]:
    """A lawful story of one debtor, a court fee of five million and evidence to be destroyed."""
    held = {} if officer is None else {"officer": officer}
    judgment = {
        "number": "12/2023/HS-ST",
        "issued_on": "2023-09-11",
        "effective_on": "2023-10-12",
        "issuer": "TAND quận Hải Châu",
        "instrument_type": "CRIMINAL_JUDGMENT",
    }
    return {
        "case": {
            "decision_number": number,
            "decision_date": date,
            "initiation": "EX_OFFICIO",
            "unit": unit,
            **held,
            "field": "CRIMINAL",
            "tags": [],
            "judgment": judgment,
            **case,
        },
        "parties": [
            {
                "ref": "d1",
                "role": "DEBTOR",
                "kind": "PERSON",
                "name": debtor,
                "id_number": "048090000001",
                "address": "12 Lê Lợi, Hải Châu, Đà Nẵng",
            }
        ],
        "obligations": [
            {"ref": "o1", "kind": "COURT_FEE", "debtor": "d1", "amount": "5000000"},
            {"ref": "o2", "kind": "EVIDENCE_DESTRUCTION", "debtor": "d1"},
        ],
        "acts": list(acts),
    }


def numbered(stories: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same stories with decision numbers of their own, so that they can stand in one register."""
    return [
        {**story, "case": {**story["case"], "decision_number": f"{place}/QĐ-CCTHADS"}}
        for place, story in enumerate(stories, 1)
    ]
