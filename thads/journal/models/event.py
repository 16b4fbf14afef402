"""What an event consists of, wherever it stands."""

from __future__ import annotations

from django.contrib.postgres.functions import RandomUUID
from django.db import models


class Event(models.Model):
    """One write of one case, or of another noun (``case_id`` is null then), as others are told of it.

    ``case_public_id`` is the id of what was written, ``sequence`` its version after it. ``recorded_by`` is
    the kind and the key of who did it, and no name; it may go on with FOR and the officer on whose behalf it
    was done. ``unit_id`` and ``officer_id`` hold the case after the write, ``from_unit_id`` and
    ``from_officer_id`` held it before. All keys are plain, because the journal knows no other app. ``data``
    holds ids, codes, dates and amounts, nothing that identifies a person, so that erasing somebody breaks no
    hash.
    """

    public_id = models.UUIDField(db_default=RandomUUID(), editable=False)
    type = models.CharField(max_length=64)
    case_id = models.BigIntegerField(null=True)
    case_public_id = models.UUIDField()
    sequence = models.IntegerField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=64)
    unit_id = models.BigIntegerField()
    officer_id = models.BigIntegerField(null=True)
    from_unit_id = models.BigIntegerField()
    from_officer_id = models.BigIntegerField(null=True)
    data = models.JSONField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.type} {self.case_public_id}/{self.sequence}"


#: What a writer gives, in the order in which ``journal.append`` writes it.
EVENT_COLUMNS = (
    "type",
    "case_id",
    "case_public_id",
    "sequence",
    "recorded_at",
    "recorded_by",
    "unit_id",
    "officer_id",
    "from_unit_id",
    "from_officer_id",
    "data",
)
