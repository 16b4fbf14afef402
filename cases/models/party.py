"""Đương sự: who owes, who is owed, who is concerned. The only table that says who a person is."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from cases.querysets.party import PartyQuerySet
from thads.common import sealing
from thads.common.models import VersionedModel


class Party(VersionedModel):
    """A party of one case. Identity number, phone and account are sealed (``thads.common.sealing``); equal
    ones seal alike.
    """

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="parties", db_index=False)
    position = models.PositiveIntegerField()
    ref = models.CharField(max_length=200)
    role = models.CharField(max_length=16)
    kind = models.CharField(max_length=16)
    name = models.TextField()
    id_number_sealed = models.BinaryField(null=True)
    address = models.TextField(null=True)
    phone_sealed = models.BinaryField(null=True)
    account_sealed = models.BinaryField(null=True)

    objects: ClassVar = PartyQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "position"], name="party_place")]
        indexes = [
            models.Index(fields=["id_number_sealed"], name="party_by_id_number"),
            models.Index(fields=["modified_at", "id"], name="party_by_modified"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def id_number(self) -> str | None:
        """The identity number in clear."""
        return _clear(self.id_number_sealed)

    @property
    def phone(self) -> str | None:
        """The telephone number in clear."""
        return _clear(self.phone_sealed)

    @property
    def account(self) -> str | None:
        """The bank account (number and bank) in clear."""
        return _clear(self.account_sealed)


def _clear(sealed: bytes | memoryview | None) -> str | None:
    return None if sealed is None else sealing.unseal(bytes(sealed))
