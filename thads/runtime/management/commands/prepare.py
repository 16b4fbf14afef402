"""Fill a migrated database: reference data always, demonstration data at the first start unless declined."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from cases.models import Case
from officers.accounts import create_demo_accounts
from thads.journal.models import Stale
from thads.runtime.models import Milestone, MilestoneName

LOOK_EVERY = 0.5


class Command(BaseCommand):
    help = (
        "Nạp dữ liệu danh mục và dữ liệu minh họa. / Load reference data and, at the first start, "
        "demonstration data."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--no-demo",
            action="store_true",
            help="không nạp dữ liệu minh họa / no demonstration cases and people",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("load_reference", stdout=self.stdout, stderr=self.stderr)
        Milestone.reach(MilestoneName.REFERENCE_LOADED)
        if self._demo_wanted(declined=options["no_demo"]):
            if MilestoneName.DEMO_LOADED not in Milestone.reached():
                call_command("load_demo", stdout=self.stdout, stderr=self.stderr)
                create_demo_accounts()
                Milestone.reach(MilestoneName.DEMO_LOADED)
            self._wait_until_counted()
            Milestone.reach(MilestoneName.DEMO_COUNTED)

    def _demo_wanted(self, *, declined: bool) -> bool:
        """The choice of the first start stands, so that invented cases never come among real ones."""
        reached = Milestone.reached()
        if MilestoneName.DEMO_LOADED in reached:
            return True
        if MilestoneName.DEMO_DECLINED in reached:
            if not declined:
                self.stdout.write(
                    "Cơ sở dữ liệu này được lập không có dữ liệu minh họa; giữ nguyên như vậy. / "
                    "This database was begun without demonstration data and stays so."
                )
            return False
        if declined or (MilestoneName.DEMO_WANTED not in reached and Case.objects.exists()):
            Milestone.forget(MilestoneName.DEMO_WANTED)
            Milestone.reach(MilestoneName.DEMO_DECLINED)
            return False
        Milestone.reach(MilestoneName.DEMO_WANTED)
        return True

    def _wait_until_counted(self) -> None:
        """Until no case waits to be counted. The counting is the workers' part."""
        said = 0.0
        while waiting := Stale.objects.count():
            if time.monotonic() - said > 10:
                said = time.monotonic()
                self.stdout.write(f"Đang tổng hợp, còn {waiting} việc… / Counting, {waiting} cases to go…")
            time.sleep(LOOK_EVERY)
