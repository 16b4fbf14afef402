"""Bulk writes: many rows in one request, at once or as a job.

Rows are dealt with in the order in which they were sent, and what one writes the next one finds. ``each``
writes what may stand; ``atomic`` all or nothing; a dry run does everything and takes it back. A bulk, even
one that is done at once, is a job with the outcome of every row, so that its answer can be given again.

A job of ``each`` is one transaction for every chunk, which holds what was written, the outcomes, and how far
the job has come: after a crash it goes on exactly there. An atomic job is one transaction.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

import orjson
from django.db import DataError, transaction
from django.utils import timezone

from thads.common.bulk import copy_rows
from thads.common.errors import Fault, Refused
from thads.common.sealing import seal_file, unseal_file
from thads.jobs.caller import Caller
from thads.jobs.models import BulkOutcome, BulkRow, BulkWorkbook, Finding, Job
from thads.jobs.runner import JobFailed, check_cancelled, submit

ATOMIC, EACH = "atomic", "each"
MODES = (ATOMIC, EACH)
#: Rows dealt with while the request waits; more are a job.
AT_ONCE = 1000
#: Rows of one job.
MOST = 100_000
#: Rows in one transaction of a job.
CHUNK = 500
#: How long it is kept what became of each row, longer than an Idempotency-Key is known, and the workbook in
#: which rows were sent, which names people.
OUTCOMES_KEPT: Final = dt.timedelta(days=30)
WORKBOOKS_KEPT: Final = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a row: ``subject`` and ``row`` by public id and the ``version`` after it, or the faults
    for which it was refused, with pointers into the row.
    """

    subject: uuid.UUID | None = None
    row: uuid.UUID | None = None
    version: int | None = None
    faults: tuple[Fault, ...] = ()

    @property
    def refused(self) -> bool:
        return self.version is None


class Noun(Protocol):
    """What the rows of a bulk are."""

    def lock(self, caller: Caller, rows: Iterator[Any]) -> None:
        """Lock what all these rows will be written to, in the order that everybody keeps."""

    def record(self, caller: Caller, rows: Sequence[Any]) -> list[Result]:
        """Write, in the open transaction, those of the rows that may stand."""


# --- At once ------------------------------------------------------------------------------------------------


def done_at_once(
    *, kind: str, noun: Noun, caller: Caller, rows: Sequence[Any], mode: str, dry_run: bool, unit_id: int
) -> tuple[Job | None, list[Result]]:
    """Deal with the rows now: their results, and the job that keeps them; none of a dry run. Needs a
    transaction. Raises Refused, naming every bad row by its place, when an atomic bulk has one.
    """
    with transaction.atomic():
        results = _recorded(noun, caller, rows)
        refused = [result for result in results if result.refused]
        if dry_run or (mode == ATOMIC and refused):
            transaction.set_rollback(True)
    if mode == ATOMIC and refused:
        raise Refused(_faults(0, results), code="BULK_REFUSED")
    if dry_run:
        return None, _tried(results)
    job = Job.objects.create(
        kind=kind,
        state=Job.DONE,
        params=_params(caller, mode, dry_run) | {"at_once": True},
        summary=_counts(results),
        submitted_by=caller.principal.by,
        unit_id=unit_id,
        progress_done=len(rows),
        progress_total=len(rows),
        ended_at=timezone.now(),
    )
    job.refresh_from_db(fields=["public_id"])
    _keep(job, 0, results)
    return job, results


def kept_results(job_id: int) -> list[Result]:
    """The results that a job has kept, in the order of its rows. Their faults point into the rows."""
    faults: dict[int, list[Fault]] = {}
    for finding in Finding.objects.filter(job=job_id).order_by("pk"):
        own = replace(finding.fault, pointer=finding.pointer.removeprefix(f"/{finding.line}"))
        faults.setdefault(finding.line, []).append(own)
    rows = BulkOutcome.objects.filter(job=job_id).order_by("place")
    return [
        Result(subject, row, version, tuple(faults.get(place, ())))
        for place, subject, row, version in rows.values_list("place", "subject", "row", "version")
    ]


