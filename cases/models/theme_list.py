"""Danh sách việc theo chuyên đề do cấp trên giao: what puts cases under a theme assigned from above."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from cases.querysets.theme import ThemeListQuerySet
from officers.models import Unit
from thads.common.models import AppendOnlyModel


class ThemeList(AppendOnlyModel):
    """A document that lists cases under a theme, as ``unit`` has received it. Written once; the next list
    says what has changed since.

    ``whole``: it names every case of the unit and those below it, so that it ended the theme of all others.
    ``named`` cases stand on it; ``added`` of them had not had the theme, and ``ended`` others lost it.
    """

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    theme = models.CharField(max_length=32)
    document_number = models.CharField(max_length=200)
    document_date = models.DateField()
    issuer = models.CharField(max_length=500)
    from_on = models.DateField()
    whole = models.BooleanField()
    named = models.PositiveIntegerField()
    added = models.PositiveIntegerField()
    ended = models.PositiveIntegerField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=200)

    objects: ClassVar = ThemeListQuerySet.as_manager()

    class Meta(AppendOnlyModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "theme", "document_number", "document_date", "issuer"], name="theme_list_once"
            ),
            models.CheckConstraint(condition=Q(named__gt=0, added__lte=F("named")), name="theme_list_names"),
        ]

    def __str__(self) -> str:
        return f"{self.document_number} {self.document_date}"
