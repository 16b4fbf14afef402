"""What the rest of the service asks of the journal."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.conf import settings
from django.db.models import QuerySet

from thads.common.bulk import copy_rows
from thads.journal.models import Stale


def mark_stale(case_ids: Sequence[int]) -> None:
    """Say, in the caller's transaction, that these cases changed: one row per case and state consumer."""
    copy_rows(
        Stale,
        ("consumer", "case_id"),
        ((consumer, case) for consumer in settings.STATE_CONSUMERS for case in case_ids),
    )


def stale(consumer: str) -> QuerySet[Stale]:
    """What ``consumer`` has not caught up with."""
    return Stale.objects.filter(consumer=consumer)


def take_stale(consumer: str, limit: int) -> list[tuple[int, int]]:
    """Up to ``limit`` (row, case) pairs nobody else is working on, locked until the transaction ends."""
    rows = stale(consumer).order_by("id").select_for_update(skip_locked=True)[:limit]
    return list(rows.values_list("id", "case_id"))


def caught_up(rows: Collection[int]) -> None:
    """Remove stale rows, in the transaction that caught up with them."""
    Stale.objects.filter(id__in=rows).delete()
