"""Statements asked with every request: PostgreSQL plans them once for a connection, not each time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from psycopg import Cursor

Row = tuple[Any, ...]


def rows_of(statement: str, params: Sequence[Any] = ()) -> list[Row]:
    """The rows that a statement gives. ``statement`` is the same text each time, all that differs is in
    ``params``, which PostgreSQL gets beside it. Other statements are not planned that way: the
    ``prepare_threshold`` of the connection (``thads.runtime.addresses``) leaves it to who asks for it.
    """
    if connection.queries_logged:
        # Whoever looks at what is asked sees it whole.
        with connection.cursor() as plain:
            plain.execute(statement, params)
            return plain.fetchall()
    connection.ensure_connection()
    connection.validate_no_broken_transaction()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(statement, params, prepare=True)  # type: ignore[arg-type]  # text of our own
        return cursor.fetchall()


def row_of(statement: str, params: Sequence[Any] = ()) -> Row | None:
    """The first row that a statement gives, if it gives any."""
    rows = rows_of(statement, params)
    return rows[0] if rows else None
