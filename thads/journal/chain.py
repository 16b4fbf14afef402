"""The chain of hashes: what makes a change of the past show.

The hash of an entry, format 1, is the SHA-256 of

* the hash of the entry before it (32 bytes; of the first: zeros),
* its position in decimal digits and a line feed,
* its text: the JSON array of ``format``, ``public_id``, ``type``, ``case_id``, ``case_public_id``,
  ``sequence``, ``recorded_at`` (UTC, ISO 8601, without offset), ``recorded_by``, ``unit_id``,
  ``officer_id``, ``from_unit_id``, ``from_officer_id`` and ``data``, as PostgreSQL writes a ``jsonb`` value,
  in UTF-8.

So it can be computed in SQL as well, without this program (docs/events.md).
"""

from __future__ import annotations

import hashlib

#: The rule above.
FORMAT = 1
#: What stands before the first entry.
GENESIS = bytes(32)

#: The text of a row of the log or, with the format it is going to have, of the outbox.
TEXT = (
    "jsonb_build_array({format}, public_id, type, case_id, case_public_id, sequence, "
    "recorded_at AT TIME ZONE 'UTC', recorded_by, unit_id, officer_id, from_unit_id, from_officer_id, "
    "data)::text"
)


def link(before: bytes, position: int, text: str) -> bytes:
    """The hash of the entry with this ``text`` at ``position``, after the entry whose hash is ``before``."""
    return hashlib.sha256(b"%b%d\n%b" % (before, position, text.encode())).digest()
