"""A national register of any size, in minutes.

The first ``BLOCK`` cases, the department of Da Nang, are made the way every register is: people, stories,
plans, writing, counting. So their rows are right by construction. The others are that block over again,
under keys, codes, numbers and public ids of their own, multiplied inside the database while no index and no
foreign key is in the way; these are put back afterwards, and PostgreSQL checks what they stand for. Totals
are those of the block, as often as a department consists of it. Deterministic but for the public ids of the
copies.

Da Nang (``DN``) is one block whatever the size of the nation. Up to 39 more departments, ``P01`` to ``P39``,
share the other blocks: a department of two blocks has twice the cases and twice the officers in the same
eight units, ``P07``, ``P07.HC`` and so on. Of 1,000,000 cases a department has 10,000 (Da Nang), 20,000 or
30,000.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, NamedTuple

import django
import psycopg
from django.db import models
from psycopg import sql

#: Raised when the same number of cases is to become another register: what was generated before goes then.
EDITION = 1
#: Cases of one block.
BLOCK = 10_000
#: Departments beside Da Nang, at the most.
DEPARTMENTS = 39
_CHUNK = 500
#: How many connections work side by side.
_HANDS = 2

Say = Callable[[str], None]


class Span(NamedTuple):
    """Where the keys of a table's copies lie: after ``rows``, the greatest key of the first block, and by
    turns for each of ``copies``.
    """

    rows: int
    copies: int


def _tables() -> tuple[dict[type[models.Model], bool], set[tuple[type[models.Model], str]]]:
    """What a block consists of, and whether a department has it once (True) or with each of its blocks; and
    the sums that grow with the blocks of a department.
    """
    from cases.models import (
        Act,
        ActLine,
        Asset,
        Case,
        CaseSearch,
        CaseTheme,
        Deadline,
        EnforceableStretch,
        Judgment,
        Obligation,
        Party,
    )  # fmt: skip
    from officers.models import Assignment, Officer, StaffCount, Unit
    from reports.models import CountedCase, Movement, OfficerTotal, TransferTotal, UnitTotal

    tables: dict[type[models.Model], bool] = dict.fromkeys((Unit, StaffCount, UnitTotal, TransferTotal), True)
    of_block = (
        Officer, Assignment, Judgment, Case, CaseTheme, CaseSearch, Party, Obligation, Asset, Act, ActLine,
        CountedCase, Movement, OfficerTotal, Deadline,
        EnforceableStretch,
    )  # fmt: skip
    tables |= dict.fromkeys(of_block, False)
    sums = {
        (model, field.name)
        for model in (UnitTotal, TransferTotal)
        for field in model._meta.concrete_fields
        if isinstance(field, models.DecimalField)
    }
    return tables, sums


def generate(cases: int, owner_url: str, *, block: int = BLOCK, say: Say = print) -> None:
    """Fill the empty register of Django's database with ``cases`` cases: whole blocks beyond the first.

    ``owner_url`` is the same database as its owner. Units have to be there (``load_reference``), people and
    cases not.
    """
    from cases.models import Case

    if Case.objects.exists():
        raise RuntimeError("the register has cases already; generate into a fresh database")
    began = time.monotonic()
    _first(min(cases, block))
    say(f"first block of {min(cases, block):,} cases told, written and counted: {_since(began)}")
    copies = max(0, -(-cases // block) - 1)
    if copies:
        _multiply(owner_url, copies, say)
    vacuumed = time.monotonic()
    _side_by_side(
        owner_url, (sql.SQL("VACUUM (ANALYZE) {}").format(_name(t)) for t in _all_tables(owner_url))
    )
    say(f"vacuumed and analysed: {_since(vacuumed)}")
    count = Case.objects.count()
    say(f"{count:,} cases in {_since(began)}: {count / (time.monotonic() - began):,.0f} a second")


def _since(moment: float) -> str:
    return f"{time.monotonic() - moment:.0f} s"


def _first(cases: int) -> None:
    """The block that the others are copies of."""
    from dataclasses import replace

    from django.db import transaction
    from django.utils import timezone

    from benchmarks.stories import SEED, raw_stories, record_of
    from cases.actions.plans import plan_story
    from cases.actions.register import Register
    from cases.actions.write import write_stories
    from thads.integration.demo.chance import source
    from thads.integration.demo.people import create_people
    from thads.journal import consumers, sequencer

    create_people()
    register, chance, today = Register.load(), source(SEED), timezone.localdate()
    for chunk in _chunks(raw_stories(cases), _CHUNK):
        plans = [plan_story(raw, register=register, today=today) for raw in chunk]
        plans = [replace(plan, record=record_of(plan.lawful.story, chance)) for plan in plans]
        with transaction.atomic():
            write_stories(plans=plans, register=register, by="SYSTEM:benchmark", at=timezone.now())
    consumers.catch_up()
    sequencer.sequence_all()


def _chunks(rows: Iterator[Any], size: int) -> Iterator[list[Any]]:
    chunk: list[Any] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


# Copies.


def _multiply(owner_url: str, copies: int, say: Say) -> None:
    tables, sums = _tables()
    departments = min(DEPARTMENTS, copies)
    with psycopg.connect(owner_url, autocommit=True) as owner:
        spans = {
            model: Span(_greatest(owner, model), departments if once else copies)
            for model, once in tables.items()
        }
        _refuse_unheld(owner)
    names = [model._meta.db_table for model in tables]
    with _bare(owner_url, names, say):
        began = time.monotonic()
        # The long ones first, so that the hands end together.
        longest = sorted(tables, key=lambda model: -spans[model].rows)
        rows = _side_by_side(owner_url, (_copies(m, spans, sums, copies, departments) for m in longest))
        say(f"{sum(rows):,} rows multiplied: {_since(began)}")
    with psycopg.connect(owner_url, autocommit=True) as owner:
        for model in tables:
            _set_sequence(owner, model)


def _refuse_unheld(owner: psycopg.Connection[Any]) -> None:
    """What nobody holds would stand in one row for all blocks of a department."""
    found = owner.execute("SELECT FROM reports_officertotal WHERE officer_id IS NULL LIMIT 1").fetchone()
    if found is not None:
        raise RuntimeError("the first block has cases without an officer, and cannot be multiplied")


def _greatest(owner: psycopg.Connection[Any], model: type[models.Model]) -> int:
    statement = sql.SQL("SELECT coalesce(max({}), 0) FROM {}").format(
        _key(model), _name(model._meta.db_table)
    )
    row = owner.execute(statement).fetchone()
    assert row is not None
    return int(row[0])


def _key(model: type[models.Model]) -> sql.Identifier:
    key = model._meta.pk
    assert key is not None and key.column is not None
    return sql.Identifier(key.column)


def _set_sequence(owner: psycopg.Connection[Any], model: type[models.Model]) -> None:
    table = model._meta.db_table
    if not isinstance(model._meta.pk, models.AutoField | models.BigAutoField):
        return
    owner.execute(
        sql.SQL("SELECT setval(pg_get_serial_sequence({}, 'id'), (SELECT max(id) FROM {}))").format(
            sql.Literal(table), _name(table)
        )
    )


def _copies(
    model: type[models.Model],
    spans: dict[type[models.Model], Span],
    sums: set[tuple[type[models.Model], str]],
    copies: int,
    departments: int,
) -> sql.Composed:
    """Every row once more for each copy: one department's rows between the others', as a nation at work
    writes them.
    """
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    # That the series depends on the row keeps the copies of a row together, in the order of the new keys.
    return sql.SQL(
        """
        INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE
        SELECT {values} FROM {table} t CROSS JOIN LATERAL (
            SELECT turn, (turn - 1) % {departments} + 1 AS department,
                   (turn - 1) / {departments} + 1 AS block,
                   ({copies} - turn) / {departments} + 1 AS blocks
            FROM generate_series(1, {turns} + 0 * t.{key}) AS turn
        ) d
        """
    ).format(
        table=_name(model._meta.db_table),
        columns=sql.SQL(", ").join(sql.Identifier(field.column) for field in fields),
        values=sql.SQL(", ").join(_value(model, field, spans, sums) for field in fields),
        departments=sql.Literal(departments),
        copies=sql.Literal(copies),
        turns=sql.Literal(spans[model].copies),
        key=_key(model),
    )


#: Texts that have to differ between departments and between their blocks.
_PREFIX = "'P' || lpad(d.department::text, 2, '0')"
_OTHER_BLOCK = "CASE d.block WHEN 1 THEN '' ELSE '-' || d.block END"
_TEXTS = {
    ("Unit", "code"): f"regexp_replace({{}}, '^[A-Z]+', {_PREFIX})",
    ("Officer", "code"): f"regexp_replace({{}}, '^[A-Z]+', {_PREFIX}) || {_OTHER_BLOCK}",
    ("Judgment", "issuer"): f"{{}} || ' – ' || {_PREFIX} || {_OTHER_BLOCK}",
    ("Case", "decision_number"): f"{{}} || {_OTHER_BLOCK}",
    # That of the block names its units: worked out from the rows, where somebody asks for it.
    ("Case", "content_digest"): "NULL",
}


def _value(
    model: type[models.Model],
    field: models.Field[Any, Any],
    spans: dict[type[models.Model], Span],
    sums: set[tuple[type[models.Model], str]],
) -> sql.Composable:
    column = sql.Identifier("t", field.column)
    pointed = field.related_model if field.is_relation else model if field.primary_key else None
    pointed = model if pointed == "self" else pointed
    if pointed in spans:
        return _moved(column, spans[pointed], once=_is_once(pointed))  # type: ignore[index, arg-type]
    if field.name == "public_id":
        return sql.SQL("gen_random_uuid()")
    if (model, field.name) in sums:
        return sql.SQL("{} * d.blocks").format(column)
    if (model.__name__, field.name) == ("CaseSearch", "words"):
        return _words(column, spans)
    text = _TEXTS.get((model.__name__, field.name))
    return column if text is None else sql.SQL(text).format(column)  # type: ignore[arg-type]


def _words(column: sql.Composable, spans: dict[type[models.Model], Span]) -> sql.Composed:
    """The words of a copy: behind the key of its own unit, and with what its decision number has more."""
    from officers.models import Unit

    unit = sql.SQL("substr(word, 1, strpos(word, ':') - 1)::bigint")
    moved = _moved(unit, spans[Unit], once=True)
    return sql.SQL(
        """
        (SELECT array_to_tsvector(array_agg(new.unit || ':' || new.word)) FROM (
            SELECT {moved} AS unit, substr(word, strpos(word, ':') + 1) AS word
            FROM unnest(tsvector_to_array({column})) AS word
            UNION
            SELECT {moved}, added
            FROM unnest((tsvector_to_array({column}))[1:1]) AS word,
                unnest(ARRAY[d.block::text, 'thads/' || d.block]) AS added
            WHERE d.block > 1
        ) new)
        """
    ).format(moved=moved, column=column)


def _is_once(model: type[models.Model]) -> bool:
    return _tables()[0][model]


def _moved(column: sql.Composable, span: Span, *, once: bool) -> sql.Composed:
    """The key of a copy: after those of the first block, and the copies of a row one after the other."""
    return sql.SQL("{span} + ({column} - 1) * {copies} + {turn}").format(
        span=sql.Literal(span.rows),
        column=column,
        copies=sql.Literal(span.copies),
        turn=sql.SQL("d.department" if once else "d.turn"),
    )


# The tables meanwhile.


@contextmanager
def _bare(owner_url: str, tables: list[str], say: Say) -> Iterator[None]:
    """The tables without foreign keys and without any index but the primary key, which are back afterwards
    under their names.
    """
    with psycopg.connect(owner_url, autocommit=True) as owner:
        foreign = owner.execute(_FOREIGN_KEYS, [tables]).fetchall()
        indexes = owner.execute(_INDEXES, [tables]).fetchall()
        for table, name, _ in foreign:
            owner.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(_name(table), _name(name)))
        for table, name, _, unique in indexes:
            drop = "ALTER TABLE {table} DROP CONSTRAINT {name}" if unique else "DROP INDEX {name}"
            owner.execute(sql.SQL(drop).format(table=_name(table), name=_name(name)))
    yield
    began = time.monotonic()
    _side_by_side(owner_url, (sql.SQL(definition) for _, _, definition, _ in indexes))
    with psycopg.connect(owner_url, autocommit=True) as owner:
        for table, name, _, unique in indexes:
            if unique:
                owner.execute(
                    sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} UNIQUE USING INDEX {}").format(
                        _name(table), _name(name), _name(name)
                    )
                )
        say(f"{len(indexes)} indexes: {_since(began)}")
        began = time.monotonic()
        for table, name, definition in foreign:
            owner.execute(
                sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {} NOT VALID").format(
                    _name(table), _name(name), sql.SQL(definition)
                )
            )
    validate = sql.SQL("ALTER TABLE {} VALIDATE CONSTRAINT {}")
    _side_by_side(owner_url, (validate.format(_name(table), _name(name)) for table, name, _ in foreign))
    say(f"{len(foreign)} foreign keys: {_since(began)}")


_FOREIGN_KEYS = """
    SELECT r.relname, c.conname, pg_get_constraintdef(c.oid)
    FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
    WHERE c.contype = 'f' AND r.relname = ANY(%s) AND r.relnamespace = 'public'::regnamespace
    ORDER BY r.reltuples DESC, c.conname
