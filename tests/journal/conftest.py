"""Changes of cases that no register knows, and the log they come to."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from thads.journal.journal import Change

MOMENT = dt.datetime(2024, 3, 1, 8, 0, 0, 104233, tzinfo=dt.UTC)

Changes = Callable[..., Change]


@pytest.fixture
def change() -> Changes:
    """Makes a change; each call without a sequence gives the next one."""
    number = itertools.count(1)

    def make(case: int = 1, **given: Any) -> Change:
        values: dict[str, Any] = {
            "case_id": case,
            "case": uuid.UUID(int=case),
            "type": "act.recorded",
            "sequence": next(number),
            "recorded_at": MOMENT,
            "recorded_by": "USER:7 Trần Thị Bình",
            "unit_id": 11,
            "officer_id": 21,
            "data": {"act_type": "COLLECTION", "effective_on": "2024-02-29", "remaining": "5000000"},
            **given,
        }
        values.setdefault("from_unit_id", values["unit_id"])
        values.setdefault("from_officer_id", values["officer_id"])
        return Change(units=(values["unit_id"],), officers=(), **values)

    return make
