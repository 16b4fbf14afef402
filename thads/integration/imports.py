"""Bringing a register in: a job over a file of stories, one JSON object on a line.

``each``: every chunk is one transaction that holds its stories, its findings and how far the job has come, so
a crash anywhere resumes with nothing lost or doubled. ``atomic``: a first pass writes nothing and finds
everything that is wrong; only when that is nothing, one transaction writes all. A dry run is the first pass
alone. A restore is an atomic import of a full export into a register without cases, under the ids and moments
of the export. Memory is one chunk, whatever the size of the file.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import IO, Any

import orjson
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import DataError, IntegrityError, OperationalError, connection, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from cases.actions.plans import Identity, StoryPlan, plan_story
from cases.actions.register import Register
from cases.actions.write import story_moment, write_stories
from cases.models import Case
from cases.querysets.stories import stories
from cases.rules import story_text
from cases.rules.life import Life
from cases.rules.record import read_record, without_record
from cases.rules.tables import tables
from officers.models import Unit
from thads.common.errors import Fault, Refused
from thads.jobs.models import Finding, Job
from thads.jobs.runner import JobFailed, check_cancelled, submit
from thads.journal import consumers

EACH, ATOMIC = "each", "atomic"
MODES = (EACH, ATOMIC)
#: Stories per transaction.
CHUNK = 2000
#: A chunk also ends when it has read this much, so that long stories do not add up.
CHUNK_BYTES = 8 * 1024 * 1024
#: A longer line is refused unread.
MAX_LINE = 4 * 1024 * 1024
#: What some editors write before the first line (U+FEFF).
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
#: How often a chunk is planned again because somebody else wrote one of its cases meanwhile.
_RETRIES = 5


@dataclass(slots=True)
class Counts:
    """What became of the lines read so far."""

    read: int = 0
    imported: int = 0
    unchanged: int = 0
    refused: int = 0
    warnings: int = 0

    def as_dict(self) -> dict[str, int]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class Chunk:
    """Some lines of the file, with the number of the first and the byte after the last."""

    first: int
    lines: list[bytes | None]
    end: int


@dataclass(slots=True)
class Checked:
    """What a chunk came to: the plans to write, the lives of the cases written, and what was found."""

    plans: list[StoryPlan] = field(default_factory=list)
    written: dict[int, Life] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)


@dataclass(slots=True)
class KeptFile:
    """Stories as they were sent, kept in a file of their own until their job is over."""

    name: str
    sha256: str
    lines: int
    taken: bool = False


@contextmanager
def kept_file(source: IO[bytes]) -> Iterator[KeptFile]:
    """The stories of ``source`` kept in a file, which goes again unless a job has taken it."""
    tee = _Tee(source)
    name = default_storage.generate_filename(f"imports/{uuid.uuid4()}.ndjson")
    path = Path(default_storage.path(name))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = KeptFile(name, "", 0)
    try:
        with open(path, "xb", opener=_owner_only) as kept:
            shutil.copyfileobj(tee, kept, 1024 * 1024)
        file.sha256, file.lines = tee.sha256, tee.lines
        yield file
    finally:
        # What a job has taken stays, even if its transaction fails: nobody can tell whether it was the commit
        # that failed or only the word of it. A file without a job is swept.
        if not file.taken:
            path.unlink(missing_ok=True)


def submit_import(
    source: IO[bytes], *, mode: str, dry_run: bool, by: str, unit_id: int | None, restore: bool = False
) -> Job:
    """Keep the stories of ``source`` and put down the job that brings them in.

    ``unit_id`` limits the stories to units of that subtree; None is no limit. ``restore`` reads a full
    export, and wants a register without cases.
    """
    with kept_file(source) as file:
        return submit_kept(file, mode=mode, dry_run=dry_run, by=by, unit_id=unit_id, restore=restore)


def submit_kept(
    file: KeptFile, *, mode: str, dry_run: bool, by: str, unit_id: int | None, restore: bool = False
) -> Job:
    """Put down the job that brings in the stories of ``file``, or find the one that does already."""
    params = {
        "file": file.name,
        "sha256": file.sha256,
        "mode": ATOMIC if restore else mode,
        "dry_run": dry_run,
        "restore": restore,
    }
    waiting = _same_unfinished(params, by, unit_id)
    if waiting is not None:
        return waiting
    job = submit(kind="IMPORT", params=params, by=by, unit_id=unit_id, total=file.lines)
    file.taken = True
    return job


def _same_unfinished(params: dict[str, Any], by: str, unit_id: int | None) -> Job | None:
    """The job that brings the same content in already: asking twice, as after a crash, is asking once."""
    wanted = {name: value for name, value in params.items() if name != "file"}
    unfinished = Job.objects.unfinished().filter(kind="IMPORT", submitted_by=by, unit_id=unit_id)
    found: Job | None = unfinished.filter(params__contains=wanted).order_by("id").first()
    return found


def _owner_only(path: str, flags: int) -> int:
    """Stories name people: nobody but the service's own user reads the file."""
    return os.open(path, flags, 0o600)


