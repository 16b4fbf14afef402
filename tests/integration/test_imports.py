"""Imports by the real runner: what comes in, what does not, and that nothing is ever half-written."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection

from cases.models import Act, ActLine, Case, Judgment, Obligation, Party
from officers.models import Officer
from reports.models import Movement
from tests.databases import TestDatabase
from tests.integration.jobs import finished, found, imported, ndjson, submitted
from tests.registers import made_story
from thads.integration import imports
from thads.jobs import runner
from thads.jobs.models import Finding, Job
from thads.journal.models import Stale

Story = dict[str, Any]
TABLES = (Case, Party, Obligation, Act, ActLine, Judgment, Officer, Movement, Stale)

pytestmark = [pytest.mark.usefixtures("files")]


def collection(amount: str, day: str = "2023-12-01", line: str = "o1", **keys: Any) -> Story:
    return {
        "type": "COLLECTION",
        "effective_on": day,
        "lines": [{"obligation": line, "amount": amount}],
        **keys,
    }


def many(count: int) -> list[Story]:
    return [
        made_story(number=f"{place}/QĐ-CCTHADS", acts=[collection("1000")]) for place in range(1, count + 1)
    ]


def rows() -> dict[str, int]:
    """How many rows stand in every table that an import writes."""
    return {model.__name__: model._default_manager.count() for model in TABLES}


# --- What is right ------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("mode", ["each", "atomic"])
def test_stories_come_in_and_are_counted(mode: str) -> None:
    job = imported(ndjson(many(3)), mode=mode)
    assert (job.state, job.progress_done, job.progress_total) == (Job.DONE, 3, 3)
    assert job.summary == {"read": 3, "imported": 3, "unchanged": 0, "refused": 0, "warnings": 1}
    assert Case.objects.count() == 3
    assert set(Case.objects.values_list("remaining", flat=True)) == {4_999_000}
    assert set(Act.objects.values_list("recorded_by", flat=True)) == {"TEST"}
    assert Movement.objects.exists() and not Stale.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("modes", list(itertools.product(["each", "atomic"], repeat=2)))
def test_the_same_file_twice_changes_nothing(modes: tuple[str, str]) -> None:
    content = ndjson(many(3))
    imported(content, mode=modes[0])
    before = rows()
    again = imported(content, mode=modes[1])
    assert again.summary == {"read": 3, "imported": 0, "unchanged": 3, "refused": 0, "warnings": 0}
    assert rows() == before and not found(again) and not found(again, Finding.WARNING)


@pytest.mark.django_db
def test_a_story_is_known_by_what_it_says_not_by_how_it_is_written() -> None:
    first = made_story(acts=[collection("1000", ref="x")], tags=["CORRUPTION_ECONOMIC", "CREDIT_INSTITUTION"])
    imported(ndjson([first]))
    other = json.loads(json.dumps(first))
    other["case"]["tags"].reverse()
    other["assets"], other["parties"][0] = [], dict(reversed(other["parties"][0].items()))
    job = imported(json.dumps(other, ensure_ascii=True, separators=(" ,", "  :  ")).encode())
    assert job.summary["unchanged"] == 1


@pytest.mark.django_db
@pytest.mark.parametrize("mode", ["each", "atomic"])
def test_a_story_twice_in_one_file_comes_in_once(mode: str) -> None:
    job = imported(ndjson([made_story(), made_story()]), mode=mode)
    assert (job.summary["imported"], job.summary["unchanged"], Case.objects.count()) == (1, 1, 1)


@pytest.mark.django_db
def test_stories_that_are_the_same_across_chunks_are_seen_in_a_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "CHUNK", 1)
    content = ndjson([made_story(), made_story(), made_story(debtor="Khác")])
    for options in ({"dry_run": True}, {"mode": "atomic"}, {"mode": "each"}):
        job = imported(content, **options)
        assert found(job) == [(3, "/case/decision_number", "DUPLICATE_DIFFERENT")], options
        assert job.summary["unchanged"] == 1


@pytest.mark.django_db
def test_a_dry_run_says_what_would_happen_and_writes_nothing() -> None:
    before = rows()
    bad = made_story(number="9/QĐ", acts=[collection("5000001")])
    job = imported(ndjson([*many(2), bad]), dry_run=True)
    assert job.state == Job.DONE
    assert job.summary == {"read": 3, "imported": 2, "unchanged": 0, "refused": 1, "warnings": 1}
    assert found(job) == [(3, "/acts/0/lines/0/amount", "MORE_THAN_REMAINS")]
    assert rows() == before


@pytest.mark.django_db
def test_an_unknown_officer_is_created_and_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "CHUNK", 2)
    content = ndjson([*many(3), made_story(number="4/QĐ", officer="DN.HC.02"), *many(5)[4:]])
    expected = [(1, "/case/officer", "OFFICER_CREATED"), (4, "/case/officer", "OFFICER_CREATED")]
    for options in ({"dry_run": True}, {"mode": "each"}):
        job = imported(content, **options)
        assert found(job, Finding.WARNING) == expected, options
        assert job.summary["warnings"] == 2
    officer = Officer.objects.get(code="DN.HC.02")
    assert officer.name == "" and officer.assignments.get().unit.code == "DN.HC"


@pytest.mark.django_db
def test_deviations_from_the_usual_course_are_warnings() -> None:
    acts = [{"type": "NO_CONDITION_DECISION", "effective_on": "2024-01-10", "ground": "zz"}]
    imported(ndjson(many(1)))
    job = imported(ndjson([made_story(acts=acts, number="2/QĐ")]))
    assert job.summary["imported"] == 1
    assert (1, "/acts/0/ground", "GROUND_UNKNOWN") in found(job, Finding.WARNING)


# --- What is wrong ------------------------------------------------------------------------------------------


def changed(**case: Any) -> Story:
    story = made_story()
    story["case"].update(case)
    return story


NOT_JSON = b'{"case": {"decision_number": '
BAD_LINES: list[tuple[str, Any, str, str]] = [
    ("an unknown code", changed(field="CRIMNAL"), "/case/field", "CODE_UNKNOWN"),
    ("an unknown theme", changed(tags=["X"]), "/case/tags/0", "CODE_UNKNOWN"),
    (
        "an unknown act",
        made_story(acts=[{"type": "DANCE", "effective_on": "2024-01-01"}]),
        "/acts/0/type",
        "CODE_UNKNOWN",
    ),
    ("an unknown key", changed(colour="red"), "/case/colour", "FIELD_UNKNOWN"),
    (
        "a key of a full export",
        changed(recorded_at="2024-01-01T00:00:00Z"),
        "/case/recorded_at",
        "FIELD_UNKNOWN",
    ),
    (
        "a date before the opening",
        made_story(acts=[collection("1", "2023-11-01")]),
        "/acts/0/effective_on",
        "DATE_BEFORE_OPENING",
    ),
    ("a date that is none", changed(decision_date="2023-02-30"), "/case/decision_date", "DATE_INVALID"),
    ("a date to come", changed(decision_date="2399-01-01"), "/case/decision_date", "DATE_IN_FUTURE"),
    (
        "a collection above what remains",
        made_story(acts=[collection("4999999"), collection("2")]),
        "/acts/1/lines/0/amount",
        "MORE_THAN_REMAINS",
    ),
    (
        "an act on an ended line",
        made_story(acts=[collection("5000000"), collection("1")]),
        "/acts/1/lines/0",
        "LINE_ENDED",
    ),
    ("a unit that does not exist", changed(unit="DN.XX"), "/case/unit", "UNIT_UNKNOWN"),
    ("an officer of no unit", changed(officer="XX.01"), "/case/officer", "OFFICER_UNKNOWN"),
    ("a broken line", NOT_JSON, "", "LINE_NOT_JSON"),
    ("a line that is no story", b"[1, 2]", "", "NOT_AN_OBJECT"),
    ("a line that is a number", b"NaN", "", "LINE_NOT_JSON"),
    ("bytes that are no UTF-8", b'{"case": "\xff"}', "", "LINE_NOT_JSON"),
    ("zero money", made_story(acts=[collection("0")]), "/acts/0/lines/0/amount", "AMOUNT_INVALID"),
    ("money as a number", made_story(acts=[collection(1000)]), "/acts/0/lines/0/amount", "AMOUNT_INVALID"),  # type: ignore[arg-type]
    (
        "a line nobody owes",
        made_story(acts=[collection("1", line="o9")]),
        "/acts/0/lines/0/obligation",
        "REF_UNKNOWN",
    ),
    ("a text with a zero in it", changed(decision_number="1\x00"), "/case/decision_number", "TEXT_INVALID"),
    (
        "data with a zero in it",
        made_story(acts=[{"type": "VERIFICATION", "effective_on": "2024-01-01", "data": {"a": ["\x00"]}}]),
        "/acts/0/data",
        "DATA_INVALID",
    ),
    (
        "data with a number that has no one way to be written",
        made_story(acts=[{"type": "VERIFICATION", "effective_on": "2024-01-01", "data": {"a": 10**30}}]),
        "/acts/0/data",
        "DATA_INVALID",
    ),
    ("a story without duties", {**made_story(), "obligations": []}, "/obligations", "OBLIGATIONS_MISSING"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("line", "pointer", "code"), [case[1:] for case in BAD_LINES], ids=[c[0] for c in BAD_LINES]
)
def test_a_bad_line_is_named_and_leaves_nothing(line: Any, pointer: str, code: str) -> None:
    good, other = made_story(number="100/QĐ"), made_story(number="101/QĐ")
    raw = line if isinstance(line, bytes) else ndjson([line]).rstrip(b"\n")
    content = ndjson([good]) + b"\n" + raw + b"\n" + ndjson([other])
    before = rows()
    refused = imported(content, mode="atomic")
    assert (refused.state, refused.summary["code"], refused.summary["imported"]) == (
        Job.FAILED,
        "IMPORT_REFUSED",
        0,
    )
    assert found(refused)[0] == (3, pointer, code)
    assert rows() == before, "nothing of an atomic import is kept"
    job = imported(content, mode="each")
    assert found(job)[0] == (3, pointer, code)
    assert {line for line, _, _ in found(job)} == {3}
    assert job.summary["refused"] == 1
    assert set(Case.objects.values_list("decision_number", flat=True)) == {"100/QĐ", "101/QĐ"}
    assert not Stale.objects.exists()
    for finding in job.findings.all():
        assert finding.fault.text("vi") and finding.fault.text("en")


@pytest.mark.django_db
@pytest.mark.parametrize("mode", ["each", "atomic"])
def test_a_duplicate_with_other_content_is_refused(mode: str) -> None:
    imported(ndjson([made_story()]))
    before = rows()
    job = imported(ndjson([made_story(debtor="Lê Văn C")]), mode=mode)
    assert found(job) == [(1, "/case/decision_number", "DUPLICATE_DIFFERENT")]
    assert rows() == before
    assert Party.objects.get().name == "Nguyễn Văn A"


@pytest.mark.django_db
def test_every_fault_of_a_line_is_told_at_once() -> None:
    story = changed(field="X", unit="DN.XX")
    story["obligations"][0]["amount"] = "-1"
    assert found(imported(ndjson([story]))) == [
        (1, "/case/unit", "UNIT_UNKNOWN"),
        (1, "/case/field", "CODE_UNKNOWN"),
        (1, "/obligations/0/amount", "AMOUNT_INVALID"),
    ]


@pytest.mark.django_db
def test_findings_stand_in_the_order_of_the_file() -> None:
    warned = made_story(number="1/QĐ", officer="DN.HC.09")
    other = made_story(number="3/QĐ", officer="DN.HC.08")
    job = imported(ndjson([warned, changed(field="X"), other, changed(unit="X")]))
    lines = list(job.findings.order_by("id").values_list("line", flat=True))
    assert lines == [1, 2, 3, 4]


# --- Files as people write them -----------------------------------------------------------------------------


@pytest.mark.django_db
def test_blank_lines_are_passed_over_and_counted_in_line_numbers() -> None:
    job = imported(b"\n  \n" + ndjson([made_story()]) + b"\n\n" + b"{\n")
    assert job.summary["read"] == 2 and job.summary["imported"] == 1
    assert found(job) == [(6, "", "LINE_NOT_JSON")]
    assert (job.progress_done, job.progress_total) == (6, 6)


@pytest.mark.django_db
@pytest.mark.parametrize("mode", ["each", "atomic"])
def test_windows_line_ends_and_a_byte_order_mark(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "CHUNK", 1)
    content = b"\xef\xbb\xbf" + ndjson(many(3)).replace(b"\n", b"\r\n")
    job = imported(content, mode=mode)
    assert (job.summary["imported"], job.summary["refused"]) == (3, 0)


@pytest.mark.django_db
def test_a_last_line_without_its_end() -> None:
    job = imported(ndjson(many(2)).rstrip(b"\n"))
    assert (job.summary["imported"], job.progress_total) == (2, 2)


@pytest.mark.django_db
@pytest.mark.parametrize("mode", ["each", "atomic"])
def test_an_empty_file_brings_nothing_in(mode: str) -> None:
    job = imported(b"", mode=mode)
    assert (job.state, job.summary["read"], job.progress_total) == (Job.DONE, 0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("length", [101, 102, 199, 200, 201, 999])
@pytest.mark.parametrize("end", [b"\n", b""])
def test_a_very_long_line_is_refused_and_the_next_is_read(
    length: int, end: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "MAX_LINE", 100)
    content = b"[]\n" + b"x" * length + b"\n" + b"{" + end
    assert found(imported(content)) == [
        (1, "", "NOT_AN_OBJECT"),
        (2, "", "LINE_TOO_LONG"),
        (3, "", "LINE_NOT_JSON"),
    ]


@pytest.mark.django_db
def test_a_line_as_long_as_it_may_be_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    content = ndjson([made_story()])
    monkeypatch.setattr(imports, "MAX_LINE", len(content) - 1)
    assert imported(content).summary["imported"] == 1


# --- Limits of the caller -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_stories_come_in_for_the_units_of_the_caller_only() -> None:
    there = {"type": "REASSIGN", "effective_on": "2024-01-01", "unit": "DN.TK", "officer": "DN.TK.01"}
    stories = [
        made_story(number="1/QĐ"),
        made_story(number="2/QĐ", unit="DN.TK", officer="DN.TK.01"),
        made_story(number="3/QĐ", unit="DN", officer=None),
        made_story(number="4/QĐ", acts=[there]),
    ]
    job = imported(ndjson(stories), unit="DN.HC")
    assert found(job) == [
        (2, "/case/unit", "UNIT_UNKNOWN"),
        (3, "/case/unit", "UNIT_UNKNOWN"),
        (4, "/acts/0/unit", "UNIT_UNKNOWN"),
    ]
    assert list(Case.objects.values_list("decision_number", flat=True)) == ["1/QĐ"]
    assert imported(ndjson(stories), unit="DN").summary["refused"] == 0


# --- Crashes ------------------------------------------------------------------------------------------------


@pytest.fixture
def interrupted(committed_database: TestDatabase) -> Iterator[TestDatabase]:
    """The database ends the session that writes the case ``5/QĐ-CCTHADS``, as a crash would."""
    with psycopg.connect(committed_database.owner_url, autocommit=True) as owner:
        owner.execute(
            "CREATE FUNCTION crash() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END$$"
        )
        owner.execute(
            "CREATE TRIGGER crash BEFORE INSERT ON cases_case FOR EACH ROW "
            "WHEN (NEW.decision_number = '5/QĐ-CCTHADS') EXECUTE FUNCTION crash()"
        )
        try:
            yield committed_database
        finally:
            connection.close()
            owner.execute("DROP FUNCTION crash() CASCADE")


def mend(database: TestDatabase) -> None:
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        owner.execute("DROP TRIGGER crash ON cases_case")


@pytest.mark.parametrize(("mode", "kept"), [("each", 4), ("atomic", 0)])
def test_an_interrupted_import_goes_on_where_it_stopped(
    interrupted: TestDatabase, mode: str, kept: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "CHUNK", 2)
    bad = made_story(number="3/QĐ-CCTHADS", acts=[collection("5000001")])
    stories = many(9) if mode == "atomic" else [*many(2), bad, *many(9)[3:]]
    job = submitted(ndjson(stories), mode=mode)
    assert not runner.run(job.pk), "the job has not come to its end"
    connection.close()
    job.refresh_from_db()
    assert job.state == Job.RUNNING
    assert Case.objects.count() == (kept if mode == "atomic" else kept - 1)
    mend(interrupted)
    finished(job)
    assert job.state == Job.DONE
    refused = 0 if mode == "atomic" else 1
    assert (job.summary["read"], job.summary["imported"], job.summary["unchanged"]) == (9, 9 - refused, 0)
    numbers = sorted(Case.objects.values_list("decision_number", flat=True))
    assert numbers == sorted(story["case"]["decision_number"] for story in stories if story is not bad)
    assert found(job) == ([(3, "/acts/0/lines/0/amount", "MORE_THAN_REMAINS")] if refused else [])
    assert not Stale.objects.exists()


def test_an_atomic_import_that_was_written_before_the_crash_is_not_written_again(
    committed_database: TestDatabase,
) -> None:
    job = imported(ndjson(many(2)), mode="atomic")
    Job.objects.filter(pk=job.pk).update(state=Job.RUNNING, ended_at=None, summary={})
    finished(job)
    assert (job.state, job.summary["imported"], job.summary["unchanged"]) == (Job.DONE, 2, 0)


def test_a_case_somebody_else_writes_meanwhile_is_seen(
    committed_database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between planning and writing another session commits the same case: the chunk is planned again."""
    calls = itertools.count()
    write = imports.write_stories

    def late(**plan: Any) -> list[int]:
        if next(calls) == 0:
            _in_another_session(ndjson([made_story(debtor="Lê Văn C")]))
        return write(**plan)

    monkeypatch.setattr(imports, "write_stories", late)
    job = imported(ndjson([made_story(), made_story(number="2/QĐ")]))
    assert found(job) == [(1, "/case/decision_number", "DUPLICATE_DIFFERENT")]
    assert (job.summary["imported"], Case.objects.count()) == (1, 2)


def _in_another_session(content: bytes) -> None:
    import threading

    problems: list[BaseException] = []

    def work() -> None:
        try:
            imported(content)
        except BaseException as error:
            problems.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert not problems