# --- As a job -----------------------------------------------------------------------------------------------


def submit_bulk(
    *,
    kind: str,
    caller: Caller,
    rows: Sequence[Any],
    mode: str,
    dry_run: bool,
    unit_id: int,
    workbook: bytes | None = None,
) -> Job:
    """Put down the job that deals with the rows, which are kept until they have been dealt with; the
    ``workbook`` they came in is kept for ``WORKBOOKS_KEPT``, to be given back with its bad cells marked.
    """
    params = _params(caller, mode, dry_run)
    if workbook is not None:
        params["workbook"] = True
    job = submit(kind=kind, params=params, by=caller.principal.by, unit_id=unit_id, total=len(rows))
    copy_rows(
        BulkRow,
        ("job_id", "place", "body"),
        ((job.pk, place, orjson.dumps(row).decode()) for place, row in enumerate(rows)),
    )
    if workbook is not None:
        BulkWorkbook.objects.create(job=job, content=seal_file(workbook))
    return job


def kept_workbook(job_id: int) -> bytes | None:
    """The workbook in which the rows of a job came, as long as it is kept."""
    found = BulkWorkbook.objects.filter(job=job_id).values_list("content", flat=True).first()
    return None if found is None else unseal_file(bytes(found))


# --- Not for ever -------------------------------------------------------------------------------------------


def is_kept(ended_at: dt.datetime | None, kept: dt.timedelta, now: dt.datetime) -> bool:
    """Whether what is ``kept`` so long of a job that ended then is still there."""
    return ended_at is None or ended_at > now - kept


def sweep(*, now: dt.datetime) -> int:
    """Delete what bulks have kept beyond its time: workbooks, and the outcome of every row with what was
    wrong with it. The jobs with their counts stay. Returns how many jobs have lost something.
    """
    over = Job.objects.filter(ended_at__isnull=False)
    old = BulkWorkbook.objects.filter(job__in=over.filter(ended_at__lte=now - WORKBOOKS_KEPT))
    touched = set(old.values_list("job_id", flat=True))
    old.delete()
    ended = over.filter(ended_at__lte=now - OUTCOMES_KEPT, outcomes__isnull=False)
    for job in ended.distinct().values_list("pk", flat=True):
        with transaction.atomic():
            Finding.objects.filter(job=job).delete()
            BulkOutcome.objects.filter(job=job).delete()
        touched.add(job)
    return len(touched)


def run(job: Job, noun: Noun) -> dict[str, Any]:
    """Deal with the rows of the job (``thads.jobs``). Returns the counts; raises JobFailed when an atomic
    bulk has a bad row.
    """
    if job.params["mode"] == EACH and not job.params["dry_run"]:
        while _chunk_done(job, noun):
            pass
        return _kept_counts(job)
    if "ended" not in job.cursor:
        _whole(job, noun)
    counts = _kept_counts(job)
    if counts["refused"] and job.params["mode"] == ATOMIC:
        raise JobFailed({**counts, "recorded": 0, "code": "BULK_REFUSED"})
    return counts


def _chunk_done(job: Job, noun: Noun) -> bool:
    """One transaction: some rows, what became of them, and how far the job has come. False at the end."""
    check_cancelled(job)
    caller = Caller.from_params(job.params["caller"])
    with transaction.atomic():
        first = job.cursor.get("next", 0)
        rows = _bodies(job, first, CHUNK)
        if not rows:
            return False
        _keep(job, first, _recorded(noun, caller, rows))
        BulkRow.objects.filter(job=job, place__lt=first + len(rows)).delete()
        _save(job, {"next": first + len(rows)}, first + len(rows))
    return True


