"""Nhãn: free words a unit puts on its cases. No themes (chuyên đề): nothing counts them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from cases.querysets.case import OfCaseQuerySet
from cases.querysets.tag import TagQuerySet
from officers.models import Unit
from thads.common.models import VersionedModel


class Tag(VersionedModel):
    """A word of a unit, with a colour (``#rrggbb``). Its name is its own within the unit."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=100)
    colour = models.CharField(max_length=7)

    objects: ClassVar = TagQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "name"], name="tag_once", condition=Q(deleted_at__isnull=True)
            ),
            models.CheckConstraint(condition=Q(colour__regex=r"^#[0-9a-f]{6}$"), name="tag_colour"),
        ]

    def __str__(self) -> str:
        return self.name


class CaseTag(models.Model):
    """A tag on a case, from when to when."""

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="case_tags", db_index=False)
    tag = models.ForeignKey(Tag, models.PROTECT, related_name="case_tags", db_index=False)
    tagged_at = models.DateTimeField()
    tagged_by = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=200, null=True)

    objects: ClassVar = OfCaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "tag"], name="case_tag_once", condition=Q(ended_at__isnull=True)
            )
        ]
        indexes = [
            models.Index(fields=["tag", "case"], name="case_tag_by_tag", condition=Q(ended_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.tag_id}"
