"""The times in which a case was among those with conditions, as its acts have left them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class EnforceableStretch(models.Model):
    """From the day on which the case came among those with conditions (có điều kiện) to the day on which it
    left them; ``until_on`` None: it is there.

    Worked out from the acts (``cases.rules.stretches``) and kept by ``cases.actions.dockets``, which alone
    writes it: its age decides on conditions such as ``BACKLOG_1Y``.
    """

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="stretches", db_index=False)
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    objects: ClassVar = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "from_on"], name="stretch_once"),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gt=F("from_on")), name="stretch_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_on} – {self.until_on or ''}"
