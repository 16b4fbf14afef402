"""Thousands of rows in one statement: written by COPY, found by their keys."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models


def copy_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows of ``model`` through COPY in the current transaction. Columns are database names; what is
    left out takes its default.
    """
    quote = connection.ops.quote_name
    names = ", ".join(quote(column) for column in columns)
    statement = f"COPY {quote(model._meta.db_table)} ({names}) FROM STDIN"
    # Django turns the driver's errors into its own for execute and fetch, not for COPY.
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


@models.ForeignObject.register_lookup
@models.Field.register_lookup
class Among(models.Lookup):  # type: ignore[type-arg]
    """``column = ANY(array)``: what ``in`` says, as one parameter however many values there are."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        kind = self.lhs.output_field.db_type(connection)
        return f"{column} = ANY(%s::{kind}[])", (*params, list(self.rhs))


def next_ids(model: type[models.Model], count: int) -> list[int]:
    """``count`` fresh primary keys of ``model``."""
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return [row[0] for row in cursor.fetchall()]
