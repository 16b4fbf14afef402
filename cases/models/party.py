"""Đương sự: who owes, who is owed, who is concerned. The only table that says who a person is."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.functions import RandomUUID
from django.db import models

from cases.querysets.case import OfCaseQuerySet
from thads.common import sealing


class Party(models.Model):
    """A party of one case. The identity number is sealed (``thads.common.sealing``); equal numbers seal
    alike.
    """

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="parties", db_index=False)
    position = models.PositiveIntegerField()
    ref = models.CharField(max_length=200)
    role = models.CharField(max_length=16)
    kind = models.CharField(max_length=16)
    name = models.TextField()
    id_number_sealed = models.BinaryField(null=True)
    address = models.TextField(null=True)

    objects: ClassVar = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "position"], name="party_place")]
        indexes = [models.Index(fields=["id_number_sealed"], name="party_by_id_number")]

    def __str__(self) -> str:
        return self.name

    @property
    def id_number(self) -> str | None:
        """The identity number in clear."""
        sealed = self.id_number_sealed
        return None if sealed is None else sealing.unseal(bytes(sealed))
