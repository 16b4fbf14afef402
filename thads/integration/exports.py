"""Taking a register out: the cases of a unit as stories, one JSON object on a line, in order of their keys.

A plain export says what is so in law and comes in anywhere; a full one adds ids, moments and recorders, for a
restore. Memory is one batch, whatever the size of the register. A job keeps how far its file is right (the
last case and the byte after it) and goes on from there after a crash.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import orjson
from django.core.files.storage import default_storage
from django.db.models import QuerySet

from cases.models import Case
from cases.querysets.records import records
from cases.querysets.stories import stories
from cases.rules.record import with_record
from cases.rules.story_text import as_object
from cases.rules.tables import tables
from officers.models import Unit
from thads.common.snapshot import one_snapshot
from thads.jobs.models import Job
from thads.jobs.runner import check_cancelled, submit

#: Cases read and written together.
BATCH = 300


def submit_export(*, unit: Unit, full: bool, by: str) -> Job:
    """Put down the job that writes the stories of the cases now handled by ``unit`` and below."""
    name = default_storage.generate_filename(f"exports/{uuid.uuid4()}.ndjson")
    params = {"file": name, "unit": unit.code, "full": full}
    total = _cases_of(unit.pk).count()
    return submit(kind="EXPORT", params=params, by=by, unit_id=unit.pk, total=total)


def run(job: Job) -> dict[str, Any]:
    """Write the job's file (``thads.jobs``). Returns the cases written, and size and SHA-256 of the file."""
    path = Path(default_storage.path(job.params["file"]))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    cursor = {"case": 0, "cases": 0, "bytes": 0, **job.cursor}
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        if os.fstat(file.fileno()).st_size < cursor["bytes"]:
            # The file is not the one the cursor speaks of: begin anew.
            cursor = dict.fromkeys(cursor, 0)
        # What was written after the last commit is written again.
        file.truncate(cursor["bytes"])
        file.seek(cursor["bytes"])
        for last, lines in _batches(job.unit_id, job.params["full"], after=cursor["case"]):
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
            cursor = {"case": last, "cases": cursor["cases"] + len(lines), "bytes": file.tell()}
            job.cursor, job.progress_done = cursor, cursor["cases"]
            job.progress_total = max(job.progress_total or 0, cursor["cases"])
            job.save(update_fields=["cursor", "progress_done", "progress_total"])
            check_cancelled(job)
        file.seek(0)
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return {"cases": cursor["cases"], "bytes": cursor["bytes"], "sha256": sha256}


def write_stories(target: IO[bytes], *, unit: Unit, full: bool) -> int:
    """Write the stories of ``unit`` and below to ``target``, all as of one moment. Returns how many."""
    count = 0
    with one_snapshot():
        for _, lines in _batches(unit.pk, full, after=0):
            target.writelines(lines)
            count += len(lines)
    return count


def _batches(unit_id: int | None, full: bool, *, after: int) -> Iterator[tuple[int, list[bytes]]]:
    """The lines of a batch at a time, with the key of its last case. Each batch is read as of one moment."""
    while True:
        with one_snapshot():
            keys = list(
                _cases_of(unit_id).filter(id__gt=after).order_by("id").values_list("id", flat=True)[:BATCH]
            )
            lines = _lines(keys, full)
        if not keys:
            return
        after = keys[-1]
        yield after, lines


def _lines(keys: list[int], full: bool) -> list[bytes]:
    bodies = {key: as_object(story) for key, story in stories(keys, tables()).items()}
    if full:
        known = records(keys)
        bodies = {key: with_record(body, known[key]) for key, body in bodies.items()}
    return [orjson.dumps(bodies[key], option=orjson.OPT_APPEND_NEWLINE) for key in keys]


def _cases_of(unit_id: int | None) -> QuerySet[Any]:
    cases: QuerySet[Any] = Case.objects.all()
    return cases if unit_id is None else cases.filter(unit__in=Unit.objects.subtree(unit_id))
