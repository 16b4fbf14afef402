"""People who sign in."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property

from officers.models.assignment import Assignment
from officers.models.officer import Officer
from officers.roles import ROLES
from thads.common.principal import Principal


class User(AbstractUser):
    """An account. Its role and its unit are those of its officer's assignment on the day; without an officer
    it sees nothing.
    """

    officer = models.ForeignKey(
        Officer, null=True, blank=True, on_delete=models.SET_NULL, related_name="users"
    )

    @cached_property
    def principal(self) -> Principal:
        """As whom this person acts today. Of several assignments the one that stands first among the roles
        counts.
        """
        name = self.get_full_name() or self.get_username()
        if self.officer_id is None:
            return Principal("USER", self.pk, name, "", None)
        precedence = [role.code for role in ROLES]
        held = list(Assignment.objects.filter(officer=self.officer_id).valid_on(timezone.localdate()))
        if not held:
            return Principal("USER", self.pk, name, "", None, self.officer_id)
        main = min(held, key=lambda one: (precedence.index(one.role), one.pk))
        return Principal("USER", self.pk, name, main.role, main.unit_id, self.officer_id)
