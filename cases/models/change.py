"""Sửa đổi: what of a case was put right without an act."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from cases.querysets.case import OfCaseQuerySet
from thads.common.models import AppendOnlyModel


class CaseChange(AppendOnlyModel):
    """That the data of a party, or the words of the judgment, were put right, and what stood before.

    ``version`` is that of the case with it. ``before_sealed`` is the sealed JSON of the values before, by
    field, of a party: what somebody was called is as personal as what he is called.
    """

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="changes", db_index=False)
    version = models.PositiveIntegerField()
    type = models.CharField(max_length=40)
    party = models.ForeignKey("cases.Party", models.PROTECT, null=True, related_name="changes")
    fields = models.JSONField()
    before_sealed = models.BinaryField(null=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=200)

    objects: ClassVar = OfCaseQuerySet.as_manager()

    class Meta(AppendOnlyModel.Meta):
        constraints = [models.UniqueConstraint(fields=["case", "version"], name="case_change_version")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.version}"
