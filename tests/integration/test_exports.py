"""What goes out comes in again and says the same: import(export(x)) = x, and a full export restores a register."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from cases.actions.external_ids import set_keys, write_keys
from cases.models import Act, Asset, Case, CaseTheme, ExternalId, Judgment, Obligation, Party
from cases.rules import story_text
from cases.rules.external_ids import Key
from cases.rules.lawful import lawful_story
from cases.rules.record import without_record
from officers.models import Officer, Unit
from reports.models import Movement
from tests.counting.strategies import REFERENCE, TODAY, raw_stories
from tests.databases import TestDatabase
from tests.integration.jobs import exported, finished, found, imported, ndjson
from tests.registers import bring_in, made_story, numbered
from tests.reports.test_totals import SAMPLES
from thads.integration import exports
from thads.integration.exports import submit_export
from thads.jobs import runner
from thads.jobs.models import Job

pytestmark = [pytest.mark.usefixtures("files")]

WITH_EVERYTHING = made_story(
    tags=["CREDIT_INSTITUTION", "CORRUPTION_ECONOMIC"],
    acts=[
        {"ref": "gặp", "type": "VERIFICATION", "effective_on": "2023-12-01", "note": "Không gặp\nai", "signer": "B"},
        {"type": "ATTACHMENT", "effective_on": "2024-01-02", "asset": "s1", "data": {"b": [1, 2.5, None], "a": {}}},
        {"type": "COLLECTION", "effective_on": "2024-02-02", "lines": [{"obligation": "o1", "amount": "7"}]},
        {"ref": "r", "type": "RELIEF_DECISION", "effective_on": "2024-03-01", "lines": [{"obligation": "o1", "amount": "3"}]},
        {"type": "TERMINATION_DECISION", "effective_on": "2024-03-02", "ground": "a", "data": {"relief": "r"}},
        {"type": "REASSIGN", "effective_on": "2024-03-03", "unit": "DN.TK"},
        {"ref": "d", "type": "DELEGATION_DECISION", "effective_on": "2024-03-04", "to_authority": "QNA"},
        {"type": "ANNUL_ACT", "effective_on": "2024-03-05", "annuls": "d"},
        {"type": "RECLASSIFY", "effective_on": "2024-03-06", "field": "CIVIL"},
        {"type": "CORRECTION", "effective_on": "2024-03-07", "voids": "gặp"},
    ],
) | {"assets": [{"ref": "s1", "kind": "REAL_ESTATE", "owner": "d1", "description": "Nhà", "certificate": "BK 1"}]}  # fmt: skip


def parsed(content: bytes) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in content.splitlines()]


def canonical(raw: Any) -> dict[str, Any]:
    """The one way to write a story."""
    return story_text.as_object(lawful_story(raw, REFERENCE, TODAY).story)


def digest(raw: Any) -> str:
    return lawful_story(raw, REFERENCE, TODAY).digest


# --- Pure: writing is the inverse of reading ----------------------------------------------------------------


@pytest.mark.parametrize("raw", [*SAMPLES, WITH_EVERYTHING], ids=str)
def test_what_is_written_reads_as_the_same(raw: dict[str, Any]) -> None:
    written = orjson.loads(orjson.dumps(canonical(raw)))
    assert canonical(written) == written
    assert digest(written) == digest(raw)


@hypothesis(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(raw_stories())
def test_whatever_is_written_reads_as_the_same(raw: dict[str, Any]) -> None:
    written = orjson.loads(orjson.dumps(canonical(raw)))
    assert canonical(written) == written
    assert digest(written) == digest(raw)


# --- Through the register -----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_register_taken_out_is_the_register_brought_in() -> None:
    stories = numbered([*SAMPLES, WITH_EVERYTHING])
    assert imported(ndjson(stories)).summary["imported"] == len(stories)
    content = exported()
    assert parsed(content) == [canonical(story) for story in stories]
    again = imported(content)
    assert (again.summary["unchanged"], again.summary["refused"]) == (len(stories), 0)
    assert exported() == content


@pytest.mark.django_db
@hypothesis(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(raw_stories(), min_size=1, max_size=6))
def test_any_register_taken_out_is_the_register_brought_in(raws: list[dict[str, Any]]) -> None:
    stories = numbered(raws)
    save = transaction.savepoint()
    try:
        keys = bring_in(stories, counted=False)
        lines = [line for _, batch in exports._batches(None, False, after=keys[0] - 1) for line in batch]
        assert [orjson.loads(line) for line in lines] == [canonical(story) for story in stories]
        digests = Case.objects.order_by("id").values_list("content_digest", flat=True)
        assert [digest(orjson.loads(line)) for line in lines] == list(digests)
    finally:
        transaction.savepoint_rollback(save)


@pytest.mark.django_db
def test_a_unit_exports_what_it_and_those_below_it_handle_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "BATCH", 2)
    gone = {"type": "REASSIGN", "effective_on": "2024-01-01", "unit": "DN.TK"}
    bring_in(
        [
            made_story(number="1/QĐ"),
            made_story(number="2/QĐ", unit="DN.TK", officer=None),
            made_story(number="3/QĐ", acts=[gone]),
            made_story(number="4/QĐ", unit="DN", officer=None),
            made_story(number="5/QĐ"),
        ],
        counted=False,
    )

    def numbers(unit: str) -> list[str]:
        return [story["case"]["decision_number"][0] for story in parsed(exported(unit))]

    assert numbers("DN.HC") == ["1", "5"]
    assert numbers("DN.TK") == ["2", "3"]
    assert numbers("DN") == ["1", "2", "3", "4", "5"]
    assert numbers("DN.CL") == []


@pytest.mark.django_db
def test_the_job_says_what_it_wrote(files: Path) -> None:
    import hashlib

    bring_in(numbered([made_story()] * 3), counted=False)
    job = finished(submit_export(unit=Unit.objects.get(code="DN"), full=False, by="TEST"))
    content = (files / job.params["file"]).read_bytes()
    assert job.summary == {"cases": 3, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    assert (job.progress_done, job.progress_total) == (3, 3)
    assert (files / job.params["file"]).stat().st_mode & 0o077 == 0, "stories name people"


@pytest.fixture
def crashing(committed_database: TestDatabase) -> Iterator[Callable[[], None]]:
    """The database ends the session that has exported four cases; call what is yielded to mend it."""
    with psycopg.connect(committed_database.owner_url, autocommit=True) as owner:
        owner.execute(
            "CREATE FUNCTION crash() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NEW; END$$"
        )
        owner.execute(
            "CREATE TRIGGER crash BEFORE UPDATE ON jobs_job FOR EACH ROW "
            "WHEN (NEW.progress_done = 4) EXECUTE FUNCTION crash()"
        )
        try:
            yield lambda: owner.execute("DROP TRIGGER crash ON jobs_job") and None
        finally:
            connection.close()
            owner.execute("DROP FUNCTION crash() CASCADE")


@pytest.mark.parametrize("lost", [False, True], ids=["resumed", "file lost"])
def test_an_interrupted_export_goes_on_where_it_stopped(
    crashing: Callable[[], None], files: Path, lost: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "BATCH", 2)
    stories = numbered([made_story()] * 7)
    bring_in(stories, counted=False)
    job = submit_export(unit=Unit.objects.get(code="DN"), full=False, by="TEST")
    assert not runner.run(job.pk)
    connection.close()
    job.refresh_from_db()
    assert (job.state, job.progress_done) == (Job.RUNNING, 2)
    path = files / job.params["file"]
    assert len(parsed(path.read_bytes())) == 4, "written, and not known to be"
    if lost:
        path.unlink()
    crashing()
    finished(job)
    assert parsed(path.read_bytes()) == [canonical(story) for story in stories]
    assert job.summary["cases"] == 7


# --- Full exports and restores ------------------------------------------------------------------------------

NOUNS = (Case, Act, Party, Obligation, Asset, Judgment)


def standing() -> dict[str, list[Any]]:
    """Everything of the register but its internal keys, and when this database wrote it."""
    found = {model.__name__: list(model._default_manager.order_by("public_id").values()) for model in NOUNS}
    officers = dict(Officer.objects.values_list("id", "code"))
    for rows in found.values():
        for row in rows:
            public = {f"{name}_key": row.pop(name, None) for name in ("annuls_id", "voids_id", "debtor_id")}
            row["points"] = [value is not None for value in public.values()]
            for name in (
                "id",
                "case_id",
                "judgment_id",
                "creditor_id",
                "owner_id",
                "asset_id",
                "modified_at",
            ):
                row.pop(name, None)
            if "officer_id" in row:
                row["officer"] = officers.get(row.pop("officer_id"))
            if "id_number_sealed" in row:
                row["id_number_sealed"] = bytes(row["id_number_sealed"] or b"")
    themes = CaseTheme.objects.order_by("case__public_id", "theme")
    found["themes"] = list(themes.values_list("case__public_id", "theme", "recorded_at"))
    moves = Movement.objects.order_by("case__public_id", "id")
    columns = [
        f.name for f in Movement._meta.fields if not f.is_relation and f.name not in ("id", "recorded_at")
    ]
    found["movements"] = list(moves.values_list("case__public_id", *columns))
    return found


def borne_keys() -> set[tuple[Any, ...]]:
    """The keys of other systems that stand, with the public ids of what bears them."""
    rows = ExternalId.objects.filter(ended_at=None)
    bearers = (f"{noun}__public_id" for noun in ("judgment", "case", "party", "act"))
    return set(rows.values_list("system", "value", *bearers))


def test_a_full_export_restores_the_register_as_it_stood(
    committed_database: TestDatabase, tmp_path: Path
) -> None:
    both = [{**WITH_EVERYTHING, "case": WITH_EVERYTHING["case"] | {"decision_number": name}} for name in "AB"]
    imported(ndjson([*numbered([*SAMPLES, WITH_EVERYTHING]), *both]))
    # Two cases rest on one judgment; a key that was taken off does not come back.
    shared = Judgment.objects.annotate(resting=Count("cases")).order_by("-resting", "id")[0]
    assert shared.resting > 1
    first = shared.cases.order_by("id")[0]
    borne = {"judgment": shared, "case": first, "party": first.parties.order_by("-position")[0],
             "act": first.acts.order_by("-seq")[0]}  # fmt: skip
    for noun, row in borne.items():
        keys = [Key("court", f"{noun} 1"), Key("bank", noun)]
        write_keys(noun=noun, row_id=row.pk, keys=keys, by="TEST", at=timezone.now())
    set_keys(noun="act", row_id=borne["act"].pk, keys=[Key("bank", "act")], by="TEST", at=timezone.now())
    known = borne_keys()
    assert len(known) == 7
    before, content = standing(), exported(full=True)
    committed_database.clean()
    assert not Case.objects.exists()
    file = tmp_path / "full.ndjson"
    file.write_bytes(content)
    output = io.StringIO()
    call_command("import_stories", str(file), "--restore", stdout=output)
    assert "imported=" + str(len(before["Case"])) in output.getvalue().splitlines()[-1]
    after = standing()
    for name, rows in before.items():
        assert after[name] == rows, name
    assert borne_keys() == known
    assert exported(full=True) == content
    with pytest.raises(CommandError, match="has cases"):
        call_command("import_stories", str(file), "--restore")
    assert standing() == after


@pytest.mark.django_db
def test_a_full_export_is_refused_by_a_plain_import_and_says_the_same_without_its_record() -> None:
    bring_in([WITH_EVERYTHING], counted=False)
    full = exported(full=True)
    (story,) = parsed(full)
    assert story["case"]["recorded_by"] == story["acts"][0]["recorded_by"] == "TEST"
    assert without_record(story) == canonical(WITH_EVERYTHING)
    refusals = found(imported(full))
    assert {code for _, _, code in refusals} == {"FIELD_UNKNOWN"}
    assert {"/case/id", "/case/opening_id", "/case/recorded_at", "/acts/9/recorded_by", "/parties/0/id"} <= {
        pointer for _, pointer, _ in refusals
    }


def full_story(**case: Any) -> dict[str, Any]:
    """A story as a full export writes it, with ids that count up."""
    ids = (f"00000000-0000-4000-8000-{number:012d}" for number in range(1, 100))
    stamp = {"recorded_at": "2024-05-06T07:08:09.123456+00:00", "recorded_by": "USER:1 A"}
    story = made_story(acts=[{"type": "VERIFICATION", "effective_on": "2024-01-02"}])
    story["case"] |= {"id": next(ids), "opening_id": next(ids), **stamp, **case}
    story["case"]["judgment"] = {"id": next(ids), **story["case"]["judgment"]}
    for name in ("parties", "obligations"):
        story[name] = [{"id": next(ids), **part} for part in story[name]]
    story["acts"] = [{"id": next(ids), **stamp, **act} for act in story["acts"]]
    return story


@pytest.mark.django_db
def test_a_restore_keeps_ids_moments_and_recorders() -> None:
    job = imported(ndjson([full_story()]), restore=True)
    assert (job.state, job.summary["imported"]) == (Job.DONE, 1)
    act = Act.objects.get(seq=1)
    assert str(act.public_id).endswith("7")
    assert (act.recorded_at.isoformat(), act.recorded_by) == ("2024-05-06T07:08:09.123456+00:00", "USER:1 A")
    assert Case.objects.get().recorded_at == act.recorded_at


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "value", "pointer", "code"),
    [
        (("case", "id"), "x", "/case/id", "ID_INVALID"),
        (("case", "id"), 7, "/case/id", "ID_INVALID"),
        (("case", "opening_id"), None, "/case/opening_id", "MISSING"),
        (("case", "recorded_at"), "2024-05-06T07:08:09", "/case/recorded_at", "MOMENT_INVALID"),
        (("case", "recorded_at"), "2399-05-06T07:08:09Z", "/case/recorded_at", "DATE_IN_FUTURE"),
        (("acts", 0, "recorded_at"), "2001-05-06T07:08:09Z", "/acts/0/recorded_at", "RECORDED_OUT_OF_ORDER"),
        (("acts", 0, "recorded_by"), " ", "/acts/0/recorded_by", "TEXT_INVALID"),
        (("acts", 0, "id"), "00000000-0000-4000-8000-000000000001", "", "ID_TWICE"),
        (("parties", 0, "id"), None, "/parties/0/id", "MISSING"),
        (("case", "colour"), "red", "/case/colour", "FIELD_UNKNOWN"),
        (("case", "external_ids"), "x", "/case/external_ids", "EXTERNAL_IDS_INVALID"),
        (
            ("parties", 0, "external_ids"),
            [{"system": "X", "value": "1"}],
            "/parties/0/external_ids/0/system",
            "EXTERNAL_SYSTEM_INVALID",
        ),
        (("obligations", 0, "external_ids"), [], "/obligations/0/external_ids", "FIELD_UNKNOWN"),
        (("obligations", 0, "recorded_by"), "A", "/obligations/0/recorded_by", "FIELD_UNKNOWN"),
    ],
)
def test_a_restore_refuses_what_no_full_export_writes(
    path: tuple[Any, ...], value: Any, pointer: str, code: str
) -> None:
    story = full_story()
    place: Any = story
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    job = imported(ndjson([story]), restore=True)
    assert (job.state, found(job)) == (Job.FAILED, [(1, pointer, code)])
    assert not Case.objects.exists()


@pytest.mark.django_db
def test_a_restore_refuses_an_id_that_stands_twice_in_the_file() -> None:
    other = full_story(decision_number="2/QĐ")
    job = imported(ndjson([full_story(), other]), restore=True)
    assert {(line, code) for line, _, code in found(job)} == {(2, "ID_TWICE")}
    assert job.summary["refused"] == 1 and not Case.objects.exists()


@pytest.mark.django_db
def test_a_key_of_another_system_stands_once_in_a_restore() -> None:
    stories = []
    for number in (1, 2):
        text = json.dumps(full_story(decision_number=f"{number}/QĐ"), ensure_ascii=False)
        stories.append(json.loads(text.replace("00000000-0000-", f"0000000{number}-0000-")))
    stories[0]["case"]["judgment"]["id"] = stories[1]["case"]["judgment"]["id"]
    same = [{"system": "court", "value": "1"}]
    for story in stories:
        # One judgment; and a case and a party may be called the same.
        story["case"]["judgment"]["external_ids"] = same
    stories[0]["case"]["external_ids"] = stories[1]["parties"][0]["external_ids"] = same
    stories[1]["case"]["external_ids"] = same
    job = imported(ndjson(stories), restore=True)
    assert {(line, code) for line, _, code in found(job)} == {(2, "EXTERNAL_ID_TWICE")}
    assert not Case.objects.exists()
    del stories[1]["case"]["external_ids"]
    assert imported(ndjson(stories), restore=True).state == Job.DONE
    assert ExternalId.objects.count() == 3


@pytest.mark.django_db
def test_a_restore_into_a_register_with_cases_ends_with_a_sentence() -> None:
    bring_in([made_story(number="9/QĐ")], counted=False)
    job = imported(ndjson([full_story()]), restore=True)
    assert (job.state, job.summary["code"]) == (Job.FAILED, "RESTORE_NOT_EMPTY")
    assert Case.objects.count() == 1


# --- The command --------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_command_writes_a_file_whole_or_not_at_all(tmp_path: Path) -> None:
    stories = numbered([made_story()] * 3)
    bring_in(stories, counted=False)
    target = tmp_path / "out.ndjson"
    call_command("export_stories", "--unit", "DN.HC", "--out", str(target), stderr=io.StringIO())
    assert parsed(target.read_bytes()) == [canonical(story) for story in stories]
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["out.ndjson"]
    with pytest.raises(CommandError, match=r"no unit DN\.XX"):
        call_command("export_stories", "--unit", "DN.XX", "--out", str(tmp_path / "none"))
    with pytest.raises(CommandError, match="Cannot write"):
        call_command("export_stories", "--unit", "DN.HC", "--out", str(tmp_path / "no" / "such"))


def test_the_command_writes_to_standard_output_and_nothing_else(
    committed_database: TestDatabase, project_dir: Path
) -> None:
    import os

    bring_in([made_story()], counted=False)
    done = subprocess.run(
        [sys.executable, "manage.py", "export_stories", "--unit", "DN", "--full"],
        cwd=project_dir,
        env={**os.environ, **committed_database.environment},
        capture_output=True,
        check=True,
    )
    (story,) = parsed(done.stdout)
    assert without_record(story) == canonical(made_story())
    assert json.dumps("1 việc / cases", ensure_ascii=False).strip('"') in done.stderr.decode()
