"""Units of the enforcement system and what became of them."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.db import models
from django.db.models.expressions import RawSQL

from officers.codes import LEVELS
from thads.common.labels import choices
from thads.common.models import VersionedModel, VersionedQuerySet
from thads.common.scoping import Scope

# UNION, not UNION ALL: a ring of parents, which no single constraint can forbid, then ends instead of running
# for ever.
#: The keys of a unit (its parameter) and of everything below it.
SUBTREE = """
    WITH RECURSIVE tree AS (
        SELECT id FROM officers_unit WHERE id = %s
        UNION
        SELECT child.id FROM officers_unit child JOIN tree ON child.parent_id = tree.id
    )
    SELECT id FROM tree
"""


class UnitQuerySet(VersionedQuerySet["Unit"]):
    def within(self, scope: Scope) -> Self:
        return self.filter(id__among=scope.unit_ids)

    def valid_on(self, day: dt.date) -> Self:
        """Units that existed on ``day``; both ends of a unit's validity are days on which it exists."""
        return self.filter(valid_from__lte=day).filter(models.Q(valid_to=None) | models.Q(valid_to__gte=day))

    def subtree(self, unit: Unit | int) -> Self:
        """``unit`` (or the unit with that key) and everything below it."""
        return self.filter(id__in=RawSQL(SUBTREE, [unit if isinstance(unit, int) else unit.pk]))  # noqa: S611


class Unit(VersionedModel):
    """An authority or a part of one (đơn vị). Its code is what people and other systems know it by: it stays,
    and is never given again, not even when the unit was removed.
    """

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=200)
    level = models.CharField(max_length=20, choices=choices(LEVELS))
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    valid_from = models.DateField(help_text="Ngày đầu tiên đơn vị tồn tại.")
    valid_to = models.DateField(null=True, blank=True, help_text="Ngày cuối cùng đơn vị còn tồn tại.")

    objects = UnitQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="officers_unit_validity",
                condition=models.Q(valid_to=None) | models.Q(valid_to__gte=models.F("valid_from")),
            ),
            models.CheckConstraint(
                name="officers_unit_not_own_parent",
                condition=models.Q(parent=None) | ~models.Q(parent=models.F("id")),
            ),
            models.CheckConstraint(name="officers_unit_level", condition=models.Q(level__in=list(LEVELS))),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class UnitSuccession(models.Model):
    """From ``on``, what belonged to ``predecessor`` belongs to ``successor`` (QĐ 1898/QĐ-BTP: 63 provinces to
    34 on 1/7/2025).
    """

    predecessor = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="precessions")
    on = models.DateField()

    class Meta:
        ordering = ["on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="officers_succession_once"),
            models.CheckConstraint(
                name="officers_succession_not_itself",
                condition=~models.Q(predecessor=models.F("successor")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id} ({self.on})"
