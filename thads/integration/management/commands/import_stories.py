"""Bring a register of stories in and wait until its figures are counted."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from thads.integration.imports import EACH, MODES, submit_import
from thads.jobs.models import Finding, Job
from thads.jobs.waiting import wait

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
        wait(job, self._progress)
        if self.stderr.isatty():
            self.stderr.write("")
        for finding in job.findings.order_by("severity", "line", "id")[:_SHOWN_FINDINGS]:
            self._show(finding)
        hidden = job.findings.count() - _SHOWN_FINDINGS
        if hidden > 0:
            self.stdout.write(f"… {hidden} nữa / more")
        summary = {"dry_run": dry_run, **job.summary}
        self.stdout.write(f"{job.state}: " + " ".join(f"{name}={value}" for name, value in summary.items()))
        if job.state != Job.DONE or job.summary.get("refused"):
            sys.exit(1)

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
