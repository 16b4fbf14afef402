"""What POSTs under a key came to."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now


class IdempotencyRecord(models.Model):
    """One ``Idempotency-Key`` and the answer it stands for, kept in the transaction of the write.

    ``identity`` is the digest of caller, address and key; ``content`` the digest of query and body. The rest
    is what the answer is given again from: no body, so no name of a person.
    """

    identity = models.UUIDField(primary_key=True, editable=False)
    caller = models.CharField(max_length=40)
    route = models.TextField()
    key = models.CharField(max_length=255)
    content = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    location = models.TextField(null=True)
    etag = models.CharField(max_length=100, null=True)
    public_id = models.UUIDField(null=True)
    recorded_at = models.DateTimeField(db_default=Now())

    objects: ClassVar = models.Manager()

    class Meta:
        indexes = [models.Index(fields=["recorded_at"], name="idempotency_by_age")]

    def __str__(self) -> str:
        return f"{self.caller} {self.route} {self.key}"