def run(job: Job) -> dict[str, Any]:
    """Bring the job's file in (``thads.jobs``). Returns the counts; raises JobFailed when an atomic import
    found an error.

    The file names people in clear, so it goes when the job is over; an interrupted job still needs it.
    """
    try:
        counts = _bring_in(job)
    except OperationalError:
        raise
    except Exception:
        default_storage.delete(job.params["file"])
        raise
    default_storage.delete(job.params["file"])
    return counts.as_dict()


def _bring_in(job: Job) -> Counts:
    if "written" in job.cursor:
        counts = Counts(**job.cursor["written"])
    elif job.params["dry_run"]:
        return _check_all(job)
    elif job.params["mode"] == ATOMIC:
        counts = _write_atomic(job)
    else:
        counts = _write_each(job)
    consumers.wait_until_caught_up()
    return counts


def _write_atomic(job: Job) -> Counts:
    for attempt in range(_RETRIES):
        counts = _check_all(job)
        if counts.refused:
            raise JobFailed({**counts.as_dict(), "imported": 0, "code": "IMPORT_REFUSED"})
        try:
            return _write_all(job)
        except IntegrityError:
            # Somebody else wrote one of these cases since the first pass: look again, with it standing.
            if attempt == _RETRIES - 1:
                raise
    raise AssertionError("unreachable")


def _write_each(job: Job) -> Counts:
    counts = Counts(**job.cursor.get("counts", {}))
    with default_storage.open(job.params["file"], "rb") as file:
        for chunk in _chunks(file, job.cursor.get("offset", 0), job.cursor.get("lines", 0)):
            check_cancelled(job)
            counts = _write_chunk(job, chunk, counts)
    return counts


def _hand_over(written: dict[int, Life]) -> None:
    """Let those count the cases just written who can do without reading them. Whatever comes in between is
    no harm: what is not counted here is still marked.
    """
    for path in settings.STORY_CONSUMERS.values():
        import_string(path)(written)


def _write_chunk(job: Job, chunk: Chunk, counts: Counts) -> Counts:
    """One transaction: the stories of a chunk, what was found, and how far the job has come."""
    for attempt in range(_RETRIES):
        register = _register(job)
        # Planned before the transaction, which is short then: whoever reads these units while it is open
        # knows nothing newer than its beginning.
        done = _check(job, chunk, register, set())
        try:
            with transaction.atomic():
                written: dict[int, Life] = {}
                # Right after the commit, before anybody is woken to read them back.
                transaction.on_commit(partial(_hand_over, written))
                done = _stored(job, chunk, done, register)
                written.update(done.written)
                total = _added(counts, done.counts)
                job.cursor = {
                    "offset": chunk.end,
                    "lines": chunk.first - 1 + len(chunk.lines),
                    "counts": total.as_dict(),
                }
                job.progress_done = chunk.first - 1 + len(chunk.lines)
                Finding.objects.bulk_create(done.findings)
                # Attempts are counted from the last step forward, so that many restarts end no job that
                # moves.
                job.attempts = 1
                job.save(update_fields=["cursor", "progress_done", "attempts"])
            return total
        except IntegrityError:
            # Somebody else wrote one of these cases meanwhile: plan the chunk again, with it standing.
            if attempt == _RETRIES - 1:
                raise
    raise AssertionError("unreachable")