"""
_INDEXES = """
    SELECT r.relname, x.relname, pg_get_indexdef(i.indexrelid), c.oid IS NOT NULL
    FROM pg_index i JOIN pg_class r ON r.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
    LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype = 'u'
    WHERE NOT i.indisprimary AND r.relname = ANY(%s) AND r.relnamespace = 'public'::regnamespace
    ORDER BY r.relname, x.relname
"""


def _all_tables(owner_url: str) -> list[str]:
    with psycopg.connect(owner_url) as owner:
        rows = owner.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
            "ORDER BY relpages DESC"
        )
        return [name for (name,) in rows.fetchall()]


def _side_by_side(owner_url: str, statements: Iterable[sql.Composable]) -> list[int]:
    """Each statement in a transaction of its own, as many at a time as there are hands. Gives their row
    counts.
    """

    def run(statement: sql.Composable) -> int:
        with psycopg.connect(owner_url, autocommit=True) as owner:
            owner.execute("SET maintenance_work_mem = '768MB'")
            owner.execute("SET work_mem = '256MB'")
            owner.execute("SET synchronous_commit = off")
            return owner.execute(statement).rowcount

    with ThreadPoolExecutor(_HANDS) as pool:
        return list(pool.map(run, statements))


def _name(name: str) -> sql.Identifier:
    return sql.Identifier(name)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--cases", type=int, required=True)
    chosen = parser.parse_args()
    django.setup()
    generate(chosen.cases, os.environ["DATABASE_OWNER_URL"], say=lambda line: print(line, flush=True))
