"""The log: every committed event once, at a place without gaps, in the order of each case."""

from __future__ import annotations

import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from tests.databases import TestDatabase
from tests.journal.conftest import Changes
from tests.registers import bring_in, made_story, numbered
from thads.journal import journal, sequencer
from thads.journal.models import Entry, Head, Outbox
from thads.journal.verification import verify


def positions() -> list[int]:
    return list(Entry.objects.order_by("position").values_list("position", flat=True))


# --- What goes in -------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_import_gives_one_event_per_story() -> None:
    acts = [
        {"type": "VERIFICATION", "effective_on": "2023-12-01"},
        {
            "type": "COLLECTION",
            "effective_on": "2023-12-02",
            "lines": [{"obligation": "o1", "amount": "1000"}],
        },
    ]
    cases = bring_in(numbered([made_story(acts=acts), made_story(), made_story()]), counted=False)
    assert Outbox.objects.count() == 3
    assert sequencer.sequence() == 3
    entries = list(Entry.objects.order_by("position"))
    assert [entry.case_id for entry in entries] == cases
    assert {entry.type for entry in entries} == {"case.opened"}
    assert [(entry.sequence, entry.data["acts"]) for entry in entries] == [(3, 2), (1, 0), (1, 0)]
    assert entries[0].data["remaining"] == "4999000"
    assert not Outbox.objects.exists()


@pytest.mark.django_db
def test_nothing_that_names_a_person_goes_in(change: Changes) -> None:
    journal.append([change(), change(recorded_by="API_KEY:1 import"), change(recorded_by="SYSTEM:restore")])
    sequencer.sequence()
    assert list(Entry.objects.order_by("position").values_list("recorded_by", flat=True)) == [
        "USER:7",
        "API_KEY:1",
        "SYSTEM:restore",
    ]
    with pytest.raises(ValueError, match="not KIND:id"), transaction.atomic():
        journal.append([change(recorded_by="Trần Thị Bình")])
    bring_in([made_story(debtor="Bà Rất Riêng Tư")], counted=False)
    sequencer.sequence()
    whole = str(list(Entry.objects.values()))
    for private in ("Riêng Tư", "048090000001", "12 Lê Lợi"):
        assert private not in whole


@pytest.mark.django_db
def test_what_is_rolled_back_leaves_no_gap(change: Changes) -> None:
    journal.append([change()])
    with pytest.raises(RuntimeError), transaction.atomic():
        journal.append([change(), change()])
        raise RuntimeError("the write fails after all")
    journal.append([change()])
    sequencer.sequence_all()
    assert positions() == [1, 2]
    assert list(Entry.objects.order_by("position").values_list("sequence", flat=True)) == [1, 4]


@pytest.mark.django_db
def test_batches_join_into_one_chain(change: Changes) -> None:
    journal.append([change() for _ in range(7)])
    assert [sequencer.sequence(3) for _ in range(4)] == [3, 3, 1, 0]
    assert positions() == list(range(1, 8))
    assert list(Entry.objects.order_by("position").values_list("sequence", flat=True)) == list(range(1, 8))
    found = verify()
    assert (found.count, found.position) == (7, 7)
    assert bytes(Head.objects.get().hash) == found.hash


@pytest.mark.django_db
def test_the_hashes_can_be_computed_in_sql_alone(change: Changes) -> None:
    """The rule of docs/events.md, without this program."""
    journal.append(
        [
            change(officer_id=None, data={"b": 1, "a": [None, "Đồng", {"tiền": "1.0"}]}),
            change(unit_id=12, from_unit_id=11, officer_id=None, from_officer_id=21),
        ]
    )
    sequencer.sequence()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL timezone = 'Asia/Ho_Chi_Minh'")
        cursor.execute(
            """
            SELECT count(*) FROM journal_entry WHERE hash = sha256(prev_hash || convert_to(position || E'\\n' ||
                jsonb_build_array(format, public_id, type, case_id, case_public_id, sequence,
                    recorded_at AT TIME ZONE 'UTC', recorded_by, unit_id, officer_id, from_unit_id,
                    from_officer_id, data)::text, 'UTF8'))
            """
        )
        assert cursor.fetchone() == (2,)