def _stored(job: Job, chunk: Chunk, done: Checked, register: Register) -> Checked:
    """Write what is right in a chunk. A story the database itself will not take, which no check foresaw, is
    refused by its line, and the others come in.
    """
    try:
        with transaction.atomic():
            _write(job, done, register)
        return done
    except DataError as error:
        if len(chunk.lines) == 1:
            refused = Checked()
            refused.counts.read = 1
            problem = str(error).splitlines()[0].replace("\x00", "")
            _refuse(job, refused, chunk.first, (Fault("STORY_NOT_STORABLE", "", {"problem": problem}),))
            return refused
    whole = Checked()
    for number, line in enumerate(chunk.lines, chunk.first):
        alone = Chunk(number, [line], chunk.end)
        register = _register(job)
        part = _stored(job, alone, _check(job, alone, register, set()), register)
        whole.findings += part.findings
        whole.written |= part.written
        whole.counts = _added(whole.counts, part.counts)
    return whole


def _check_all(job: Job) -> Counts:
    """The pass that writes nothing. It starts over after a crash, because nothing of it is kept but its
    findings.
    """
    job.findings.all().delete()
    if _restores(job):
        _refuse_standing_cases()
    counts = Counts()
    announced: set[str] = set()
    with connection.cursor() as cursor, default_storage.open(job.params["file"], "rb") as file:
        for name, columns in _SCRATCH.items():
            cursor.execute(f"DROP TABLE IF EXISTS {name}")
            cursor.execute(f"CREATE TEMPORARY TABLE {name} ({columns})")
        for chunk in _chunks(file, 0, 0):
            check_cancelled(job)
            done = _check(job, chunk, _register(job), announced, seen_before=True)
            counts = _added(counts, done.counts)
            Finding.objects.bulk_create(done.findings)
            Job.objects.filter(pk=job.pk).update(progress_done=chunk.first - 1 + len(chunk.lines))
        if _restores(job):
            counts = _added(counts, _check_ids(job))
        for name in _SCRATCH:
            cursor.execute(f"DROP TABLE {name}")
    return counts


#: What the first pass remembers, in the database so that memory does not grow with the file: the identities
#: it would have written, and every id of a restore with what bears it.
_SCRATCH = {
    "import_seen": "identity text PRIMARY KEY, digest text NOT NULL",
    "import_ids": "id uuid NOT NULL, line bigint NOT NULL, bearer text NOT NULL",
    "import_keys": "noun text NOT NULL, id text NOT NULL, line bigint NOT NULL, bearer text NOT NULL",
}


def _restores(job: Job) -> bool:
    return bool(job.params.get("restore"))


def _refuse_standing_cases() -> None:
    if Case.objects.exists():
        raise JobFailed({**Counts().as_dict(), "code": "RESTORE_NOT_EMPTY"})


