"""Abstract models: what tables of several apps have in common. No tables here."""

from __future__ import annotations

from typing import Any, ClassVar

import pgtrigger
from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

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
