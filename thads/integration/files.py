"""Files of jobs name people in clear, so none is kept longer than it is needed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.core.files.storage import default_storage

from thads.jobs.models import Job

#: How long the file of a finished export can be fetched.
EXPORTS_KEPT = dt.timedelta(days=7)
#: A file no job speaks of is left by a crash: before its job was put down, or while it wrote a workbook.
ORPHANS_KEPT = dt.timedelta(days=1)


def sweep_files(*, now: dt.datetime) -> int:
    """Delete export files past their time, and import files no unfinished job needs. Returns how many."""
    needed = {
        Path(name).name for name in Job.objects.unfinished().values_list("params__file", flat=True) if name
    }
    done = Job.objects.filter(kind__in=("EXPORT", "LIST"), state=Job.DONE)
    fresh = done.filter(ended_at__gt=now - EXPORTS_KEPT)
    needed |= {Path(name).name for name in fresh.values_list("params__file", flat=True) if name}
    gone = 0
    for folder in ("imports", "exports"):
        root = Path(default_storage.path(folder))
        for path in root.glob("*") if root.is_dir() else ():
            age = now - dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
            if path.name not in needed and age > ORPHANS_KEPT:
                path.unlink(missing_ok=True)
                gone += 1
    return gone
