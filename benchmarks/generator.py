"""A national register of any size, in minutes.

One department is made the way every register is: people, stories, plans, writing, counting. So its rows are
right by construction. The others are that department over again under keys, codes and public ids of their
own, multiplied inside the database while no index, foreign key or trigger is in the way; these are put back
afterwards, and PostgreSQL checks what they stand for. Deterministic but for public ids and moments.

Department ``P07`` has the units of Da Nang under codes like ``P07.HC`` and officers like ``P07.HC.01``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import psycopg
from django.apps import apps
from django.db import models, transaction
from django.utils import timezone
from psycopg import sql

from cases.actions.plans import plan_story
from cases.actions.register import Register
from cases.actions.write import story_moment, write_stories
from cases.models import Act, ActLine, Asset, Case, CaseTheme, Judgment, Obligation, Party
from officers.models import Assignment, Officer, StaffCount, Unit
from reports.models import CountedCase, Movement, OfficerTotal, TransferTotal, UnitTotal
from thads.integration.demo import register
from thads.integration.demo.people import create_people
from thads.journal import consumers

#: Cases of one department.
BLOCK = 25_000
_CHUNK = 500

#: What a department consists of, in the order in which it is copied.
_TABLES: tuple[type[models.Model], ...] = (
    Unit, Officer, Assignment, StaffCount, Judgment, Case, CaseTheme, Party, Obligation, Asset, Act, ActLine,
    CountedCase, Movement, UnitTotal, OfficerTotal, TransferTotal,
)  # fmt: skip
#: Texts that have to differ between departments: where the code of the first one is replaced, or to what
#: the number of the department is added.
_CODES = {(Unit, "code"), (Officer, "code")}
_NUMBERED = {(Judgment, "issuer")}


def generate(cases: int, owner_url: str, *, block: int = BLOCK, say: Callable[[str], None] = print) -> None:
    """Fill the empty register of Django's database with at least ``cases`` cases: whole departments of
    ``block`` cases each.
    """
    if Case.objects.exists():
        raise RuntimeError("the register has cases already; generate into a fresh data folder")
    departments = max(1, -(-cases // block))
    began = time.monotonic()
    _first(min(cases, block))
    say(f"first department counted after {time.monotonic() - began:.0f} s")
    with psycopg.connect(owner_url, autocommit=True) as owner:
        if departments > 1:
            _multiply(owner, departments - 1, say)
        for model in apps.get_models():
            owner.execute(sql.SQL("VACUUM ANALYZE {}").format(sql.Identifier(model._meta.db_table)))
    say(f"{Case.objects.count()} cases after {time.monotonic() - began:.0f} s")


def _first(cases: int) -> None:
    """The department that the others are copies of."""
    create_people()
    chunk: list[Any] = []

    def write() -> None:
        with transaction.atomic():
            known = Register.load()
            plans = [plan_story(raw, register=known, today=timezone.localdate()) for raw in chunk]
            at = story_moment(plans, known)
            write_stories(plans=plans, register=known, by="SYSTEM:benchmark", at=at)
        chunk.clear()

    for line in register.stories(cases):
        chunk.append(orjson.loads(line))
        if len(chunk) == _CHUNK:
            write()
    if chunk:
        write()
    consumers.catch_up()


def _multiply(owner: psycopg.Connection[Any], copies: int, say: Callable[[str], None]) -> None:
    owner.execute("SET maintenance_work_mem = '1GB'")
    owner.execute("SET synchronous_commit = off")
    spans = {model: _span(owner, model) for model in _TABLES}
    with _bare(owner, [model._meta.db_table for model in _TABLES], say):
        for model in _TABLES:
            began = time.monotonic()
            rows = owner.execute(_copies(model, spans), [copies]).rowcount
            say(f"  {model._meta.db_table}: {rows} rows in {time.monotonic() - began:.0f} s")
    for model in _TABLES:
        key = model._meta.pk
        assert key is not None
        if isinstance(key, models.AutoField | models.BigAutoField):
            owner.execute(
                sql.SQL("SELECT setval(pg_get_serial_sequence({}, 'id'), (SELECT max(id) FROM {}))").format(
                    sql.Literal(model._meta.db_table), sql.Identifier(model._meta.db_table)
                )
            )


def _span(owner: psycopg.Connection[Any], model: type[models.Model]) -> int:
    """By how much the keys of one department lie apart from those of the next."""
    key = model._meta.pk
    assert key is not None
    row = owner.execute(
        sql.SQL("SELECT coalesce(max({}), 0) FROM {}").format(
            sql.Identifier(key.column), sql.Identifier(model._meta.db_table)
        )
    ).fetchone()
    assert row is not None
    return int(row[0])


def _copies(model: type[models.Model], spans: dict[type[models.Model], int]) -> sql.Composed:
    """Every row once more for each further department, one department's rows between the others', as a nation
    at work writes them.
    """
    columns, values = [], []
    for field in model._meta.concrete_fields:
        columns.append(sql.Identifier(field.column))
        values.append(_value(model, field, spans))
    return sql.SQL(
        "INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {values} FROM {table} t "
        "CROSS JOIN LATERAL generate_series(1, %s) AS d"
    ).format(
        table=sql.Identifier(model._meta.db_table),
        columns=sql.SQL(", ").join(columns),
        values=sql.SQL(", ").join(values),
    )


def _value(
    model: type[models.Model], field: models.Field[Any, Any], spans: dict[type[models.Model], int]
) -> sql.Composable:
    column = sql.Identifier("t", field.column)
    pointed = field.related_model if field.is_relation else model if field.primary_key else None
    if pointed == "self":
        pointed = model
    if pointed in spans:
        return sql.SQL("{} + d * {}").format(column, sql.Literal(spans[pointed]))  # type: ignore[index]
    if field.name == "public_id":
        return sql.SQL("gen_random_uuid()")
    if (model, field.name) in _CODES:
        return sql.SQL("regexp_replace({}, '^[A-Z]+', 'P' || lpad(d::text, 2, '0'))").format(column)
    if (model, field.name) in _NUMBERED:
        return sql.SQL("{} || ' – P' || lpad(d::text, 2, '0')").format(column)
    return column


@contextmanager
def _bare(owner: psycopg.Connection[Any], tables: list[str], say: Callable[[str], None]) -> Iterator[None]:
    """The tables without secondary indexes, constraints and triggers, which are back afterwards."""
    constraints = owner.execute(
        """
        SELECT conrelid::regclass::text, conname, contype::text, pg_get_constraintdef(oid)
        FROM pg_constraint
        WHERE contype IN ('f', 'u') AND (conrelid::regclass::text = ANY(%(tables)s)
                                         OR confrelid::regclass::text = ANY(%(tables)s))
        ORDER BY contype = 'f', conname
        """,
        {"tables": tables},
    ).fetchall()
    indexes = owner.execute(
        """
        SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
        FROM pg_index i
        WHERE i.indrelid::regclass::text = ANY(%s) AND NOT i.indisprimary
          AND NOT EXISTS (
              SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('u', 'p')
          )
        """,
        [tables],
    ).fetchall()
    for table, name, kind, _ in sorted(constraints, key=lambda one: one[2]):
        if kind == "f":
            owner.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(_named(table), _named(name)))
    for table, name, kind, _ in constraints:
        if kind == "u":
            owner.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(_named(table), _named(name)))
    for name, _ in indexes:
        owner.execute(sql.SQL("DROP INDEX {}").format(_named(name)))
    for table in tables:
        owner.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(_named(table)))
    yield
    for table in tables:
        owner.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(_named(table)))
    began = time.monotonic()
    for _, definition in indexes:
        owner.execute(definition)
    say(f"  {len(indexes)} indexes in {time.monotonic() - began:.0f} s")
    began = time.monotonic()
    for table, name, _, definition in constraints:
        owner.execute(
            sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} ").format(_named(table), _named(name))
            + sql.SQL(definition)
        )
    say(f"  {len(constraints)} constraints in {time.monotonic() - began:.0f} s")


def _named(name: str) -> sql.Identifier:
    return sql.Identifier(name.strip('"'))
