"""What the rest of the service asks of the journal."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.conf import settings
from django.db.models import Max, QuerySet
from django.db.models.functions import Now

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
    """What ``consumer`` has not caught up with, what it set aside included."""
    return Stale.objects.filter(consumer=consumer)


def to_do(consumer: str) -> QuerySet[Stale]:
    """What ``consumer`` can go on with."""
    return stale(consumer).filter(set_aside_at=None)


def latest() -> int:
    """The key of the newest mark: what was marked before now has a key up to it."""
    return Stale.objects.aggregate(latest=Max("id"))["latest"] or 0


def take_stale(consumer: str, limit: int) -> list[tuple[int, int]]:
    """Up to ``limit`` (row, case) pairs nobody else is working on, locked until the transaction ends."""
    rows = to_do(consumer).order_by("id").select_for_update(skip_locked=True)[:limit]
    return list(rows.values_list("id", "case_id"))


def caught_up(rows: Collection[int]) -> None:
    """Remove stale rows, in the transaction that caught up with them."""
    Stale.objects.filter(id__in=rows).delete()


def set_aside(rows: Collection[int]) -> None:
    """Keep the marks of a case that could not be done out of the way of the others."""
    Stale.objects.filter(id__in=rows).update(set_aside_at=Now())


def forget(consumer: str, case_ids: Collection[int]) -> None:
    """Remove what was set aside of cases that have been done after all."""
    stale(consumer).filter(case_id__in=case_ids, set_aside_at__isnull=False).delete()
