"""Bản tin thời hạn: who has been sent the digest of which day."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models

from thads.common.models import ClockTimestamp


class DigestMail(models.Model):
    """One digest of one day to one account: it is written in the transaction that sends it, so that two
    workers never send the same, and one that was killed before it had sent does so again.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    day = models.DateField()
    sent_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)

    objects: ClassVar = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "user"], name="digest_once_a_day")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.day}"
