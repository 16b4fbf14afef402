"""The tests' own databases: the roles are the service's, and cleaning leaves what was there before."""

from __future__ import annotations

import threading
from typing import Any

import psycopg
import pytest
from django.db import connection, connections

from tests.databases import TestDatabase, at_database, drop, maintenance
from thads.runtime.models import Milestone, MilestoneName


@pytest.mark.django_db
def test_tests_work_as_the_application_role() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_user, rolsuper, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = current_user"
        )
        assert cursor.fetchone() == ("thads_app", False, False, False)


@pytest.mark.django_db
def test_the_application_role_may_not_truncate_or_make_tables() -> None:
    for statement in (
        "TRUNCATE runtime_milestone",
        "CREATE TABLE mine (id int)",
        "ALTER TABLE runtime_milestone ADD x int",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), psycopg.connect(**_parameters()) as other:
            other.execute(statement)


def _parameters() -> dict[str, Any]:
    known = connections["default"].settings_dict
    return {
        "host": known["HOST"],
        "port": known["PORT"],
        "user": known["USER"],
        "password": known["PASSWORD"],
        "dbname": known["NAME"],
    }


def test_cleaning_takes_back_what_was_committed(committed_database: TestDatabase) -> None:
    with psycopg.connect(committed_database.owner_url) as owner:
        before = _counts(owner)
    Milestone.reach(MilestoneName.DEMO_LOADED)
    seen: list[int] = []

    def look() -> None:
        seen.append(Milestone.objects.count())
        connections.close_all()

    other = threading.Thread(target=look)
    other.start()
    other.join()
    assert seen == [1]
    committed_database.clean()
    with psycopg.connect(committed_database.owner_url) as owner:
        assert _counts(owner) == before


def test_a_database_is_dropped_with_whoever_is_connected(test_database: TestDatabase) -> None:
    name, servers = f"{test_database.name}_spare", test_database.servers
    with maintenance(servers) as owner:
        owner.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
        idle = [psycopg.connect(at_database(url, name)) for url in (servers.app_url, servers.owner_url)]
        drop(servers, owner, name)
        drop(servers, owner, name)  # one that is not there is no mistake
        assert not owner.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    for session in idle:
        with pytest.raises(psycopg.OperationalError):
            session.execute("SELECT 1")
        session.close()


def _counts(owner: psycopg.Connection[Any]) -> dict[str, int]:
    names = owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    counts = {}
    for (name,) in names:
        row = owner.execute(
            psycopg.sql.SQL("SELECT count(*) FROM {}").format(psycopg.sql.Identifier(name))
        ).fetchone()
        counts[name] = row[0] if row else 0
    return counts
