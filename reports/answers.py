"""One answer of the statistics: one snapshot, one moment at which all its figures were known.

Every view that shows figures reads them inside ``answering``, and makes its readings with
``Answering.reading``: then all of them are exactly what was known at ``known_at``, and asking again for that
moment gives them again, for ever.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from reports.later import Later
from reports.projector import CONSUMER
from reports.readings import UNASSIGNED, Reading
from thads.common.periods import Period
from thads.common.snapshot import consistent_read
from thads.journal import journal


@dataclass(frozen=True, slots=True)
class Answering:
    """An answer in the making.

    ``known_at`` is never later than the recording of anything that is still being written, or has not been
    counted yet, in these units. ``pending`` is how many of their cases have changed and are not counted.
    """

    units: frozenset[int]
    officer: int | None
    known_at: dt.datetime
    pending: int
    later: Later

    def reading(self, period: Period, measure: str, **narrowing: Any) -> Reading:
        """A reading of the scope of this answer; ``narrowing`` as the fields of ``Reading``, which may name
        fewer units, or an officer.
        """
        return Reading(
            **{"units": self.units, "officer": self.officer, **narrowing},
            period=period,
            measure=measure,
            known_at=self.known_at,
            later=self.later,
        )


@contextmanager
def answering(
    units: frozenset[int],
    officer: int | None = None,
    asked: dt.datetime | None = None,
    *,
    until: dt.date | None = None,
) -> Iterator[Answering]:
    """The frame of one answer about these units (and this officer, or ``UNASSIGNED``), as known at ``asked``,
    which has passed, or as known now. Most of its readings end by ``until``; it is cheaper to say so.
    """
    with consistent_read(units) as settled:
        waiting = journal.pending(CONSUMER, units, officer if officer != UNASSIGNED else None)
        known_at = min(moment for moment in (settled, waiting.since, asked) if moment is not None)
        yield Answering(units, officer, known_at, waiting.cases, Later(units, known_at, until))
