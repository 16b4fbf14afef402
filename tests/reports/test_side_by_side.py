"""Counting, importing, rebuilding and live work side by side: nobody waits for long, nothing is counted twice."""

from __future__ import annotations

import io
import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
import psycopg
import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cases.models import Case
from cases.querysets.lives import lives
from cases.rules.tables import tables
from officers.models import Unit
from reports import projector, rebuild, totals
from reports.counting.movements import KnownLeg, Leg, known_legs
from reports.models import CountedCase, Movement, OfficerTotal, TransferTotal, UnitTotal
from reports.rebuild import submit_rebuild
from tests.api.clients import caller
from tests.api.test_many_hands import beside, counting, own_connection, recording
from tests.databases import TestDatabase
from tests.live import opening
from tests.registers import bring_in, made_story, numbered
from thads.integration import imports
from thads.integration.imports import EACH, submit_import
from thads.jobs import runner
from thads.jobs.models import Job
from thads.journal import consumers, journal


@pytest.fixture
def three(committed_database: TestDatabase) -> list[int]:
    """Three cases, committed and counted."""
    return bring_in(numbered([made_story()] * 3))


def _mark(*cases: int) -> None:
    """Say again that these cases changed."""
    journal.Stale.objects.bulk_create(
        journal.Stale(consumer=projector.CONSUMER, case_id=case) for case in cases
    )


def _waiting() -> list[int]:
    return sorted(journal.to_do(projector.CONSUMER).values_list("case_id", flat=True))


def _assert_exact() -> None:
    """Movements are the fold of the acts, both clocks, and totals the sum of the movements, row by row."""
    cases = list(Case.objects.order_by("id").values_list("id", flat=True))
    stored: dict[int, list[KnownLeg]] = {case: [] for case in cases}
    rows = Movement.objects.values_list("case_id", "recorded_at", *projector._LEG_COLUMNS)
    for case, recorded_at, *leg in rows:
        stored[case].append(KnownLeg(recorded_at, Leg(*leg)))
    for case, life in lives(cases, tables()).items():
        assert sorted(stored[case], key=repr) == sorted(known_legs(life), key=repr)
    units = list(Unit.objects.values_list("id", flat=True))
    for should, are in zip(totals.expected(units).rows, totals.stored(units).rows, strict=True):
        assert {key: row for key, row in should.items() if any(row)} == are
    assert set(CountedCase.objects.values_list("case_id", flat=True)) == set(cases)


@pytest.fixture
def somebody_else(committed_database: TestDatabase) -> Iterator[psycopg.Connection[Any]]:
    """Another worker, in the middle of a transaction."""
    with psycopg.connect(committed_database.app_url) as other:
        yield other
        other.rollback()


def test_a_case_in_other_hands_is_passed_by(three: list[int], somebody_else: psycopg.Connection[Any]) -> None:
    """Nobody waits for it as long as there is anything else to do, and its mark stays."""
    somebody_else.execute("SELECT FROM reports_countedcase WHERE case_id = %s FOR UPDATE", [three[0]])
    _mark(*three)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '2s'")
    assert projector.project() == 2
    assert projector.project() == 0
    assert _waiting() == [three[0]]
    assert _rebuild() == {
        "cases": 3,
        "movements_changed": 0,
        "not_counted": 0,
        "totals_changed": 0,
    }
    somebody_else.rollback()
    assert projector.project() == 1
    assert not _waiting()
    connection.close()


def test_nobody_waits_for_whoever_counts_a_case_for_the_first_time(
    committed_database: TestDatabase, somebody_else: psycopg.Connection[Any]
) -> None:
    """A worker that froze over a new case keeps the others from its neighbours at most."""
    cases = bring_in(numbered([made_story()] * 70), counted=False)
    somebody_else.execute(projector._BEGIN, {"cases": cases[:1], "lock": projector._BEGINNING})
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '2s'")
    passed_by = [case for case in cases if case >> 5 == cases[0] >> 5]
    assert projector.project() == len(cases) - len(passed_by)
    assert _waiting() == passed_by
    _mark(cases[0])
    assert projector.project() == 0
    somebody_else.rollback()
    consumers.catch_up()
    _assert_exact()
    connection.close()


def test_two_marks_of_one_case_never_count_it_twice(
    three: list[int], somebody_else: psycopg.Connection[Any]
) -> None:
    """Each of two workers has taken a mark of the same case; the second counts when the first is done."""
    Movement.objects.filter(case_id=three[0]).delete()
    UnitTotal.objects.all().delete()
    OfficerTotal.objects.all().delete()
    for case in three[1:]:
        Movement.objects.filter(case_id=case).delete()
    _mark(three[0], three[0])
    entered, go_on = threading.Event(), threading.Event()
    write = projector.write_totals

    def slow(change: totals.Change) -> None:
        write(change)
        entered.set()
        assert go_on.wait(10)

    def first() -> int:
        return projector.project(limit=1)

    projector.write_totals = slow
    try:
        with ThreadPoolExecutor(2) as pool:
            one = pool.submit(own_connection, first)
            assert entered.wait(10)
            projector.write_totals = write
            two = pool.submit(own_connection, first)
            go_on.set()
            assert (one.result(), two.result()) == (1, 1)
    finally:
        projector.write_totals = write
    assert not _waiting()
    _mark(*three)
    consumers.catch_up()
    _assert_exact()


