"""The two database roles and what each may do.

``thads_owner`` makes the tables, ``thads_app`` works in them. The second one never gets TRUNCATE, and loses
UPDATE and DELETE on the append-only tables after every migration
(``thads.common.models.revoke_on_append_only``).
"""

from __future__ import annotations

from typing import Any

from psycopg import Connection, sql

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


#: Run as the owner inside a database, before the first table; says what every table made later grants to the
#: other role.
DEFAULT_PRIVILEGES = (
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO {app}",
)
