"""Nhật ký xem thông tin cá nhân: who has had what is masked shown to him, and why."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.functions import RandomUUID
from django.db import models

from cases.querysets.reveal import RevealQuerySet
from officers.models import Unit
from thads.common.models import AppendOnlyModel


class RevealLog(AppendOnlyModel):
    """One look behind the masks of a party: who, when, why and at which fields. The values are not in it.

    ``unit`` held the case then.
    """

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    party = models.ForeignKey("cases.Party", models.PROTECT, related_name="reveals")
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    fields = models.JSONField()
    reason = models.TextField()
    revealed_at = models.DateTimeField()
    revealed_by = models.CharField(max_length=200)
    role = models.CharField(max_length=16)

    objects: ClassVar = RevealQuerySet.as_manager()

    class Meta(AppendOnlyModel.Meta):
        indexes = [models.Index(fields=["unit", "-id"], name="reveal_by_unit")]

    def __str__(self) -> str:
        return f"{self.party_id} {self.revealed_by}"
