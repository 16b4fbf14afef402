"""The times in which a case had conditions are those in which it is counted there."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import HealthCheck, given, settings

from cases.rules.stretches import WITH_CONDITIONS, enforceable_stretches
from reports.counting.movements import legs
from tests.counting.strategies import FIRST, TABLES, as_story, raw_stories


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(raw_stories())
def test_a_case_is_counted_with_conditions_in_its_stretches(raw: dict[str, Any]) -> None:
    life = as_story(raw).life(TABLES)
    moves = [leg for leg in legs(life) if leg.book == "ALL" and leg.cases]
    stretches = enforceable_stretches(life)
    days = {leg.effective_on + dt.timedelta(days=more) for leg in moves for more in (-1, 0, 1)} | {FIRST}
    for day in days:
        balance = sum(
            leg.cases * ((leg.target in WITH_CONDITIONS) - (leg.source in WITH_CONDITIONS))
            for leg in moves
            if leg.effective_on <= day
        )
        inside = [
            one for one in stretches if one.from_on <= day and (one.until_on is None or day < one.until_on)
        ]
        assert len(inside) == balance, day
    ends = [one.until_on for one in stretches]
    assert None not in ends[:-1] and stretches == sorted(stretches, key=lambda one: one.from_on)
