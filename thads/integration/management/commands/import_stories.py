"""Bring a register of stories in and wait until its figures are counted."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.models import Case
from thads.common.messages import catalogue, text
from thads.integration.imports import EACH, MODES, submit_import
from thads.jobs.models import Finding, Job
from thads.jobs.waiting import wait

_SHOWN_FINDINGS = 50


class Command(BaseCommand):
    help = "Nạp hồ sơ từ tệp NDJSON (mỗi dòng một việc). / Bring in stories, one JSON object on a line."

    _tenths = 0

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="check only, write nothing")
        parser.add_argument(
            "--mode", choices=MODES, default=EACH, help="each: what is right comes in; atomic: all or nothing"
        )
        parser.add_argument(
            "--restore",
            action="store_true",
            help="read a full export into a register without cases, with its ids and moments; all or nothing",
        )

    def handle(self, *args: Any, file: Path, dry_run: bool, mode: str, restore: bool, **options: Any) -> None:
        if not file.is_file():
            raise CommandError(f"Không có tệp {file}. / There is no file {file}.")
        if restore and Case.objects.exists():
            raise CommandError(_both("RESTORE_NOT_EMPTY"))
        with file.open("rb") as source:
            job = submit_import(
                source,
                mode=mode,
                dry_run=dry_run,
                by="SYSTEM:import_stories",
                unit_id=None,
                restore=restore,
            )
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
        if job.summary.get("code") in catalogue():
            self.stderr.write(_both(job.summary["code"]))
        if job.state != Job.DONE or job.summary.get("refused"):
            sys.exit(1)

    def _progress(self, job: Job) -> None:
        """A bar on a terminal; in a log, a line for every tenth."""
        if not job.progress_total:
            return
        share = job.progress_done / job.progress_total
        if self.stderr.isatty():
            bar = "█" * int(30 * share)
            self.stderr.write(f"\r{bar:<30} {job.progress_done}/{job.progress_total}", ending="")
            self.stderr.flush()
        elif int(share * 10) > self._tenths:
            self._tenths = int(share * 10)
            self.stdout.write(f"{job.progress_done}/{job.progress_total} ({self._tenths * 10} %)")
            self.stdout.flush()

    def _show(self, finding: Finding) -> None:
        basis = f" [{finding.legal_basis}]" if finding.legal_basis else ""
        words = finding.fault.text("vi")
        place = f"{finding.line}{finding.pointer or '/'}"
        self.stdout.write(f"{finding.severity} {place} {finding.code}: {words}{basis}")


def _both(code: str) -> str:
    return f"{text(code, {}, 'vi')} / {text(code, {}, 'en')}"
