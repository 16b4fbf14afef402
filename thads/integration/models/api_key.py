"""Keys by which programs sign in."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models

from officers.models import Officer, Unit
from officers.roles import ROLE_NAMES
from thads.common.errors import BadRequest, Fault
from thads.common.labels import choices
from thads.common.models import VersionedModel, VersionedQuerySet
from thads.common.principal import Principal
from thads.common.scoping import Scope


class ApiKeyQuerySet(VersionedQuerySet["ApiKey"]):
    def within(self, scope: Scope) -> Self:
        return self.filter(unit__among=scope.unit_ids)


class ApiKey(VersionedModel):
    """A key ``thads_<id>_<secret>``: what it may do, where, from where and until when. Of the secret only a
    peppered hash is kept.

    ``permissions`` are all it may do of what its role may; with none, everything. ``networks`` (CIDR) are
    where it may be used from; with none, anywhere.
    """

    name = models.CharField(max_length=100)
    secret_hash = models.CharField(max_length=64, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=choices(ROLE_NAMES))
    officer = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    permissions = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    networks = ArrayField(models.CharField(max_length=50), default=list, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="Chính xác đến một phút.")

    objects = ApiKeyQuerySet.as_manager()

    #: The unit and those below it (keys), where they were read with the key.
    subtree: frozenset[int] | None = None

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="integration_api_key_role", condition=models.Q(role__in=list(ROLE_NAMES))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.name}"

    @property
    def principal(self) -> Principal:
        permissions = frozenset(self.permissions) if self.permissions else None
        return Principal(
            "API_KEY",
            self.pk,
            self.name,
            self.role,
            self.unit_id,
            self.officer_id,
            permissions,
            subtree=self.subtree,
        )

    def acting_as(self, capacity: str) -> Principal:
        """A key has one capacity. Raises BadRequest."""
        raise BadRequest(Fault("ACT_AS_KEY"))