def _whole(job: Job, noun: Noun) -> None:
    """All rows in one transaction, which stands when it may; then what became of them is kept with it. Else
    it is kept in another, when everything that was written has been taken back.
    """
    caller, dry_run = Caller.from_params(job.params["caller"]), job.params["dry_run"]
    with transaction.atomic():
        noun.lock(caller, (row for chunk in _chunks(job) for row in chunk))
        results: list[Result] = []
        for chunk in _chunks(job):
            check_cancelled(job)
            results += _recorded(noun, caller, chunk)
        undone = dry_run or (job.params["mode"] == ATOMIC and any(one.refused for one in results))
        if undone:
            transaction.set_rollback(True)
        else:
            _end_whole(job, results)
    if undone:
        with transaction.atomic():
            _end_whole(job, _tried(results))


def _end_whole(job: Job, results: list[Result]) -> None:
    _keep(job, 0, results)
    BulkRow.objects.filter(job=job).delete()
    _save(job, {"ended": True}, len(results))


def _save(job: Job, cursor: dict[str, Any], done: int) -> None:
    # Attempts are counted from the last step forward, so that many restarts end no job that moves.
    job.cursor, job.progress_done, job.attempts = cursor, done, 1
    job.save(update_fields=["cursor", "progress_done", "attempts"])


def _chunks(job: Job) -> Iterator[list[Any]]:
    first = 0
    while rows := _bodies(job, first, CHUNK):
        yield rows
        first += len(rows)


def _bodies(job: Job, first: int, count: int) -> list[Any]:
    rows = BulkRow.objects.filter(job=job, place__gte=first).order_by("place")
    return [orjson.loads(body) for body in rows.values_list("body", flat=True)[:count]]


# --- Both ---------------------------------------------------------------------------------------------------


def _recorded(noun: Noun, caller: Caller, rows: Sequence[Any]) -> list[Result]:
    """The rows written as far as they may stand. A row that the database itself will not take, which no check
    foresaw, is found by halves and refused; the others are written.
    """
    try:
        with transaction.atomic():
            return noun.record(caller, rows)
    except DataError:
        if len(rows) == 1:
            return [Result(faults=(Fault("VALUE_UNUSABLE"),))]
    half = len(rows) // 2
    return _recorded(noun, caller, rows[:half]) + _recorded(noun, caller, rows[half:])


def _tried(results: Sequence[Result]) -> list[Result]:
    """The results of what was taken back: nothing that they name is there."""
    return [replace(result, row=None) for result in results]


def _keep(job: Job, first: int, results: Sequence[Result]) -> None:
    copy_rows(
        BulkOutcome,
        ("job_id", "place", "subject", "row", "version"),
        ((job.pk, place, one.subject, one.row, one.version) for place, one in enumerate(results, first)),
    )
    Finding.objects.bulk_create(
        Finding(
            job=job,
            severity=Finding.ERROR,
            line=place,
            pointer=f"/{place}{fault.pointer}",
            code=fault.code,
            params=orjson.loads(orjson.dumps(dict(fault.params), default=str)),
            legal_basis=fault.legal_basis,
        )
        for place, one in enumerate(results, first)
        for fault in one.faults
    )


def _faults(first: int, results: Sequence[Result]) -> list[Fault]:
    """What is wrong with each row, under its place."""
    return [fault.under(f"/{place}") for place, one in enumerate(results, first) for fault in one.faults]


def _counts(results: Sequence[Result]) -> dict[str, Any]:
    refused = sum(one.refused for one in results)
    return {"recorded": len(results) - refused, "refused": refused}


def _kept_counts(job: Job) -> dict[str, Any]:
    total = job.outcomes.count()
    refused = job.outcomes.filter(version=None).count()
    return {"recorded": total - refused, "refused": refused}


def _params(caller: Caller, mode: str, dry_run: bool) -> dict[str, Any]:
    return {"caller": caller.as_params(), "mode": mode, "dry_run": dry_run}
