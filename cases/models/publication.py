"""Công khai thông tin người phải thi hành án chưa có điều kiện: a debtor on the public list."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from cases.querysets.publication import PublicationQuerySet
from officers.models import Officer, Unit


class Publication(models.Model):
    """One debtor, published by one act of his case (L25 Đ38.2; D152 Đ23).

    A projection of the acts (``cases.rules.publications``), written with them by
    ``cases.actions.publications`` alone. ``lapsed_on``: the day from which the debtor was no longer without
    conditions; from that moment nobody is shown the entry, and the act that ends the publication is due.
    ``ended_on``: the day of that act, at place ``ended_seq``. ``ground`` is that of the decision which
    found conditions lacking on ``ground_on``. ``posted_on``: when the commune posted it. ``unit`` and
    ``officer`` are those of the case; ``words`` are those of the debtor's name, and of nothing else, because
    nobody may find a debtor by who is his creditor.
    """

    public_id = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="publications", db_index=False)
    party = models.ForeignKey("cases.Party", models.PROTECT, related_name="publications")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", db_index=False)
    officer = models.ForeignKey(Officer, models.PROTECT, null=True, related_name="+", db_index=False)
    #: The place of the act that published him.
    act_seq = models.PositiveIntegerField()
    published_on = models.DateField()
    updated_on = models.DateField(null=True)
    posted_on = models.DateField(null=True)
    lapsed_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    ended_seq = models.PositiveIntegerField(null=True)
    ground = models.CharField(max_length=40, blank=True)
    ground_on = models.DateField()
    words = SearchVectorField()

    objects: ClassVar = PublicationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "party", "act_seq"], name="publication_once"),
            models.CheckConstraint(
                condition=Q(ended_on=None, ended_seq=None)
                | Q(ended_on__isnull=False, ended_seq__isnull=False),
                name="publication_ended_by_an_act",
            ),
        ]
        indexes = [
            models.Index(
                fields=["published_on", "id"],
                name="publication_shown",
                condition=Q(lapsed_on=None, ended_on=None),
            ),
            models.Index(
                fields=["unit", "published_on", "id"],
                name="publication_shown_of_unit",
                condition=Q(lapsed_on=None, ended_on=None),
            ),
            models.Index(fields=["unit", "published_on", "id"], name="publication_by_unit"),
            GinIndex(fields=["words"], name="publication_words"),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.published_on}"
