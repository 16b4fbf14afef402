"""Thousands of rows in one statement: written by COPY, found by their keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
        for row in _readable(model, columns, rows):
            copy.write_row(row)


def _readable(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> Iterable[Sequence[Any]]:
    """The rows with their days and moments as text: few are different, and the driver writes each anew."""
    fields = [model._meta.get_field(column) for column in columns]
    places = [place for place, field in enumerate(fields) if isinstance(field, models.DateField)]
    if not places:
        return rows
    return _with_text(rows, places)


def _with_text(rows: Iterable[Sequence[Any]], places: Sequence[int]) -> Iterator[Sequence[Any]]:
    known: dict[Any, str] = {}
    for row in rows:
        written = list(row)
        for place in places:
            value = written[place]
            if value is not None:
                text = known.get(value)
                if text is None:
                    text = known[value] = str(value)
                written[place] = text
        yield written


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
            "SELECT nextval(sequence) FROM generate_series(1, %s), "
            "(SELECT pg_get_serial_sequence(%s, 'id')::regclass AS sequence OFFSET 0) AS known",
            [count, model._meta.db_table],
        )
        return [row[0] for row in cursor.fetchall()]
