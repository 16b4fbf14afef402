"""Which rule files this register has worked under."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class RuleVersion(models.Model):
    """One content of the rule files, by its digest, and the moment it was first loaded here."""

    version = models.CharField(max_length=64, unique=True)
    loaded_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("loaded_at", "id")

    def __str__(self) -> str:
        return self.version
