"""Count everything anew from the acts and say what was different."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from officers.models import Unit
from reports.rebuild import submit_rebuild
from thads.jobs.models import Job
from thads.jobs.waiting import wait


class Command(BaseCommand):
    help = "Tính lại số liệu thống kê từ các hành vi. / Recompute the statistics from the acts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--unit", help="code of a unit: its subtree alone")
        parser.add_argument(
            "--fiscal-year", type=int, help="the cases with an act in this statistical year alone"
        )

    def handle(self, *args: Any, unit: str | None, fiscal_year: int | None, **options: Any) -> None:
        unit_id = None
        if unit is not None:
            unit_id = Unit.objects.filter(code=unit).values_list("id", flat=True).first()
            if unit_id is None:
                raise CommandError(f"Không có đơn vị {unit}. / There is no unit {unit}.")
        job = submit_rebuild(by="SYSTEM:rebuild_statistics", unit_id=unit_id, fiscal_year=fiscal_year)
        wait(job)
        self.stdout.write(
            f"{job.state}: " + " ".join(f"{name}={value}" for name, value in job.summary.items())
        )
        if job.state != Job.DONE:
            sys.exit(1)
