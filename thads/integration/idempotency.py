"""The store of idempotency keys (``thads.common.api.idempotency.Store``): a lock while the request runs, a
row when it has ended well.
"""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import connection, transaction
from django.db.models.functions import Now

from thads.common.api.idempotency import Claim, Record
from thads.integration.models import IdempotencyRecord

#: How long a key is known.
KEPT_FOR = dt.timedelta(days=7)
#: Rows deleted in one transaction.
BATCH = 5000

_KEPT = ("caller", "route", "key", "content", "status", "location", "etag", "public_id", "recorded_at")


def take(identity: uuid.UUID) -> bool:
    """Hold the key until the transaction ends. False, without waiting, when another one holds it.

    PostgreSQL shows what a transaction wrote before it lets go of its locks, so whoever gets the key sees
    what the one before has kept.
    """
    lock = int.from_bytes(identity.bytes[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock])
        return bool(cursor.fetchone()[0])


def find(identity: uuid.UUID) -> Record | None:
    """What was kept under the key, unless its time is over."""
    rows = IdempotencyRecord.objects.filter(identity=identity, recorded_at__gt=Now() - KEPT_FOR)
    for row in rows.values("content", "status", "location", "etag", "public_id"):
        return Record(**row)
    return None


def keep(claim: Claim, record: Record) -> None:
    """Keep what the request came to, in its transaction; an expired row gives way."""
    row = IdempotencyRecord(
        identity=claim.identity,
        caller=claim.caller,
        route=claim.route,
        key=claim.key,
        content=record.content,
        status=record.status,
        location=record.location,
        etag=record.etag,
        public_id=record.public_id,
    )
    IdempotencyRecord.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["identity"], update_fields=list(_KEPT)
    )


def sweep() -> int:
    """Delete the rows whose time is over, in batches, each a transaction of its own. Returns how many."""
    gone = 0
    while True:
        with transaction.atomic():
            old = IdempotencyRecord.objects.filter(recorded_at__lte=Now() - KEPT_FOR)
            batch = old.order_by("recorded_at").select_for_update(skip_locked=True).values("pk")[:BATCH]
            found, _ = IdempotencyRecord.objects.filter(pk__in=batch).delete()
        gone += found
        if found < BATCH:
            return gone
