"""Courts, with the days they existed: who issues the judgments that are enforced."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q


class CourtQuerySet(models.QuerySet["Court"]):
    def valid_on(self, day: dt.date) -> CourtQuerySet:
        """Courts that existed on ``day``; both ends of the validity are days on which the court exists."""
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gte=day)
        )


class Court(models.Model):
    """A court (tòa án). Reference data from ``rules/data/courts.toml``; no date = open on that side."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    objects = CourtQuerySet.as_manager()

    class Meta:
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                name="cases_court_validity",
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
            ),
        )

    def __str__(self) -> str:
        return self.name
