"""Khoản phải thi hành: one line of duty. State and money live here; the case is derived from its lines."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from cases.querysets.case import OfCaseQuerySet
from cases.rules import buckets


class Obligation(models.Model):
    """A line: kind, who owes whom, and the ordered ``amount`` in đồng (None: a duty without money).

    ``due`` (ordered, plus interest, plus or minus amendments), ``remaining`` and ``bucket`` are projections
    of the acts. So are ``current_debtor`` and ``current_creditor``: who owes and is owed since a succession
    (L25 Đ41.4), None where it is whom the decision named.
    """

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="obligations", db_index=False)
    position = models.PositiveIntegerField()
    ref = models.CharField(max_length=200)
    kind = models.CharField(max_length=32)
    debtor = models.ForeignKey("cases.Party", models.PROTECT, null=True, related_name="+", db_index=False)
    creditor = models.ForeignKey("cases.Party", models.PROTECT, null=True, related_name="+", db_index=False)
    current_debtor = models.ForeignKey(
        "cases.Party", models.PROTECT, null=True, related_name="+", db_index=False
    )
    current_creditor = models.ForeignKey(
        "cases.Party", models.PROTECT, null=True, related_name="+", db_index=False
    )
    amount = models.BigIntegerField(null=True)
    description = models.TextField(null=True)
    due = models.BigIntegerField()
    remaining = models.BigIntegerField()
    bucket = models.CharField(max_length=20)

    objects: ClassVar = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "position"], name="obligation_place"),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gt=0), name="obligation_amount_positive"
            ),
            models.CheckConstraint(
                condition=Q(remaining__gte=0) & Q(due__gte=F("remaining")), name="obligation_money_in_bounds"
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=False) | Q(due=0), name="obligation_without_money_owes_none"
            ),
            models.CheckConstraint(condition=Q(bucket__in=buckets.ALL), name="obligation_bucket_known"),
            models.CheckConstraint(
                condition=Q(bucket__in=(*buckets.STOCK, buckets.SEPARATE)) | Q(remaining=0),
                name="obligation_ended_owes_none",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"
