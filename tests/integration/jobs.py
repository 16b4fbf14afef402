"""Running imports and exports in the process of the test."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings

from officers.models import Unit
from thads.integration.exports import submit_export
from thads.integration.imports import submit_import
from thads.jobs import runner
from thads.jobs.models import Finding, Job


def ndjson(stories: Iterable[Any]) -> bytes:
    """One story on a line."""
    return b"".join(json.dumps(story, ensure_ascii=False).encode() + b"\n" for story in stories)


def submitted(
    content: bytes,
    *,
    mode: str = "each",
    dry_run: bool = False,
    unit: str | None = None,
    restore: bool = False,
) -> Job:
    """An import of ``content`` that has not run yet."""
    limit = None if unit is None else Unit.objects.get(code=unit).pk
    return submit_import(
        io.BytesIO(content), mode=mode, dry_run=dry_run, by="TEST", unit_id=limit, restore=restore
    )


def imported(content: bytes, **options: Any) -> Job:
    """An import of ``content`` that has come to its end."""
    return finished(submitted(content, **options))


def finished(job: Job) -> Job:
    assert runner.run(job.pk)
    job.refresh_from_db()
    return job


def exported(unit: str = "DN", *, full: bool = False) -> bytes:
    """What an export job writes."""
    job = finished(submit_export(unit=Unit.objects.get(code=unit), full=full, by="TEST"))
    assert job.state == Job.DONE
    return (Path(settings.MEDIA_ROOT) / job.params["file"]).read_bytes()


def found(job: Job, severity: str = Finding.ERROR) -> list[tuple[int, str, str]]:
    """Line, pointer and code of what the job found, in the order in which it found it."""
    rows = job.findings.filter(severity=severity).order_by("id")
    return list(rows.values_list("line", "pointer", "code"))
