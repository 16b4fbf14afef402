"""Bring a register of stories in and wait until its figures are counted."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from thads.integration.imports import EACH, MODES, submit_import
from thads.jobs import runner
from thads.jobs.models import Finding, Job

#: How long a worker has to pick the job up before the command runs it itself.
_GRACE_SECONDS = 3.0
_SHOWN_FINDINGS = 50


class Command(BaseCommand):
    help = "Nạp hồ sơ từ tệp NDJSON (mỗi dòng một việc). / Bring in a register of stories, one JSON object on a line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="check only, write nothing")
        parser.add_argument("--mode", choices=MODES, default=EACH, help="each: what is right comes in; atomic: all or nothing")

    def handle(self, *args: Any, file: Path, dry_run: bool, mode: str, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"Không có tệp {file}. / There is no file {file}.")
        with file.open("rb") as source:
            job = submit_import(source, mode=mode, dry_run=dry_run, by="SYSTEM:import_stories", unit_id=None)
        self._wait(job)
        for finding in job.findings.order_by("severity", "line", "id")[:_SHOWN_FINDINGS]:
            self._show(finding)
        hidden = job.findings.count() - _SHOWN_FINDINGS
        if hidden > 0:
            self.stdout.write(f"… {hidden} nữa / more")
        summary = {"dry_run": dry_run, **job.summary}
        self.stdout.write(f"{job.state}: " + " ".join(f"{name}={value}" for name, value in summary.items()))
        if job.state != Job.DONE or job.summary.get("refused"):
            sys.exit(1)

    def _wait(self, job: Job) -> None:
        """Watch the job; take it over when no worker has it, now or after one died."""
        free_since = time.monotonic()
        while not job.is_over:
            if runner.is_running(job.pk):
                free_since = time.monotonic()
            elif time.monotonic() - free_since > _GRACE_SECONDS or not _has_workers():
                runner.run(job.pk)
            job.refresh_from_db()
            self._progress(job)
            if not job.is_over:
                time.sleep(0.2)
        if self.stderr.isatty():
            self.stderr.write("")

    def _progress(self, job: Job) -> None:
        if self.stderr.isatty() and job.progress_total:
            share = job.progress_done / job.progress_total
            bar = "█" * int(30 * share)
            self.stderr.write(f"\r{bar:<30} {job.progress_done}/{job.progress_total}", ending="")
            self.stderr.flush()

    def _show(self, finding: Finding) -> None:
        basis = f" [{finding.legal_basis}]" if finding.legal_basis else ""
        text = finding.fault.text("vi")
        self.stdout.write(f"{finding.severity} {finding.line}{finding.pointer or '/'} {finding.code}: {text}{basis}")


def _has_workers() -> bool:
    """Whether a Celery worker answers."""
    from celery import current_app

    try:
        return bool(current_app.control.ping(timeout=0.5, limit=1))
    except Exception:
        return False
