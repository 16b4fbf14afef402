"""Whoever changes the past as the owner of the tables is found out, at the first position that does not fit."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from io import StringIO
from typing import Any

import psycopg
import pytest
from django.core.management import call_command

from tests.databases import TestDatabase
from tests.journal.conftest import Changes
from thads.common.errors import Refused
from thads.journal import journal, sequencer, verification
from thads.journal.models import Entry
from thads.journal.verification import Unsound, verify

Owner = psycopg.Connection[Any]

#: A hash computed anew for the row ``e`` as it stands, by one who knows the rule.
ANEW = """
    sha256(e.prev_hash || convert_to(e.position || E'\\n' || jsonb_build_array(e.format, e.public_id, e.type,
        e.case_id, e.case_public_id, e.sequence, e.recorded_at AT TIME ZONE 'UTC', e.recorded_by, e.unit_id,
        e.officer_id, e.from_unit_id, e.from_officer_id, e.data)::text, 'UTF8'))
"""
COLUMNS = (
    "prev_hash, hash, format, public_id, type, case_id, case_public_id, sequence, recorded_at, recorded_by, "
    "unit_id, officer_id, from_unit_id, from_officer_id, data"
)
#: Every column that the hash stands for, with another value.
EDITS = {
    "format": "2",
    "public_id": "gen_random_uuid()",
    "type": "'case.opened'",
    "case_id": "2",
    "case_public_id": "gen_random_uuid()",
    "sequence": "77",
    "recorded_at": "recorded_at + interval '1 microsecond'",
    "recorded_by": "'USER:8'",
    "unit_id": "12",
    "officer_id": "NULL",
    "from_unit_id": "12",
    "from_officer_id": "22",
    "data": "jsonb_set(data, '{remaining}', '\"5000001\"')",
}


@pytest.fixture
def owner(committed_database: TestDatabase, change: Changes) -> Iterator[Owner]:
    """The owner, with the trigger off, before a log of ten entries."""
    journal.append([change() for _ in range(10)])
    sequencer.sequence_all()
    with psycopg.connect(committed_database.owner_url, autocommit=True) as connection:
        connection.execute("ALTER TABLE journal_entry DISABLE TRIGGER USER")
        yield connection
        connection.execute("ALTER TABLE journal_entry ENABLE TRIGGER USER")


def found(start: int = 1) -> tuple[str, int]:
    with pytest.raises(Unsound) as flaw:
        verify(start)
    return flaw.value.code, flaw.value.position


def insert(owner: Owner, position: int) -> None:
    """A copy of the last entry, a place further."""
    owner.execute(
        f"INSERT INTO journal_entry (position, {COLUMNS}) SELECT %s, {COLUMNS} FROM journal_entry "
        "WHERE position = 10",
        [position],
    )


def test_an_untouched_log_is_sound(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "_PIECE", 3)
    assert (verify().count, verify(8).count, verify(11).count) == (10, 3, 0)
    assert verify().hash == verify(8).hash == verify(11).hash
    out = StringIO()
    call_command("verify_journal", stdout=out)
    assert "10 entries, up to position 10" in out.getvalue()
    assert verify().hash.hex() in out.getvalue()


def test_events_that_wait_are_no_flaw(owner: Owner, change: Changes) -> None:
    journal.append([change()])
    assert verify().count == 10


@pytest.mark.django_db
def test_an_empty_log_is_sound() -> None:
    assert (verify().count, verify().position, verify().hash) == (0, 0, bytes(32))


@pytest.mark.parametrize("position", [1, 4, 10])
def test_an_edit(owner: Owner, position: int) -> None:
    owner.execute("CREATE TEMPORARY TABLE kept AS TABLE journal_entry")
    for column, value in EDITS.items():
        owner.execute(f"UPDATE journal_entry SET {column} = {value} WHERE position = %s", [position])
        assert found() == ("JOURNAL_EDITED", position), column
        owner.execute(
            f"UPDATE journal_entry e SET {column} = kept.{column} FROM kept WHERE kept.position = e.position"
        )
    assert verify().count == 10


def test_every_column_is_in_the_hash() -> None:
    chained = {"position", "prev_hash", "hash", "handed_over"}
    assert {field.column for field in Entry._meta.concrete_fields} == set(EDITS) | chained


@pytest.mark.parametrize("value", ["'infinity'", "'0044-03-15 BC'"])
def test_an_edit_to_what_python_cannot_read(owner: Owner, value: str) -> None:
    owner.execute(f"UPDATE journal_entry SET recorded_at = {value} WHERE position = 5")
    assert found() == ("JOURNAL_EDITED", 5)


@pytest.mark.parametrize("position", [1, 4, 10])
def test_an_edit_with_its_hash_computed_anew(owner: Owner, position: int) -> None:
    owner.execute("UPDATE journal_entry SET sequence = 77 WHERE position = %s", [position])
    owner.execute(f"UPDATE journal_entry e SET hash = {ANEW} WHERE position = %s", [position])
    assert found() == ("JOURNAL_REPLACED", position)


def test_an_edit_of_the_chain_itself(owner: Owner) -> None:
    owner.execute("UPDATE journal_entry SET prev_hash = sha256('x') WHERE position = 6")
    assert found() == ("JOURNAL_EDITED", 6)
    owner.execute("UPDATE journal_entry SET hash = sha256('x') WHERE position = 3")
    assert found() == ("JOURNAL_EDITED", 3)


@pytest.mark.parametrize("position", [1, 4, 9])
def test_a_deletion(owner: Owner, position: int) -> None:
    owner.execute("DELETE FROM journal_entry WHERE position = %s", [position])
    assert found() == ("JOURNAL_MISSING", position)
    stdout, stderr = StringIO(), StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("verify_journal", stdout=stdout, stderr=stderr)
    assert end.value.code == 1
    assert f"Position {position}: the entry is missing" in stderr.getvalue()


def test_a_deletion_that_closes_the_gap(owner: Owner) -> None:
    owner.execute("DELETE FROM journal_entry WHERE position = 4")
    for position in range(5, 11):
        owner.execute("UPDATE journal_entry SET position = position - 1 WHERE position = %s", [position])
    assert found() == ("JOURNAL_EDITED", 4)


@pytest.mark.parametrize("first", [10, 8, 1])
def test_the_end_cut_off(owner: Owner, first: int) -> None:
    owner.execute("DELETE FROM journal_entry WHERE position >= %s", [first])
    assert found() == ("JOURNAL_CUT_OFF", first)


def test_an_insertion_finds_no_room_but_at_the_end(owner: Owner) -> None:
    with pytest.raises(psycopg.errors.UniqueViolation):
        insert(owner, 4)
    with pytest.raises(psycopg.errors.CheckViolation):
        insert(owner, 0)
    insert(owner, 11)
    assert found() == ("JOURNAL_MOVED", 11)
    owner.execute("UPDATE journal_entry SET prev_hash = sha256('x') WHERE position = 11")
    assert found() == ("JOURNAL_EDITED", 11)


def test_an_insertion_with_its_hash_computed_anew(owner: Owner) -> None:
    insert(owner, 11)
    owner.execute(
        "UPDATE journal_entry SET prev_hash = (SELECT hash FROM journal_entry WHERE position = 10) WHERE position = 11"
    )
    owner.execute(f"UPDATE journal_entry e SET hash = {ANEW} WHERE position = 11")
    assert found() == ("JOURNAL_BEYOND_END", 11)


@pytest.mark.parametrize(("one", "other"), [(4, 5), (2, 9), (1, 2), (9, 10)])
def test_a_swap(owner: Owner, one: int, other: int) -> None:
    owner.execute("ALTER TABLE journal_entry DROP CONSTRAINT entry_position_from_one")
    try:
        for place, to in ((one, -1), (other, one), (-1, other)):
            owner.execute("UPDATE journal_entry SET position = %s WHERE position = %s", [to, place])
        assert found() == ("JOURNAL_MOVED", one)
        with pytest.raises(Unsound, match=f"this is the entry of position {other}"):
            verify()
    finally:
        owner.execute("DELETE FROM journal_entry")
        owner.execute("ALTER TABLE journal_entry ADD CONSTRAINT entry_position_from_one CHECK (position > 0)")


def test_a_forged_head(owner: Owner) -> None:
    owner.execute("UPDATE journal_head SET position = 9")
    assert found() == ("JOURNAL_BEYOND_END", 10)
    owner.execute("UPDATE journal_head SET position = 10, hash = sha256('x')")
    assert found() == ("JOURNAL_REPLACED", 10)
    owner.execute("DELETE FROM journal_head")
    assert found() == ("JOURNAL_BEYOND_END", 1)


def test_from_a_position_on(owner: Owner) -> None:
    owner.execute("UPDATE journal_entry SET sequence = 77 WHERE position IN (3, 8)")
    assert found() == ("JOURNAL_EDITED", 3)
    assert found(4) == ("JOURNAL_EDITED", 8)
    assert verify(9).count == 2
    with pytest.raises(Refused, match="ends at position 10"):
        verify(12)


def test_the_log_can_grow_while_it_is_verified(
    owner: Owner, change: Changes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "_PIECE", 4)
    ends = verification._ends

    def once_more() -> Any:
        monkeypatch.setattr(verification, "_ends", ends)
        journal.append([change()])
        sequencer.sequence_all()
        return ends()

    monkeypatch.setattr(verification, "_ends", once_more)
    assert verify().count == 11


def test_the_hash_is_what_the_documentation_says(owner: Owner) -> None:
    row = owner.execute("SELECT prev_hash, hash, data::text FROM journal_entry WHERE position = 1").fetchone()
    assert row is not None
    entry = Entry.objects.get(pk=1)
    text = (
        f'[1, "{entry.public_id}", "act.recorded", 1, "00000000-0000-0000-0000-000000000001", 1, '
        f'"2024-03-01T08:00:00.104233", "USER:7", 11, 21, 11, 21, {row[2]}]'
    )
    assert row[0] == bytes(32)
    assert row[1] == hashlib.sha256(bytes(32) + b"1\n" + text.encode()).digest()
