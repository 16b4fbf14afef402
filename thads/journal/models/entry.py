"""The log: every event at its place, for ever."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Func, Q

from thads.common.models import AppendOnlyModel
from thads.common.scoping import Scope
from thads.journal.models.event import Event


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, scope: Scope) -> Self:
        """What happened to cases that the scope held, before it happened or after."""
        now, before = Q(unit_id__in=scope.unit_ids), Q(from_unit_id__in=scope.unit_ids)
        if scope.officer_id is not None:
            now &= Q(officer_id=scope.officer_id)
            before &= Q(from_officer_id=scope.officer_id)
        return self.filter(now | before)


class Entry(AppendOnlyModel, Event):
    """An event at ``position``: 1, 2, 3 … without a gap, in the order of the locks for each case.

    ``hash`` stands for this entry and, through ``prev_hash``, for all before it (``thads.journal.chain``);
    ``format`` says by which rule it was made. The position is given by the sequencer and is the cursor of
    everybody who reads on. ``handed_over``: the case had another holder before.
    """

    position = models.BigIntegerField(primary_key=True)
    prev_hash = models.BinaryField()
    hash = models.BinaryField()
    format = models.SmallIntegerField()
    handed_over = models.GeneratedField(
        expression=Func(
            Func("unit_id", "officer_id", function="ROW"),
            Func("from_unit_id", "from_officer_id", function="ROW"),
            template="%(expressions)s",
            arg_joiner=" IS DISTINCT FROM ",
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    objects: ClassVar = EntryQuerySet.as_manager()

    class Meta(AppendOnlyModel.Meta):
        constraints = [models.CheckConstraint(condition=Q(position__gt=0), name="entry_position_from_one")]
        # A reader's scope is some units or one officer: each index gives the places of one of them in order.
        indexes = [
            models.Index(fields=["unit_id", "position"], name="entry_by_unit"),
            models.Index(
                fields=["officer_id", "position"],
                name="entry_by_officer",
                condition=Q(officer_id__isnull=False),
            ),
            models.Index(
                fields=["from_unit_id", "position"], name="entry_left_unit", condition=Q(handed_over=True)
            ),
            models.Index(
                fields=["from_officer_id", "position"],
                name="entry_left_officer",
                condition=Q(handed_over=True),
            ),
        ]
