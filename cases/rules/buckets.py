"""Where a line of duty, and through its lines a case, stands for counting.

The buckets and the order in which a case takes the bucket of one of its lines. Pure: no clock, no database.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

OUTSIDE: Final = "OUTSIDE"
ELIGIBLE: Final = "ELIGIBLE"
DEFERRED_CONSENT: Final = "DEFERRED_CONSENT"
INELIGIBLE: Final = "INELIGIBLE"
DEFERRED: Final = "DEFERRED"
STAYED: Final = "STAYED"
OTHER_PENDING: Final = "OTHER_PENDING"
SEPARATE: Final = "SEPARATE"
COMPLETED: Final = "COMPLETED"
TERMINATED: Final = "TERMINATED"
REDUCED: Final = "REDUCED"
CLOSED_OTHER: Final = "CLOSED_OTHER"
ENTRUSTED: Final = "ENTRUSTED"
REVOKED: Final = "REVOKED"
RETURNED: Final = "RETURNED"

#: Counted as still to be enforced.
STOCK: Final = (ELIGIBLE, DEFERRED_CONSENT, INELIGIBLE, DEFERRED, STAYED, OTHER_PENDING)
#: What is not ended: the stock and the separate book.
OPEN: Final = frozenset((*STOCK, SEPARATE))
ENDED: Final = (COMPLETED, TERMINATED, REDUCED, CLOSED_OTHER, ENTRUSTED, REVOKED, RETURNED)
ENDED_SET: Final = frozenset(ENDED)
ALL: Final = (*STOCK, SEPARATE, *ENDED)

#: While any line is open, the case is where the first of these stands that any line is in.
_OPEN_ORDER: Final = (ELIGIBLE, DEFERRED_CONSENT, STAYED, DEFERRED, OTHER_PENDING, INELIGIBLE, SEPARATE)
#: When every line has ended. A case of lines reduced to nothing counts as terminated: reduction is a word for
#: money only.
_ENDED_ORDER: Final = (
    (COMPLETED, COMPLETED),
    (TERMINATED, TERMINATED),
    (REDUCED, TERMINATED),
    (CLOSED_OTHER, CLOSED_OTHER),
    (ENTRUSTED, ENTRUSTED),
    (RETURNED, RETURNED),
    (REVOKED, REVOKED),
)


def case_bucket(line_buckets: Collection[str]) -> str:
    """The bucket of a case from the buckets of its lines (at least one)."""
    for bucket in _OPEN_ORDER:
        if bucket in line_buckets:
            return bucket
    for bucket, counted_as in _ENDED_ORDER:
        if bucket in line_buckets:
            return counted_as
    raise ValueError(f"a case needs lines with known buckets, not {line_buckets!r}")
