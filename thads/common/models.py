"""Abstract models: what tables of several apps have in common. No tables here."""

from __future__ import annotations

from typing import Any, ClassVar, Self, TypeVar

import pgtrigger
from django.apps import apps
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from thads.common.scoping import Scope

#: The role the service runs under. It may add to an append-only table and nothing else.
APP_ROLE = "thads_app"


class AppendOnlyModel(models.Model):
    """Rows that are written once and stay.

    Two walls: the application's role has no right to change or remove them (``revoke_on_append_only``), and a
    trigger stops the
    owner's slips. A mistake is answered by another row.
    """

    append_only: ClassVar[bool] = True

    class Meta:
        abstract = True
        triggers = [
            # Not pgtrigger.Protect: that one cannot watch TRUNCATE together with the others at statement
            # level.
            pgtrigger.Trigger(
                name="append_only",
                operation=pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
                when=pgtrigger.Before,
                level=pgtrigger.Statement,
                func="RAISE EXCEPTION 'append-only: % on %', TG_OP, TG_TABLE_NAME;",
            )
        ]


Row = TypeVar("Row", bound=models.Model)


class ClockTimestamp(models.Func):
    """Now, at this very statement: inside one transaction it goes on (``now()`` does not)."""

    function = "clock_timestamp"
    arity = 0
    output_field: ClassVar[models.Field[Any, Any]] = models.DateTimeField()


class VersionedQuerySet(models.QuerySet[Row]):
    """Rows of a versioned model; a subclass says in ``within`` which of them belong to a scope."""

    def within(self, scope: Scope) -> Self:
        """Every row of the scope, the removed ones too: for who asks what has changed since a moment."""
        raise NotImplementedError(f"{type(self).__name__} does not say what belongs to a scope")

    def standing(self) -> Self:
        """The rows that have not been removed."""
        return self.filter(deleted_at=None)

    def visible_to(self, scope: Scope) -> Self:
        """The rows of the scope that stand."""
        return self.within(scope).standing()


class VersionedModel(models.Model):
    """A row that people change, and nobody ever really deletes.

    ``version`` rises by one with every write that changes something; ``modified_at`` is the moment of the
    last of them, by the database's clock, taken under the row's lock; ``deleted_at`` is when it was removed.
    Written through ``thads.common.versions``.
    """

    public_id = models.UUIDField(unique=True, editable=False, db_default=RandomUUID())
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)
    modified_at = models.DateTimeField(db_default=ClockTimestamp(), editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True


def append_only_models() -> list[type[models.Model]]:
    """Every concrete model that is marked append-only."""
    return [model for model in apps.get_models() if getattr(model, "append_only", False)]


def revoke_on_append_only(connection: BaseDatabaseWrapper) -> None:
    """Take UPDATE, DELETE and TRUNCATE on append-only tables from the application's role. Run by the owner
    after ``migrate``.
    """
    with connection.cursor() as cursor:
        for model in append_only_models():
            table: Any = connection.ops.quote_name(model._meta.db_table)
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {APP_ROLE}")
