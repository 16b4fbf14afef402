"""A job and what it found."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from thads.common.errors import Fault
from thads.common.scoping import Scope


class JobQuerySet(models.QuerySet[Any]):
    def visible_to(self, scope: Scope) -> Self:
        """The jobs submitted for the scope's units. A job of no unit is the service's own."""
        return self.filter(unit_id__in=scope.unit_ids)

    def unfinished(self) -> Self:
        return self.filter(state__in=Job.UNFINISHED)


class Job(models.Model):
    """Work that takes longer than a request.

    ``params`` is what was asked, ``cursor`` how far it has come (a crash resumes there), ``summary`` what
    came of it. ``cancel_asked_at`` is when somebody asked that it should end: who runs it sees that at the
    next step. ``unit_id`` is the unit whose subtree the job may touch; None for work of the service
    itself. The worker that runs a job holds an advisory lock on it, so a job never runs twice at once and a
    dead worker's job is free at once.
    """

    QUEUED, RUNNING, DONE, FAILED, CANCELLED = "QUEUED", "RUNNING", "DONE", "FAILED", "CANCELLED"
    STATES = (QUEUED, RUNNING, DONE, FAILED, CANCELLED)
    UNFINISHED = (QUEUED, RUNNING)

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    kind = models.CharField(max_length=16)
    state = models.CharField(max_length=12, default=QUEUED)
    params = models.JSONField(default=dict)
    cursor = models.JSONField(default=dict)
    summary = models.JSONField(default=dict)
    progress_done = models.BigIntegerField(default=0)
    progress_total = models.BigIntegerField(null=True)
    unit_id = models.BigIntegerField(null=True)
    submitted_by = models.CharField(max_length=200)
    submitted_at = models.DateTimeField(db_default=Now())
    ended_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    cancel_asked_at = models.DateTimeField(null=True)

    objects: ClassVar = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("QUEUED", "RUNNING", "DONE", "FAILED", "CANCELLED")),
                name="job_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("QUEUED", "RUNNING"), ended_at__isnull=True)
                | (~Q(state__in=("QUEUED", "RUNNING")) & Q(ended_at__isnull=False)),
                name="job_ended_when_over",
            ),
            models.CheckConstraint(
                condition=Q(progress_total__isnull=True) | Q(progress_done__lte=F("progress_total")),
                name="job_progress_in_bounds",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="job_unfinished", condition=Q(state__in=("QUEUED", "RUNNING"))),
            models.Index(fields=["unit_id", "-id"], name="job_by_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id} {self.state}"

    @property
    def is_over(self) -> bool:
        return self.state not in self.UNFINISHED


class Finding(models.Model):
    """What a job found wrong (ERROR) or odd (WARNING) in its input, with line and JSON pointer."""

    ERROR, WARNING = "ERROR", "WARNING"

    job = models.ForeignKey(Job, models.CASCADE, related_name="findings", db_index=False)
    severity = models.CharField(max_length=8)
    line = models.BigIntegerField()
    pointer = models.TextField()
    code = models.CharField(max_length=48)
    params = models.JSONField(default=dict)
    legal_basis = models.TextField(null=True)

    objects: ClassVar = models.Manager()

    class Meta:
        indexes = [models.Index(fields=["job", "severity", "id"], name="finding_by_job")]

    def __str__(self) -> str:
        return f"{self.line}{self.pointer}: {self.code}"

    @property
    def fault(self) -> Fault:
        return Fault(self.code, self.pointer, self.params, self.legal_basis)
