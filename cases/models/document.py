"""Tài liệu, văn bản: a file that belongs to a case, to an act of it, or to a judgment."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from cases.querysets.document import DocumentQuerySet
from thads.common.models import VersionedModel


class Document(VersionedModel):
    """What is known of a file; its bytes lie in the store of documents under ``sha256``, shared by all rows
    with the same content.

    It belongs to a case (with ``act``: to that act of it) or to a judgment. ``size`` in bytes;
    ``media_type`` is what the content is, whatever was declared. Taken out (``deleted_at``), row and file
    stay.
    """

    case = models.ForeignKey(
        "cases.Case", models.PROTECT, null=True, related_name="documents", db_index=False
    )
    act = models.ForeignKey("cases.Act", models.PROTECT, null=True, related_name="documents", db_index=False)
    judgment = models.ForeignKey(
        "cases.Judgment", models.PROTECT, null=True, related_name="documents", db_index=False
    )
    title = models.CharField(max_length=500)
    kind = models.CharField(max_length=32)
    number = models.CharField(max_length=200, null=True)
    dated_on = models.DateField(null=True)
    file_name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=127)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=200)

    objects: ClassVar = DocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(case__isnull=False, judgment__isnull=True)
                | Q(case__isnull=True, judgment__isnull=False),
                name="document_of_case_or_judgment",
            ),
            models.CheckConstraint(
                condition=Q(act__isnull=True) | Q(case__isnull=False), name="document_act_has_case"
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="document_not_empty"),
        ]
        indexes = [
            models.Index(fields=["case", "id"], name="document_by_case", condition=Q(case__isnull=False)),
            models.Index(
                fields=["judgment", "id"], name="document_by_judgment", condition=Q(judgment__isnull=False)
            ),
            models.Index(fields=["act"], name="document_by_act", condition=Q(act__isnull=False)),
            models.Index(fields=["sha256"], name="document_by_content"),
            models.Index(fields=["modified_at", "id"], name="document_by_modified"),
        ]

    def __str__(self) -> str:
        return self.title
