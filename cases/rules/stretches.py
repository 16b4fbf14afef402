"""The times in which a case had conditions (có điều kiện), from which its age counts. Pure."""

from __future__ import annotations

import datetime as dt
from typing import Final, NamedTuple

from cases.rules import buckets
from cases.rules.fold import State, steps
from cases.rules.life import Life

WITH_CONDITIONS: Final = frozenset({buckets.ELIGIBLE, buckets.DEFERRED_CONSENT})


class Stretch(NamedTuple):
    """From the day of an entry to the day on which it was left; None while it lasts."""

    from_on: dt.date
    until_on: dt.date | None


def enforceable_stretches(life: Life) -> list[Stretch]:
    """When the case as a whole was in ``ELIGIBLE`` or ``DEFERRED_CONSENT``, in order; what began and ended on
    one day is no time. Raises Unlawful for a life that may not be.
    """
    found: list[Stretch] = []
    entered: dt.date | None = life.opened_on if State(life).bucket in WITH_CONDITIONS else None
    for step, state in steps(life):
        inside, day = state.bucket in WITH_CONDITIONS, step.act.effective_on
        if inside and entered is None:
            entered = day
        elif not inside and entered is not None:
            if entered < day:
                found.append(Stretch(entered, day))
            entered = None
    return found if entered is None else [*found, Stretch(entered, None)]