@pytest.mark.django_db
def test_totals_are_the_last_thing_written() -> None:
    """Everybody wants their rows, so they are locked for as short as can be, in the order of their keys."""
    bring_in(numbered([made_story()] * 3), counted=False)
    with CaptureQueriesContext(connection) as asked:
        projector.project()
    statements = [query["sql"].strip() for query in asked if not query["sql"].startswith("RELEASE")]
    written = [sql.split()[2] for sql in statements if sql.startswith("INSERT INTO reports_")]
    assert written == ["reports_unittotal", "reports_officertotal", "reports_unitstamp"]
    assert [sql.split()[0] for sql in statements[-4:]] == ["SET", "INSERT", "INSERT", "INSERT"]
    assert all(" ORDER BY " in sql for sql in statements[-3:])


@pytest.mark.django_db
def test_the_cost_of_counting_does_not_grow_with_the_cases() -> None:
    cases = bring_in(numbered([made_story(tags=["CREDIT_INSTITUTION"])] * 40))
    costs = []
    for few in (cases[:1], cases[1:11], cases):
        _mark(*few)
        Movement.objects.filter(case_id__in=few).delete()
        with CaptureQueriesContext(connection) as asked:
            assert projector.project() == len(few)
        costs.append(len(asked))
    assert max(costs) == min(costs) <= 20, costs


def test_counting_many_ways_at_once(committed_database: TestDatabase, files: Any, monkeypatch: Any) -> None:
    """Workers with small batches, an import in small chunks, a rebuild after another and live acts, all upon the same
    totals: nothing waits in a ring, and in the end everything is exact."""
    monkeypatch.setattr(imports, "CHUNK", 7)
    monkeypatch.setattr(rebuild, "BATCH", 9)
    chance = random.Random(3)
    caller("DN", "HEAD")
    bring_in([opening(number, chance) for number in range(1, 31)])
    client = caller("DN", "HEAD")
    cases = [(str(one), str(day)) for one, day in Case.objects.values_list("public_id", "decision_date")]
    stories = [opening(number, chance) for number in range(1001, 1071)]
    done: list[dict[str, int]] = []

    def project_few(over: threading.Event) -> None:
        while not over.is_set():
            if not projector.project(limit=chance.randint(1, 5)):
                over.wait(0.005)

    def rebuild_again(over: threading.Event) -> None:
        while not over.is_set():
            done.append(_rebuild())

    def import_all() -> None:
        assert _import(stories)["imported"] == len(stories)

    key = client._credentials["HTTP_AUTHORIZATION"]
    with beside(project_few, project_few, counting, rebuild_again), ThreadPoolExecutor(5) as pool:
        work = [pool.submit(own_connection, import_all)]
        work += [
            pool.submit(own_connection, lambda seed=seed: recording(key, cases, seed, 15))  # type: ignore[misc]
            for seed in range(4)
        ]
        for one in work:
            one.result()
    consumers.catch_up()
    assert done and all(
        (one["movements_changed"], one["totals_changed"], one["not_counted"]) == (0, 0, 0) for one in done
    ), done
    _assert_exact()


# What an import hands over


@pytest.fixture
def no_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any) -> None:
        raise AssertionError("lives were read back")

    monkeypatch.setattr(projector, "lives", refuse)


def _submit(stories: list[dict[str, Any]]) -> Job:
    source = io.BytesIO(b"\n".join(map(orjson.dumps, stories)))
    return submit_import(source, mode=EACH, dry_run=False, by="TEST:1", unit_id=None)


def _import(stories: list[dict[str, Any]]) -> dict[str, Any]:
    job = _submit(stories)
    assert runner.run(job.pk)
    summary: dict[str, Any] = Job.objects.get(pk=job.pk).summary
    return summary


STORIES = numbered(
    [
        made_story(
            officer=officer,
            tags=tags,
            acts=[
                {"type": "NO_CONDITION_DECISION", "effective_on": "2023-12-01", "ground": "a"},
                {"type": "REASSIGN", "effective_on": "2024-01-15", "unit": "DN.TK", "officer": "DN.TK.09"},
            ],
        )
        for officer in ("DN.HC.01", None)
        for tags in ([], ["CREDIT_INSTITUTION", "CORRUPTION_ECONOMIC"])
    ]
)


