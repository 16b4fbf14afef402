"""Thay đổi quy tắc khi đang vận hành: a row of the law changed at run time, by two people."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from cases.querysets.rule_override import RuleOverrideQuerySet
from cases.rules.overrides import Override
from officers.models import Unit
from thads.common.models import VersionedModel

PROPOSED, APPROVED, REJECTED, WITHDRAWN = STATES = ("PROPOSED", "APPROVED", "REJECTED", "WITHDRAWN")


class RuleOverride(VersionedModel):
    """One field of one row of a table of the law, changed from ``valid_from`` on (``cases.rules.overrides``).

    ``unit`` is the topmost unit of who proposed it. ``proposer`` and ``decider`` are people by account
    (``USER:7``), whatever capacity they acted in, and never one and the same, unless he takes it back.
    ``decided_at`` orders those approved. What is decided stays as it is.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    table = models.CharField(max_length=40)
    code = models.CharField(max_length=120)
    field = models.CharField(max_length=40)
    value: models.JSONField[Any, Any] = models.JSONField(null=True)
    valid_from = models.DateField()
    basis = models.CharField(max_length=200)
    reason = models.TextField()
    state = models.CharField(max_length=12, default=PROPOSED)
    proposer = models.CharField(max_length=40)
    proposed_by = models.CharField(max_length=200)
    proposed_at = models.DateTimeField()
    decider = models.CharField(max_length=40, null=True)
    decided_by = models.CharField(max_length=200, null=True)
    decided_at = models.DateTimeField(null=True)
    remark = models.TextField(null=True)

    objects: ClassVar = RuleOverrideQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="override_state_known"),
            models.CheckConstraint(
                condition=(
                    Q(state=PROPOSED, decider=None, decided_by=None, decided_at=None)
                    | (
                        ~Q(state=PROPOSED)
                        & Q(decider__isnull=False, decided_by__isnull=False, decided_at__isnull=False)
                    )
                ),
                name="override_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=(
                    Q(decider=None)
                    | Q(state=WITHDRAWN, decider=F("proposer"))
                    | (Q(state__in=(APPROVED, REJECTED)) & ~Q(decider=F("proposer")))
                ),
                name="override_by_a_second_person",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "-id"], name="override_by_unit"),
            models.Index(fields=["decided_at", "id"], name="override_in_force", condition=Q(state=APPROVED)),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="decided_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                func="""
                    IF OLD.decided_at IS NOT NULL THEN
                        RAISE EXCEPTION 'an override that was decided stays: % on %', TG_OP, TG_TABLE_NAME;
                    END IF;
                    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.code} {self.field}"

    @property
    def change(self) -> Override:
        """What it changes, as the rules take it."""
        return Override(
            id=str(self.public_id),
            table=self.table,
            code=self.code,
            field=self.field,
            value=self.value,
            valid_from=self.valid_from,
            basis=self.basis,
        )
