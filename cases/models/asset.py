"""Tài sản: a thing seized or traced. Its identity only; what happens to it are acts that name it."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.functions import RandomUUID
from django.db import models

from cases.querysets.case import OfCaseQuerySet


class Asset(models.Model):
    """An asset of a case, as the story names it."""

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="assets", db_index=False)
    position = models.PositiveIntegerField()
    ref = models.CharField(max_length=200)
    kind = models.CharField(max_length=32)
    owner = models.ForeignKey("cases.Party", models.PROTECT, null=True, related_name="+", db_index=False)
    description = models.TextField(null=True)
    certificate = models.CharField(max_length=200, null=True)

    objects: ClassVar = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "position"], name="asset_place")]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"