def test_an_import_is_counted_from_the_hands_of_its_writer(
    committed_database: TestDatabase, files: Any, no_reading: None
) -> None:
    assert _import(STORIES)["imported"] == len(STORIES)
    assert not journal.stale(projector.CONSUMER).exists()
    _assert_exact()
    assert TransferTotal.objects.exists()
    connection.close()


def test_an_import_that_crashes_before_it_is_counted_is_counted_later(
    committed_database: TestDatabase, files: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:

        def crash(*args: Any, **options: Any) -> None:
            raise OperationalError("the database went away")

        broken.setattr(projector, "count", crash)
        job = _submit(STORIES)
        assert not runner.run(job.pk)
    assert len(_waiting()) == len(STORIES)
    assert not Movement.objects.exists()
    assert runner.run(job.pk)
    assert not _waiting()
    _assert_exact()
    connection.close()


@pytest.mark.django_db
def test_what_was_written_since_is_left_to_who_reads_it() -> None:
    """Known lives are taken only of cases that stand as they were written."""
    cases = bring_in(STORIES, counted=False)
    told = lives(cases, tables())
    Case.objects.filter(pk=cases[0]).update(version=9)
    _mark(cases[1])
    with transaction.atomic():
        projector.project_written(told)
    assert set(Movement.objects.values_list("case_id", flat=True)) == set(cases[1:])
    assert _waiting() == [cases[0]]
    projector.project_written(told)
    assert _waiting() == [cases[0]]
    assert projector.project() == 1
    _assert_exact()


# The rebuild


@pytest.mark.django_db
@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE reports_unittotal SET completed = completed + 1, month = month WHERE month > 1",
        "UPDATE reports_officertotal SET moved_in = moved_in - 7",
        "DELETE FROM reports_unittotal WHERE theme = ''",
        "DELETE FROM reports_transfertotal",
        "UPDATE reports_unittotal SET theme = theme || '_X' WHERE theme <> ''",
        "INSERT INTO reports_transfertotal (unit_id, book, measure, theme, fiscal_year, month, other_unit_id, "
        "initiation, field, moved_in, moved_out) SELECT unit_id, 'ALL', 'CASES', '', 2030, 1, unit_id, 'X', 'Y', 0, 0 "
        "FROM reports_unittotal LIMIT 1",
    ],
)
def test_a_repair_leaves_exactly_the_rows_that_should_be(damage: str) -> None:
    bring_in(STORIES)
    with connection.cursor() as cursor:
        cursor.execute(damage)
        assert cursor.rowcount > 0
    summary = _rebuild()
    assert summary["movements_changed"] == 0 < summary["totals_changed"]
    _assert_exact()
    assert _rebuild()["totals_changed"] == 0


def _rebuild() -> dict[str, Any]:
    job = submit_rebuild(by="TEST", unit_id=None)
    assert runner.run(job.pk)
    summary: dict[str, Any] = Job.objects.get(pk=job.pk).summary
    return summary


def test_a_repair_keeps_nobody_from_counting(
    committed_database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is counted between looking and mending is neither lost nor mended away."""
    bring_in(STORIES)
    UnitTotal.objects.filter(measure="CASES").update(completed=3)
    difference = totals._difference
    numbers = iter(range(2, 99))

    def meanwhile(*found: totals.Change) -> Any:
        story = made_story(number=f"M{next(numbers)}/QĐ", tags=["CREDIT_INSTITUTION"])
        with ThreadPoolExecutor(1) as pool:
            pool.submit(own_connection, lambda: bring_in([story])).result()
        return difference(*found)

    monkeypatch.setattr(totals, "_difference", meanwhile)
    assert _rebuild()["totals_changed"] > 0
    monkeypatch.undo()
    assert Case.objects.count() > len(STORIES)
    _assert_exact()
    connection.close()


def test_a_rebuild_goes_on_where_it_was_interrupted(
    committed_database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild, "BATCH", 2)
    bring_in(STORIES)
    UnitTotal.objects.update(completed=3)
    job = submit_rebuild(by="TEST", unit_id=None)
    units = list(Unit.objects.order_by("id").values_list("id", flat=True))
    checked: list[int] = []
    repair = totals.repair

    def interrupted(some: list[int]) -> int:
        checked.extend(some)
        if checked.count(units[3]) == 1 and some == [units[3]]:
            raise OperationalError("the database went away")
        return repair(some)

    monkeypatch.setattr(totals, "repair", interrupted)
    assert not runner.run(job.pk)
    assert runner.run(job.pk)
    assert checked == [*units[:4], *units[3:]]
    summary = Job.objects.get(pk=job.pk).summary
    assert (summary["cases"], summary["movements_changed"]) == (len(STORIES), 0)
    assert summary["totals_changed"] > 0
    _assert_exact()
    connection.close()
