"""The two database roles and what each may do.

``thads_owner`` makes the tables, ``thads_app`` works in them. The second one never gets TRUNCATE, and loses
UPDATE and DELETE on the append-only tables after every migration
(``thads.common.models.revoke_on_append_only``).
"""

from __future__ import annotations

from typing import Any

from psycopg import Connection, errors, sql

OWNER = "thads_owner"
APP = "thads_app"
DATABASE = "thads"


def make_roles(superuser: Connection[Any], passwords: dict[str, str]) -> None:
    """Make or renew both roles and the database. ``superuser`` is in autocommit; may be repeated."""
    for role, extra in ((OWNER, "CREATEDB"), (APP, "NOCREATEDB")):
        known = superuser.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        superuser.execute(
            sql.SQL(
                "{verb} ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION {extra} "
                "PASSWORD {password}"
            ).format(
                verb=sql.SQL("ALTER" if known else "CREATE"),
                role=sql.Identifier(role),
                extra=sql.SQL(extra),
                password=sql.Literal(passwords[role]),
            )
        )
    if not superuser.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
        superuser.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
        )


_END_OWN_SESSIONS = """
    SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = %s AND usename = current_user AND pid <> pg_backend_pid()
"""
#: Whoever is just about to end may begin one more session between the two steps.
_DROP_ATTEMPTS = 3


def drop_database(name: str, *, owner: Connection[Any], app: Connection[Any]) -> None:
    """Drop a database together with whoever is still connected, if it is there. Both are in autocommit and
    connected to another one; each role may end its own sessions only. Raises psycopg.errors.ObjectInUse.

    Not ``WITH (FORCE)``: that asks for the right to end an autovacuum worker too, which the owner has not,
    and fails where the plain form sends the worker away.
    """
    for attempt in range(1, _DROP_ATTEMPTS + 1):
        for role in (app, owner):
            role.execute(_END_OWN_SESSIONS, [name])
        try:
            owner.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        except errors.ObjectInUse:
            if attempt == _DROP_ATTEMPTS:
                raise
        else:
            return


#: Run as the owner inside a database, before the first table; says what every table made later grants to the
#: other role.
DEFAULT_PRIVILEGES = (
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {app}",
)
