"""What cases and judgments are found by: the words of their numbers and of their parties' names."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from cases.querysets.case import OfCaseQuerySet
from cases.querysets.judgment import OfJudgmentQuerySet


class CaseSearch(models.Model):
    """The words of one case (``thads.common.plain_text``), each behind the key of the unit that holds the
    case: ``165:nguyen``. So a unit's words are an index of its own inside the one index, and what is asked
    for a unit reads the postings of that unit and no others.

    A projection of the case, its judgment and its parties, written with them
    (``cases.actions.search_words``).
    """

    case = models.OneToOneField("cases.Case", models.CASCADE, primary_key=True, related_name="search")
    words = SearchVectorField()

    objects: ClassVar = OfCaseQuerySet.as_manager()

    class Meta:
        indexes = [
            # New rows wait in a list that every search reads through; it is kept short.
            GinIndex(fields=["words"], name="case_search_words", gin_pending_list_limit=256)
        ]

    def __str__(self) -> str:
        return str(self.case_id)


class JudgmentSearch(models.Model):
    """The words of a judgment that a unit has received, and of the parties that the court named with it,
    each behind the key of that unit. What came in with a case is found by the words of the case.
    """

    judgment = models.OneToOneField("cases.Judgment", models.CASCADE, primary_key=True, related_name="search")
    words = SearchVectorField()

    objects: ClassVar = OfJudgmentQuerySet.as_manager()

    class Meta:
        indexes = [GinIndex(fields=["words"], name="judgment_search_words", gin_pending_list_limit=256)]

    def __str__(self) -> str:
        return str(self.judgment_id)
