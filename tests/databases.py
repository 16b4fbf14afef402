"""Databases for the tests: made as the owner, used as the application."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any

import psutil
import psycopg
import redis
from psycopg import sql

from thads.runtime.addresses import django_database, postgres_url
from thads.runtime.embedded import Joined, join, needs_embedded
from thads.runtime.places import default_data_dir
from thads.runtime.roles import drop_database

PREFIX = "test_thads_"
#: Names in which the lock of all test processes on a server is known; any number that nobody else uses.
LOCK = 743_201_115
LOCK_PATIENCE = "15s"
KEPT = "reference_copy"


@dataclass
class Servers:
    """Addresses of the servers under test."""

    app_url: str
    owner_url: str
    redis_url: str
    joined: Joined | None = None

    def leave(self) -> None:
        if self.joined is not None:
            self.joined.leave()


def find_servers() -> Servers:
    """The servers of the environment, else embedded ones in a folder for tests, which do not care for the
    disk.
    """
    if not needs_embedded(os.environ):
        return Servers(os.environ["DATABASE_URL"], os.environ["DATABASE_OWNER_URL"], os.environ["REDIS_URL"])
    joined = join(default_data_dir() / "test", fast=True)
    known = joined.environment
    return Servers(known["DATABASE_URL"], known["DATABASE_OWNER_URL"], known["REDIS_URL"], joined)


def at_database(url: str, name: str) -> str:
    """The same role at another database of the same server."""
    entry = django_database(url)
    return postgres_url(
        user=entry["USER"],
        password=entry["PASSWORD"],
        name=name,
        host=entry["HOST"],
        port=entry["PORT"] or 5432,
    )


def run_number() -> int:
    """The process whose end makes the databases of this run useless."""
    return os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()


def maintenance(servers: Servers) -> psycopg.Connection[Any]:
    """The owner's connection from which databases are made; one test process at a time."""
    connection = psycopg.connect(at_database(servers.owner_url, "postgres"), autocommit=True)
    connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    return connection


def drop(servers: Servers, connection: psycopg.Connection[Any], name: str) -> None:
    """Drop a database together with whoever is still connected."""
    with psycopg.connect(at_database(servers.app_url, "postgres"), autocommit=True) as app:
        drop_database(name, owner=connection, app=app)


def end_leftovers(servers: Servers) -> None:
    """Drop the databases of test runs that were killed."""
    with maintenance(servers) as connection:
        names = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX]
        ).fetchall()
        for (name,) in names:
            number = name.removeprefix(PREFIX).split("_")[0]
            if not (number.isdigit() and psutil.pid_exists(int(number))):
                drop(servers, connection, name)


@dataclass
class TestDatabase:
    """The database of one test process."""

    __test__ = False

    servers: Servers
    worker: str

    @property
    def name(self) -> str:
        return f"{PREFIX}{run_number()}_{self.worker}"

    @property
    def template(self) -> str:
        return f"{PREFIX}{run_number()}_template"

    @property
    def owner_url(self) -> str:
        return at_database(self.servers.owner_url, self.name)

    @property
    def app_url(self) -> str:
        return at_database(self.servers.app_url, self.name)

    @property
    def environment(self) -> dict[str, str]:
        """What another process needs to work in this database with the keys of this one."""
        from django.conf import settings

        return {
            "DATABASE_URL": self.app_url,
            "DATABASE_OWNER_URL": self.owner_url,
            "REDIS_URL": self.servers.redis_url,
            "THADS_SECRET_KEY": settings.SECRET_KEY,
            "THADS_IDENTIFIER_KEY": settings.THADS_IDENTIFIER_KEY,
            "THADS_API_KEY_PEPPER": settings.THADS_API_KEY_PEPPER,
        }

    def make(self) -> None:
        """Copy the template of this run, which the first process to come makes."""
        with maintenance(self.servers) as connection:
            known = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [self.template]
            ).fetchone()
            if not known:
                draft = f"{self.template}_draft"
                drop(self.servers, connection, draft)
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
                self._fill(draft)
                connection.execute(
                    sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                        sql.Identifier(draft), sql.Identifier(self.template)
                    )
                )
            drop(self.servers, connection, self.name)
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                    sql.Identifier(self.name), sql.Identifier(self.template)
                )
            )
        self._use(self.servers.app_url, self.name)

    def drop(self) -> None:
        from django.db import connections

        connections.close_all()
        with maintenance(self.servers) as connection:
            drop(self.servers, connection, self.name)
            if self.worker == "main":
                drop(self.servers, connection, self.template)

    def _use(self, url: str, name: str) -> None:
        """Point Django's connection at this role and database."""
        from django.db import connections

        connection = connections["default"]
        connection.close()
        entry = django_database(at_database(url, name))
        # No connection outlives its use here, so that no idle one is in the way of the cleaning.
        entry |= {"CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": False}
        connection.settings_dict.update(entry)

    def _fill(self, name: str) -> None:
        from django.core.management import call_command

        self._use(self.servers.owner_url, name)
        call_command("migrate", verbosity=0, interactive=False)
        self._use(self.servers.app_url, name)
        call_command("load_reference", verbosity=0)
        self._use(self.servers.app_url, name)  # closes the connection
        with psycopg.connect(at_database(self.servers.owner_url, name)) as owner:
            owner.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(KEPT)))
            for table in _tables(owner):
                source = sql.Identifier("public", table)
                if owner.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(source)).fetchone():
                    owner.execute(
                        sql.SQL("CREATE TABLE {} AS TABLE {}").format(sql.Identifier(KEPT, table), source)
                    )

    def clean(self) -> None:
        """Everything as it was after the reference data: done by the owner, in one transaction, with triggers
        off.
        """
        from django.db import connections

        connections.close_all()
        with psycopg.connect(self.owner_url) as owner:
            owner.execute(sql.SQL("SET lock_timeout = {}").format(sql.Literal(LOCK_PATIENCE)))
            tables = [sql.Identifier("public", table) for table in _tables(owner)]
            for table in tables:
                owner.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(table))
            owner.execute(sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(tables)))
            for table, columns in _kept_columns(owner):
                owner.execute(
                    sql.SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {}").format(
                        sql.Identifier("public", table), columns, columns, sql.Identifier(KEPT, table)
                    )
                )
            owner.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in tables:
                owner.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(table))
        with redis.Redis.from_url(self.servers.redis_url) as broker:
            broker.flushdb()


def _tables(owner: psycopg.Connection[Any]) -> list[str]:
    rows = owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    return [name for (name,) in rows]


def _kept_columns(owner: psycopg.Connection[Any]) -> list[tuple[str, sql.Composed]]:
    """Each kept table with its columns that can be written."""
    rows = owner.execute(
        """
        SELECT kept.relname, array_agg(a.attname ORDER BY a.attnum)
        FROM pg_class kept
        JOIN pg_class origin ON origin.relname = kept.relname AND origin.relnamespace = 'public'::regnamespace
        JOIN pg_attribute a ON a.attrelid = origin.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        WHERE kept.relnamespace = %s::regnamespace AND kept.relkind = 'r' AND origin.relkind = 'r'
        GROUP BY kept.relname
        """,
        [KEPT],
    )
    return [(table, sql.SQL(", ").join(map(sql.Identifier, columns))) for table, columns in rows]
