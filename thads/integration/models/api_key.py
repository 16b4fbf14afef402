"""Keys by which programs sign in."""

from __future__ import annotations

from django.db import models

from officers.models import Officer, Unit
from officers.roles import ROLE_NAMES
from thads.common.labels import choices
from thads.common.principal import Principal


class ApiKey(models.Model):
    """A key ``thads_<id>_<secret>``: what it may do, where, and until when. Of the secret only a peppered
    hash is kept.
    """

    name = models.CharField(max_length=100)
    secret_hash = models.CharField(max_length=64, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=choices(ROLE_NAMES))
    officer = models.ForeignKey(Officer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="Chính xác đến một phút.")

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
        return Principal("API_KEY", self.pk, self.name, self.role, self.unit_id, self.officer_id)
