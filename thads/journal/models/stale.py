"""The stale set: which cases changed since a state consumer last looked at them."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.functions import TransactionNow
from django.db import models


class Stale(models.Model):
    """ "This case changed", once per write and consumer.

    ``set_aside_at``: the consumer could not do this case and goes on with the others; the next change of
    the case, or a rebuild, tries again. Written in the transaction that changed the case, removed in the
    transaction in which the consumer has caught up. Several rows of one case are normal: nobody ever waits
    to add one. ``units`` and ``officers`` are who ever held the case: whose figures wait for it. All keys are
    plain, because the journal knows no other app. ``marked_at`` is the start of the transaction that marked
    it, earlier than anything the transaction recorded.
    """

    consumer = models.CharField(max_length=32)
    case_id = models.BigIntegerField()
    units = ArrayField(models.BigIntegerField(), default=list)
    officers = ArrayField(models.BigIntegerField(), default=list)
    marked_at = models.DateTimeField(db_default=TransactionNow())
    set_aside_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["consumer", "id"], name="stale_to_do", condition=models.Q(set_aside_at__isnull=True)
            ),
            models.Index(fields=["case_id"], name="stale_by_case"),
        ]

    def __str__(self) -> str:
        return f"{self.consumer}: {self.case_id}"
