"""The sequencer: gives every committed event its place in the log.

One at a time holds the log, for one batch. Whatever dies, a batch is in the log with its head, or still in
the outbox; who comes second finds the work done. A writer that is still open keeps back nothing but its own
events.
"""

from __future__ import annotations

import logging
import time

from django.db import connection, transaction

from thads.journal.chain import FORMAT, GENESIS, TEXT, link
from thads.journal.models import Head

logger = logging.getLogger(__name__)

#: Events per transaction.
BATCH = 5000
#: Names the sequencer among the advisory locks; any number that nobody else uses.
_LOCK = 1_785_623_919
#: How long to wait for another sequencer: longer than a batch takes, so that what was committed during the
#: batch is not left to the next sweep.
_PATIENCE = 2.0
_LOOK_EVERY = 0.01
#: A sequencer that stops in the middle of a batch loses the log to the others after this long.
_FROZEN = "30s"

_TAKE = f"SELECT id, {TEXT.format(format=FORMAT)} FROM journal_outbox ORDER BY id LIMIT %s"  # noqa: S608
_COLUMNS = (
    "public_id, type, case_id, case_public_id, sequence, recorded_at, recorded_by, unit_id, officer_id, "
    "from_unit_id, from_officer_id, data"
)
# One statement and no COPY: a server notices that its client has stopped between statements, not inside COPY.
_PLACE = f"""
    WITH taken AS (DELETE FROM journal_outbox WHERE id = ANY(%(ids)s) RETURNING *)
    INSERT INTO journal_entry (position, prev_hash, hash, format, {_COLUMNS})
    SELECT %(position)s + n.place, coalesce(lag(n.hash) OVER (ORDER BY n.place), %(hash)s), n.hash, {FORMAT},
           {_COLUMNS}
    FROM taken JOIN unnest(%(ids)s::bigint[], %(hashes)s::bytea[]) WITH ORDINALITY AS n(id, hash, place)
        USING (id)
    ORDER BY n.place
"""  # noqa: S608


def sequence(limit: int = BATCH) -> int:
    """Move up to ``limit`` committed events from the outbox into the log. Returns how many; 0 when there are
    none or another sequencer does not let go of the log.
    """
    with transaction.atomic():
        if not _alone():
            logger.warning("another sequencer holds the log; the next sweep goes on")
            return 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('idle_in_transaction_session_timeout', %s, true)", [_FROZEN])
            cursor.execute(_TAKE, [limit])
            taken: list[tuple[int, str]] = cursor.fetchall()
        if taken:
            _place(taken)
    return len(taken)


def sequence_all() -> None:
    """Until the outbox holds nothing that is committed."""
    while sequence():
        pass


def _place(taken: list[tuple[int, str]]) -> None:
    """Put these (key, text) of the outbox at the end of the log, in their order."""
    head = Head.objects.filter(pk=Head.ONLY).first() or Head(position=0, hash=GENESIS)
    position, before = head.position, bytes(head.hash)
    hashes = []
    last = before
    for place, (_, text) in enumerate(taken, position + 1):
        last = link(last, place, text)
        hashes.append(last)
    ids = [key for key, _ in taken]
    with connection.cursor() as cursor:
        cursor.execute(_PLACE, {"ids": ids, "hashes": hashes, "position": position, "hash": before})
        assert cursor.rowcount == len(ids), "only the sequencer takes rows out of the outbox"
    head.position, head.hash = position + len(ids), last
    head.save()


def _alone() -> bool:
    """Hold the log for this transaction. False when somebody else does not let go of it."""
    until = time.monotonic() + _PATIENCE
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            if cursor.fetchone()[0]:
                return True
            if time.monotonic() >= until:
                return False
            time.sleep(_LOOK_EVERY)