# --- Side by side -------------------------------------------------------------------------------------------


def write_under_lock(change: Changes, case: int, times: int) -> None:
    """Changes of one case, each in its transaction and under the case's lock, as recording does."""
    try:
        for _ in range(times):
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(99, %s)", [case])
                cursor.execute("SELECT coalesce(max(n), 0) + 1 FROM written WHERE c = %s", [case])
                (version,) = cursor.fetchone()
                cursor.execute("INSERT INTO written VALUES (%s, %s)", [case, version])
                journal.append([change(case, sequence=version)])
    finally:
        connection.close()


def sequence_until(done: threading.Event) -> int:
    try:
        found = 0
        while True:
            last = done.is_set()
            found += (moved := sequencer.sequence(7))
            if last and not moved:
                return found
    finally:
        connection.close()


def test_many_writers_and_two_sequencers(committed_database: TestDatabase, change: Changes) -> None:
    with psycopg.connect(committed_database.owner_url, autocommit=True) as owner:
        owner.execute("CREATE TABLE written (c int, n int)")
        owner.execute("GRANT ALL ON written TO thads_app")
    try:
        done = threading.Event()
        with ThreadPoolExecutor(8) as pool:
            sequencers = [pool.submit(sequence_until, done) for _ in range(2)]
            writers = [pool.submit(write_under_lock, change, n % 3, 40) for n in range(6)]
            for writer in writers:
                writer.result()
            done.set()
            assert sum(one.result() for one in sequencers) == 240
    finally:
        with psycopg.connect(committed_database.owner_url, autocommit=True) as owner:
            owner.execute("DROP TABLE written")
    assert positions() == list(range(1, 241))
    of_case: dict[int, list[int]] = defaultdict(list)
    for case, number in Entry.objects.order_by("position").values_list("case_id", "sequence"):
        of_case[case].append(number)
    assert of_case == {case: list(range(1, 81)) for case in range(3)}
    assert verify().count == 240


def test_an_open_write_delays_only_its_own_events(committed_database: TestDatabase, change: Changes) -> None:
    written, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                journal.append([change(1, sequence=1)])
                written.set()
                assert go_on.wait(30)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(slow)
        assert written.wait(30)
        journal.append([change(2, sequence=1)])
        sequencer.sequence_all()
        assert list(Entry.objects.values_list("case_id", flat=True)) == [2]
        go_on.set()
        running.result()
    sequencer.sequence_all()
    assert list(Entry.objects.order_by("position").values_list("position", "case_id")) == [(1, 2), (2, 1)]


def test_a_sequencer_that_does_not_let_go_is_not_waited_for_long(
    committed_database: TestDatabase, change: Changes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sequencer, "_PATIENCE", 0.1)
    journal.append([change()])
    with psycopg.connect(committed_database.app_url) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [sequencer._LOCK])
        assert sequencer.sequence() == 0
        other.rollback()
    assert sequencer.sequence() == 1


def test_a_batch_that_fails_at_its_end_leaves_nothing(
    committed_database: TestDatabase, change: Changes, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.append([change(), change()])

    def fails(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no power")

    with monkeypatch.context() as broken:
        broken.setattr(Head, "save", fails)
        with pytest.raises(RuntimeError):
            sequencer.sequence()
    assert (Entry.objects.count(), Outbox.objects.count(), Head.objects.count()) == (0, 2, 0)
    sequencer.sequence_all()
    assert verify().count == 2


# --- Once written -------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["UPDATE journal_entry SET type = 'x'", "DELETE FROM journal_entry"])
def test_the_service_cannot_change_it(change: Changes, verb: str) -> None:
    journal.append([change()])
    sequencer.sequence()
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(verb)
