"""Where the log ends."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Head(models.Model):
    """The last position and its hash: one row, written with every batch that goes into the log.

    Who cuts off the end of the log would have to change this row too.
    """

    ONLY = 1

    id = models.SmallIntegerField(primary_key=True, default=ONLY)
    position = models.BigIntegerField()
    hash = models.BinaryField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="head_is_one")]

    def __str__(self) -> str:
        return f"{self.position}"
