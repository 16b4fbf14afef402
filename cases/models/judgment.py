"""Bản án, quyết định: the enforceable instrument a case rests on."""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.db import models


class Judgment(models.Model):
    """An instrument as it was given. Several cases may rest on one; two that differ in any word are two."""

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    number = models.CharField(max_length=200)
    issued_on = models.DateField()
    effective_on = models.DateField(null=True)
    issuer = models.CharField(max_length=200)
    instrument_type = models.CharField(max_length=40, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["number", "issued_on", "issuer", "effective_on", "instrument_type"],
                name="judgment_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} ({self.issuer})"
