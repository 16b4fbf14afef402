"""Bring the demonstration in: its people and its register of Da Nang as of 31/3/2024."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases.models import Case
from thads.integration.demo import danang, register
from thads.integration.demo.people import create_people


class Command(BaseCommand):
    help = (
        "Nạp dữ liệu minh họa: người và sổ việc của Đà Nẵng đến 31/3/2024; chạy lại không thay đổi gì. / "
        "Load the demonstration: people and the register of Da Nang as of 31/3/2024. "
        "Running it again changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cases", type=int, help="only so many invented cases, without exact figures")

    def handle(self, *args: Any, cases: int | None, **options: Any) -> None:
        try:
            people = create_people()
        except LookupError as missing:
            raise CommandError(
                f"Chưa có đơn vị {missing}; chạy manage.py load_reference trước. / "
                f"Units {missing} are missing; run manage.py load_reference first."
            ) from missing
        self.stdout.write(f"{people} cán bộ / people")
        stories = list(danang.stories() if cases is None else register.stories(cases))
        if _is_in(stories):
            self.stdout.write(
                f"{len(stories)} việc đã có đủ. / All {len(stories)} cases are in already, nothing to do."
            )
            return
        self.stdout.write(f"Đang nạp {len(stories)} việc… / Bringing {len(stories)} cases in…")
        Path(settings.DATA_DIR).mkdir(parents=True, exist_ok=True)
        for left_by_a_killed_run in Path(settings.DATA_DIR).glob("demo-*.ndjson"):
            left_by_a_killed_run.unlink(missing_ok=True)
        with tempfile.NamedTemporaryFile(dir=settings.DATA_DIR, prefix="demo-", suffix=".ndjson") as file:
            file.write(b"\n".join(stories) + b"\n")
            file.flush()
            del stories
            call_command("import_stories", file.name, stdout=self.stdout, stderr=self.stderr)


def _is_in(stories: list[bytes]) -> bool:
    """Whether the register has as many cases as the demonstration, the last one among them."""
    last = orjson.loads(stories[-1])["case"]
    return Case.objects.filter(
        authority__code=last["unit"],
        decision_number=last["decision_number"],
        decision_date=last["decision_date"],
    ).exists() and Case.objects.count() >= len(stories)
