"""Việc thi hành án: one enforcement decision, of one authority, handled by one unit and officer."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from cases.querysets.case import CaseQuerySet, OfCaseQuerySet
from cases.rules import buckets
from officers.models import Officer, Unit
from thads.common.models import ClockTimestamp


class Case(models.Model):
    """A case as its acts have left it.

    ``decision_number`` and ``decision_date`` with the authority are its identity in law. Unit, officer,
    initiation, field, status, bucket and sums are projections of the acts, kept in the transaction that
    adds an act; folding the acts gives the same row. Money is đồng. ``version`` rises with every write, and
    with it ``modified_at``, the moment of the write by the database's clock.
    The status is that of the day it was written or last swept (``cases.rules.lifecycle``).
    ``content_digest`` identifies the legal content, so that the same story brought in twice changes
    nothing; None where it has to be worked out from the rows.
    """

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    authority = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    decision_number = models.CharField(max_length=200)
    decision_date = models.DateField()
    judgment = models.ForeignKey("cases.Judgment", models.PROTECT, related_name="cases")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="cases", db_index=False)
    officer = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="cases", db_index=False)
    initiation = models.CharField(max_length=16)
    field = models.CharField(max_length=16)
    status = models.CharField(max_length=24)
    bucket = models.CharField(max_length=20)
    due = models.BigIntegerField()
    remaining = models.BigIntegerField()
    last_act_on = models.DateField()
    version = models.PositiveIntegerField()
    modified_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    recorded_at = models.DateTimeField()
    content_digest = models.CharField(max_length=64, null=True)

    objects: ClassVar = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["authority", "decision_number", "decision_date"], name="case_identity"
            ),
            models.CheckConstraint(condition=Q(bucket__in=buckets.ALL), name="case_bucket_known"),
            models.CheckConstraint(
                condition=Q(remaining__gte=0) & Q(due__gte=F("remaining")), name="case_money_in_bounds"
            ),
            models.CheckConstraint(
                condition=Q(last_act_on__gte=F("decision_date")), name="case_acts_after_opening"
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-id"], name="case_by_unit"),
            models.Index(fields=["officer", "-id"], name="case_by_officer"),
            # One for each order of the list and its commonest filter, each beginning with the scope.
            models.Index(fields=["unit", "decision_date", "id"], name="case_by_unit_decision"),
            models.Index(fields=["unit", "bucket", "decision_date", "id"], name="case_by_unit_bucket"),
            models.Index(fields=["unit", "status", "decision_date", "id"], name="case_by_unit_status"),
            models.Index(fields=["unit", "last_act_on", "id"], name="case_by_unit_last_act"),
            models.Index(fields=["unit", "remaining", "id"], name="case_by_unit_remaining"),
            models.Index(fields=["modified_at", "id"], name="case_by_modified"),
        ]

    def __str__(self) -> str:
        return self.decision_number

    def changes_since(self, version: int) -> int:
        """How often something of the case was put right without an act since it was at ``version``: data of
        a party, or the words of its judgment.
        """
        return int(self.changes.filter(version__gt=version).count())


class CaseTheme(models.Model):
    """A theme (chuyên đề, "trong đó") a case belongs to. For counting a yes/no property of the whole case,
    as known since: days and reason serve lists, and ending it changes no figure.

    ``from_on`` and ``ended_on`` are its first and last day, where somebody has told them; ``listed_by`` is
    the last list from above that names the case. ``reason`` and ``recorded_by`` are those of a theme recorded
    later; one that came with its story tells none.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="themes", db_index=False)
    theme = models.CharField(max_length=32)
    recorded_at = models.DateTimeField()
    #: Recorded with the opening, as nearly all are: then no figure was ever counted without it.
    from_opening = models.BooleanField(default=False)
    from_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    listed_by = models.ForeignKey(
        "cases.ThemeList", models.PROTECT, null=True, related_name="themes", db_index=False
    )
    reason = models.CharField(max_length=2000, null=True)
    recorded_by = models.CharField(max_length=200, null=True)
    ended_reason = models.CharField(max_length=2000, null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=200, null=True)

    objects: ClassVar = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "theme"], name="case_theme_once"),
            models.CheckConstraint(
                condition=Q(from_on=None) | Q(ended_on=None) | Q(ended_on__gte=F("from_on")),
                name="case_theme_days_in_order",
            ),
        ]
        indexes = [
            models.Index(
                fields=["recorded_at"], name="case_theme_added_later", condition=Q(from_opening=False)
            ),
            models.Index(
                fields=["listed_by"], name="case_theme_by_list", condition=Q(listed_by__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.theme
