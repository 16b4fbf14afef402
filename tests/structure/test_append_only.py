"""Acts are never edited or deleted: found by mark, tried with all three verbs, as both database roles."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, models, transaction

from cases.models import Act, ActLine
from thads.common.models import append_only_models

VERBS = ("UPDATE {table} SET {column} = {column}", "DELETE FROM {table}", "TRUNCATE {table} CASCADE")


def test_the_acts_are_marked() -> None:
    assert {Act, ActLine} <= set(append_only_models())


@pytest.mark.django_db
@pytest.mark.parametrize("verb", VERBS, ids=["update", "delete", "truncate"])
@pytest.mark.parametrize("model", append_only_models(), ids=lambda model: model.__name__)
def test_the_application_may_only_add(model: type[models.Model], verb: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone()[0] == "thads_app"
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(_statement(model, verb))


@pytest.mark.parametrize("verb", VERBS, ids=["update", "delete", "truncate"])
@pytest.mark.parametrize("model", append_only_models(), ids=lambda model: model.__name__)
def test_the_owner_is_stopped_by_a_trigger(
    model: type[models.Model], verb: str, owner_connection: psycopg.Connection[Any]
) -> None:
    with pytest.raises(psycopg.Error, match="append_only"):
        owner_connection.execute(_statement(model, verb))  # type: ignore[arg-type]


@pytest.mark.django_db
def test_the_application_is_no_owner_and_no_superuser() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == (False, False, False)
        cursor.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user"
        )
        assert cursor.fetchone() == (0,)


def _statement(model: type[models.Model], verb: str) -> str:
    return verb.format(table=model._meta.db_table, column=model._meta.pk.column)