def _check_ids(job: Job) -> Counts:
    """Refuse the stories of a restore in which an id, or a key of another system, stands for two things."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(line), id FROM import_ids GROUP BY id HAVING count(DISTINCT bearer) > 1 ORDER BY 1, 2"
        )
        twice = [(line, Fault("ID_TWICE", "", {"id": str(key)})) for line, key in cursor.fetchall()]
        cursor.execute(
            "SELECT max(line), id FROM import_keys GROUP BY noun, id HAVING count(DISTINCT bearer) > 1 "
            "ORDER BY 1, 2"
        )
        twice += [(line, Fault("EXTERNAL_ID_TWICE", "", {"key": key})) for line, key in cursor.fetchall()]
    Finding.objects.bulk_create(_finding(job, Finding.ERROR, line, fault) for line, fault in twice)
    return Counts(refused=len({line for line, _ in twice}))


def _write_all(job: Job) -> Counts:
    """One transaction for the whole file. What it came to is kept with it, so that a crash right after it
    is known.
    """
    counts = Counts()
    announced: set[str] = set()
    with transaction.atomic(), default_storage.open(job.params["file"], "rb") as file:
        if _restores(job):
            with connection.cursor() as cursor:
                cursor.execute(
                    f"LOCK TABLE {connection.ops.quote_name(Case._meta.db_table)} IN EXCLUSIVE MODE"
                )
            _refuse_standing_cases()
        for chunk in _chunks(file, 0, 0):
            check_cancelled(job)
            register = _register(job)
            done = _check(job, chunk, register, announced)
            if done.counts.refused:
                # Somebody wrote one of these cases since the first pass: nothing of this file may stand.
                raise IntegrityError("a case of this file was written by somebody else meanwhile")
            _write(job, done, register)
            counts = _added(counts, done.counts)
        job.cursor = {"written": counts.as_dict()}
        job.save(update_fields=["cursor"])
    return counts


def _write(job: Job, done: Checked, register: Register) -> None:
    at = story_moment(done.plans, register)
    cases = write_stories(plans=done.plans, register=register, by=job.submitted_by, at=at)
    if any(plan.lawful.story.new_officers for plan in done.plans):
        register = register.with_officers()
    done.written = {
        case: plan.lawful.life.held(register.holder, at)
        for case, plan in zip(cases, done.plans, strict=True)
        if plan.record is None
    }


def _check(
    job: Job, chunk: Chunk, register: Register, announced: set[str], *, seen_before: bool = False
) -> Checked:
    """Plan every line of a chunk against what stands and against the lines before it.

    ``announced`` are the officers that earlier stories of the file bring with them: one warning for each is
    enough.
    """
    done = Checked()
    now = timezone.now()
    planned: list[tuple[int, StoryPlan]] = []
    for number, line in enumerate(chunk.lines, chunk.first):
        if line is not None and not line.strip():
            continue
        done.counts.read += 1
        try:
            planned.append((number, _plan(line, register, now, restore=_restores(job))))
        except Refused as refusal:
            _refuse(job, done, number, refusal.faults)
    standing = _standing([plan.identity for _, plan in planned], seen_before=seen_before)
    for number, plan in planned:
        digest = plan.lawful.digest
        known = standing.get(plan.identity)
        if known is None:
            standing[plan.identity] = {digest}
            done.plans.append(plan)
            done.counts.imported += 1
            _warn(job, done, number, plan, announced)
        elif digest in known:
            done.counts.unchanged += 1
        else:
            _, decision, day = plan.identity
            params = {"number": decision, "date": day.isoformat()}
            _refuse(job, done, number, (Fault("DUPLICATE_DIFFERENT", "/case/decision_number", params),))
    if seen_before:
        _remember(done.plans)
        if _restores(job):
            _remember_ids(planned)
    # In the order of the file, so that findings read in the order they were written are too.
    done.findings.sort(key=lambda finding: finding.line)
    return done


def _warn(job: Job, done: Checked, line: int, plan: StoryPlan, announced: set[str]) -> None:
    created = set(plan.lawful.story.new_officers)
    warnings = [
        fault
        for fault in plan.lawful.warnings
        if fault.code != "OFFICER_CREATED" or fault.params["officer"] not in announced
    ]
    announced |= created
    done.counts.warnings += len(warnings)
    done.findings += [_finding(job, Finding.WARNING, line, fault) for fault in warnings]


def _plan(line: bytes | None, register: Register, now: dt.datetime, *, restore: bool) -> StoryPlan:
    if line is None:
        raise Refused(Fault("LINE_TOO_LONG", "", {"limit": MAX_LINE}))
    try:
        raw = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise Refused(Fault("LINE_NOT_JSON", "", {"problem": str(error)})) from None
    today = timezone.localdate(now)
    if not restore:
        return plan_story(raw, register=register, today=today)
    plan = plan_story(without_record(raw), register=register, today=today)
    return replace(plan, record=read_record(raw, now))


def _standing(identities: list[Identity], *, seen_before: bool) -> dict[Identity, set[str]]:
    """The digests a story may have to be the same as the case that stands under its identity."""
    if not identities:
        return {}
    authorities, numbers, days = (set(part) for part in zip(*identities, strict=True))
    rows = Case.objects.filter(
        authority_id__in=authorities, decision_number__in=numbers, decision_date__in=days
    )
    wanted = set(identities)
    found: dict[Identity, set[str]] = {}
    undigested: dict[int, Identity] = {}
    columns = ("id", "content_digest", "authority_id", "decision_number", "decision_date")
    for key, digest, *identity in rows.values_list(*columns):
        if tuple(identity) not in wanted:
            continue
        if digest is None:
            undigested[key] = (identity[0], identity[1], identity[2])
        else:
            found[tuple(identity)] = {digest}
    for key, story in stories(undigested, tables()).items() if undigested else ():
        found[undigested[key]] = {story_text.digest(story)}
    if seen_before:
        keys = {_identity_text(identity): identity for identity in wanted}
        with connection.cursor() as cursor:
            cursor.execute("SELECT identity, digest FROM import_seen WHERE identity = ANY(%s)", [list(keys)])
            for text, digest in cursor.fetchall():
                found.setdefault(keys[text], set()).add(digest)
    return found


def _remember(plans: list[StoryPlan]) -> None:
    """Keep what this pass would have written."""
    _copy_scratch("import_seen", ((_identity_text(plan.identity), plan.lawful.digest) for plan in plans))


def _remember_ids(planned: list[tuple[int, StoryPlan]]) -> None:
    """Keep the ids a restore would write, each with what bears it: a place of this file, or a judgment."""

    def rows() -> Iterator[tuple[Any, ...]]:
        for line, plan in planned:
            if plan.record is not None:
                for place, key in enumerate(plan.record.own_ids()):
                    yield key, line, f"{line}/{place}"
                yield plan.record.judgment, line, repr(plan.lawful.story.judgment)

    _copy_scratch("import_ids", rows())
    _copy_scratch("import_keys", _keys_borne(planned))


def _keys_borne(planned: list[tuple[int, StoryPlan]]) -> Iterator[tuple[Any, ...]]:
    """The keys of other systems that a restore would write: the noun, the key, the line, what bears it."""
    for line, plan in planned:
        if plan.record is not None:
            for noun, place, key in plan.record.own_keys():
                yield noun, str(key), line, f"{line}/{place}"
            for key in plan.record.keys.judgment:
                yield "judgment", str(key), line, repr(plan.lawful.story.judgment)


def _copy_scratch(table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    with (
        connection.wrap_database_errors,
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _identity_text(identity: Identity) -> str:
    authority, number, day = identity
    return f"{authority}/{day.isoformat()}/{number}"


def _register(job: Job) -> Register:
    """The organisation as the one who submitted the job may use it."""
    if job.unit_id is None:
        return Register.load()
    return Register.load(frozenset(Unit.objects.subtree(job.unit_id).values_list("id", flat=True)))


def _refuse(job: Job, done: Checked, line: int, faults: tuple[Fault, ...]) -> None:
    done.counts.refused += 1
    done.findings += [_finding(job, Finding.ERROR, line, fault) for fault in faults]


def _finding(job: Job, severity: str, line: int, fault: Fault) -> Finding:
    return Finding(
        job=job,
        severity=severity,
        line=line,
        pointer=fault.pointer,
        code=fault.code,
        params=dict(fault.params),
        legal_basis=fault.legal_basis,
    )


def _added(counts: Counts, more: Counts) -> Counts:
    return Counts(*(getattr(counts, name) + getattr(more, name) for name in Counts.__slots__))


def _chunks(file: IO[bytes], offset: int, lines_before: int) -> Iterator[Chunk]:
    """The file in chunks from ``offset`` on. A line over the limit stands as None and is passed over in
    pieces.
    """
    file.seek(offset)
    if not offset and file.read(len(_BYTE_ORDER_MARK)) != _BYTE_ORDER_MARK:
        file.seek(0)
    number = lines_before + 1
    lines: list[bytes | None] = []
    size = 0
    while line := file.readline(MAX_LINE + 1):
        size += len(line)
        if len(line) > MAX_LINE and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = file.readline(MAX_LINE)
            lines.append(None)
        else:
            lines.append(line)
        if len(lines) >= CHUNK or size >= CHUNK_BYTES:
            yield Chunk(number, lines, file.tell())
            number += len(lines)
            lines, size = [], 0
    if lines:
        yield Chunk(number, lines, file.tell())


class _Tee(io.RawIOBase):
    """Reads through, counting the lines and digesting the bytes on the way."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._digest = hashlib.sha256()
        self._newlines = 0
        self._last = b"\n"

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        block = self._source.read(size)
        if block:
            self._digest.update(block)
            self._newlines += block.count(b"\n")
            self._last = block[-1:]
        return block

    @property
    def lines(self) -> int:
        return self._newlines + (self._last != b"\n")

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()
