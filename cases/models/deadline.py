"""Thời hạn: a legal clock of a case, as its acts have left it."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Q

from cases.querysets.deadline import DeadlineQuerySet
from cases.rules.docket import STATES
from officers.models import Officer, Unit


class Deadline(models.Model):
    """One clock of one case: what started it, when it ends, and what became of it.

    Worked out from the acts (``cases.rules.docket``) and kept by ``cases.actions.dockets``, which alone
    writes it. The due moment is stored, never a countdown; ``due_on`` is the last day on which it may be
    done, ``due_at`` the last moment of a clock of hours, and none of them stands while the clock is paused.
    ``unit`` and ``officer`` are those of the case. ``closed_on``: when it was met or lost its ground.
    ``breached`` stays true of what was done late. ``rules``: the version of the tables it was worked out by.
    """

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="deadlines", db_index=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    officer = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", db_index=False)
    clock = models.CharField(max_length=8)
    variant = models.CharField(max_length=32, blank=True)
    regime = models.CharField(max_length=8)
    actor = models.CharField(max_length=20)
    trigger = models.CharField(max_length=40)
    #: The place of the act that started it; 0 is the opening.
    trigger_seq = models.PositiveIntegerField()
    started_on = models.DateField()
    started_at = models.DateTimeField(null=True)
    pauses = models.JSONField(default=list)
    due_on = models.DateField(null=True)
    due_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8)
    closed_on = models.DateField(null=True)
    met_by_seq = models.PositiveIntegerField(null=True)
    breached = models.BooleanField(default=False)
    rules = models.CharField(max_length=12)

    objects: ClassVar = DeadlineQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "clock", "variant", "regime", "trigger_seq", "trigger"], name="deadline_once"
            ),
            models.CheckConstraint(condition=Q(state__in=STATES), name="deadline_state_known"),
            models.CheckConstraint(
                condition=Q(due_on__isnull=False) | Q(state__in=("PAUSED", "VOID")), name="deadline_has_day"
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=False) | ~Q(state__in=("MET", "VOID")),
                name="deadline_closed_on_day",
            ),
        ]
        indexes = [
            # Each begins with the scope; open ones are few beside those that are over.
            models.Index(
                fields=["unit", "due_on", "id"], name="deadline_open_by_unit", condition=Q(closed_on=None)
            ),
            models.Index(
                fields=["officer", "due_on", "id"],
                name="deadline_open_by_officer",
                condition=Q(closed_on=None),
            ),
            models.Index(fields=["due_on"], name="deadline_running", condition=Q(state="RUNNING")),
        ]

    def __str__(self) -> str:
        return f"{self.clock} {self.due_on}"
