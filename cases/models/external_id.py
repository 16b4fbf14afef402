"""Mã của hệ thống khác: what partners call our nouns."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import ClassVar

from django.db import models
from django.db.models import Q

#: The nouns that may bear a key of another system, as their columns are named.
NOUNS = ("judgment", "party", "case", "act", "document", "request")


def _only(noun: str) -> Q:
    """That this noun is named and no other."""
    return Q(**{f"{one}__isnull": one != noun for one in NOUNS})


_ONE_NOUN = reduce(or_, map(_only, NOUNS))


class ExternalId(models.Model):
    """The key (``value``) by which another ``system`` knows one of our nouns; one key of one system names one
    row of a noun at a time. A key taken off keeps its row, with the day on which it ended.
    """

    system = models.CharField(max_length=40)
    value = models.CharField(max_length=200)
    judgment = models.ForeignKey(
        "cases.Judgment", models.PROTECT, null=True, related_name="external_ids", db_index=False
    )
    party = models.ForeignKey(
        "cases.Party", models.PROTECT, null=True, related_name="external_ids", db_index=False
    )
    case = models.ForeignKey(
        "cases.Case", models.PROTECT, null=True, related_name="external_ids", db_index=False
    )
    act = models.ForeignKey(
        "cases.Act", models.PROTECT, null=True, related_name="external_ids", db_index=False
    )
    document = models.ForeignKey(
        "cases.Document", models.PROTECT, null=True, related_name="external_ids", db_index=False
    )
    request = models.ForeignKey(
        "cases.EnforcementRequest", models.PROTECT, null=True, related_name="external_ids", db_index=False
    )
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_ONE_NOUN, name="external_id_of_one_noun"),
            *(
                models.UniqueConstraint(
                    fields=["system", "value"],
                    condition=Q(ended_at__isnull=True, **{f"{noun}__isnull": False}),
                    name=f"external_id_once_{noun}",
                )
                for noun in NOUNS
            ),
        ]
        indexes = [
            models.Index(
                fields=[noun], condition=Q(**{f"{noun}__isnull": False}), name=f"external_id_by_{noun}"
            )
            for noun in NOUNS
        ]

    def __str__(self) -> str:
        return f"{self.system}:{self.value}"
