"""Bringing stories into the database of a test, as an import does."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases.actions.plans import plan_story
from cases.actions.register import Register
from cases.actions.write import write_stories
from thads.journal import consumers

TODAY = dt.date(2026, 12, 31)


def bring_in(stories: Iterable[dict[str, Any]], *, counted: bool = True) -> list[int]:
    """Plan and write stories in one transaction, count them unless told otherwise, and return the keys of the cases."""
    with transaction.atomic():
        register = Register.load()
        plans = [plan_story(raw, register=register, today=TODAY) for raw in stories]
        cases = write_stories(plans=plans, register=register, by="TEST", at=timezone.now())
    if counted:
        consumers.catch_up()
    return cases


def numbered(stories: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same stories with decision numbers of their own, so that they can stand in one register."""
    return [
        {**story, "case": {**story["case"], "decision_number": f"{place}/QĐ-CCTHADS"}}
        for place, story in enumerate(stories, 1)
    ]
