"""The rows of a bulk write: those that wait, the workbook they came in, what became of the others."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from thads.common.scoping import Scope
from thads.jobs.models.job import Job


class BulkRow(models.Model):
    """A row as it was sent (JSON), from when its job was put down until it has been dealt with."""

    job = models.ForeignKey(Job, models.CASCADE, db_index=False)
    place = models.PositiveIntegerField()
    body = models.TextField()

    objects: ClassVar = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "place"], name="bulk_row_place")]

    def __str__(self) -> str:
        return f"{self.job_id}/{self.place}"


class BulkWorkbook(models.Model):
    """The workbook in which the rows of a job were sent; sealed (``thads.common.sealing``), as it names
    people.
    """

    job = models.OneToOneField(Job, models.CASCADE, primary_key=True, related_name="workbook")
    content = models.BinaryField()

    objects: ClassVar = models.Manager()

    def __str__(self) -> str:
        return f"{self.job_id}"


class BulkOutcomeQuerySet(models.QuerySet[Any]):
    def visible_to(self, scope: Scope) -> Self:
        return self.filter(job__unit_id__in=scope.unit_ids)


class BulkOutcome(models.Model):
    """What became of the row at ``place`` (from 0).

    ``subject`` is the public id of what the row was to be written to, where it names one that can be read;
    ``row`` the public id of what was written, None when it was refused or only tried; ``version`` the version
    after it, None when it was refused. Why it was refused is in the findings of the job.
    """

    job = models.ForeignKey(Job, models.CASCADE, db_index=False, related_name="outcomes")
    place = models.PositiveIntegerField()
    subject = models.UUIDField(null=True)
    row = models.UUIDField(null=True)
    version = models.PositiveIntegerField(null=True)

    objects: ClassVar = BulkOutcomeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "place"], name="bulk_outcome_place"),
            models.CheckConstraint(
                condition=Q(row__isnull=True) | Q(version__isnull=False), name="bulk_outcome_row_has_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job_id}/{self.place}"
