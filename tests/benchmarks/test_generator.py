"""A multiplied nation is as right as one that was written case by case."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from benchmarks.generator import generate
from cases.models import Act, Case
from cases.querysets.lives import lives
from cases.rules.fold import fold
from cases.rules.tables import tables
from officers.models import Unit
from reports import rebuild
from reports.models import Movement
from tests.databases import TestDatabase
from thads.jobs.models import Job

#: Enough blocks for a department of two: one for Da Nang, one for each of the others, one more.
BLOCK, BLOCKS, DEPARTMENTS = 40, 4, 2


@pytest.fixture
def nation(committed_database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> TestDatabase:
    monkeypatch.setattr("benchmarks.generator.DEPARTMENTS", DEPARTMENTS)
    generate(BLOCK * BLOCKS, committed_database.owner_url, block=BLOCK, say=lambda line: None)
    return committed_database


def schema(database: TestDatabase) -> dict[str, list[Any]]:
    """Every constraint and every index, as they are written down."""
    with psycopg.connect(database.owner_url) as owner:
        return {
            name: owner.execute(statement).fetchall()  # type: ignore[call-overload]
            for name, statement in {
                "constraints": """
                    SELECT conrelid::regclass::text, conname, convalidated, pg_get_constraintdef(oid)
                    FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1, 2
                """,
                "indexes": """
                    SELECT indexrelid::regclass::text, indisvalid, pg_get_indexdef(indexrelid)
                    FROM pg_index ORDER BY 1
                """,
            }.items()
        }


def test_a_multiplied_nation_stands_up_to_a_rebuild(nation: TestDatabase) -> None:
    assert Case.objects.count() == BLOCK * BLOCKS
    assert Unit.objects.count() == 8 * (1 + DEPARTMENTS)
    of = {
        code: Case.objects.filter(unit__in=Unit.objects.subtree(Unit.objects.get(code=code))).count()
        for code in ("DN", "P01", "P02")
    }
    assert of == {"DN": BLOCK, "P01": 2 * BLOCK, "P02": BLOCK}
    job = Job.objects.create(kind="REBUILD", params={}, submitted_by="TEST")
    found = rebuild.run(job)
    assert found == {
        "cases": BLOCK * BLOCKS,
        "movements_changed": 0,
        "not_counted": 0,
        "totals_changed": 0,
    }


def test_the_projections_of_a_copy_are_those_of_its_acts(nation: TestDatabase) -> None:
    rows = Case.objects.values_list("id", "unit_id", "officer_id", "bucket", "due", "remaining", "version")
    known = {key: (unit, officer, *rest) for key, unit, officer, *rest in rows}
    told = lives(list(known), tables())
    for key, life in told.items():
        state = fold(life)
        folded = (state.holder.unit, state.holder.officer, state.bucket, state.due, state.remaining)
        assert (*folded, 1 + len(life.acts)) == known[key]


def test_recordings_are_spread_and_in_order(nation: TestDatabase) -> None:
    years = set(Movement.objects.values_list("recorded_at__year", flat=True))
    assert {2020, 2023, 2026} <= years
    before: dict[int, Any] = {}
    acts = Act.objects.order_by("case_id", "seq").values_list("case_id", "recorded_at", "effective_on")
    for case, recorded_at, effective_on in acts:
        assert case not in before or before[case] < recorded_at
        assert recorded_at.date() >= effective_on
        before[case] = recorded_at


def test_indexes_and_constraints_are_back(committed_database: TestDatabase) -> None:
    before = schema(committed_database)
    generate(2 * BLOCK, committed_database.owner_url, block=BLOCK, say=lambda line: None)
    assert schema(committed_database) == before
