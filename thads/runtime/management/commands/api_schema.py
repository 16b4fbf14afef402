"""The published OpenAPI document (docs/api/openapi.json) against the one of the code."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from thads.common.api import contract
from thads.common.api.schema import document, methods_by_path

PUBLISHED = Path(settings.BASE_DIR) / "docs" / "api" / "openapi.json"
COMMAND = "manage.py api_schema"


class Command(BaseCommand):
    help = (
        "So sánh tài liệu OpenAPI đã công bố với mã nguồn. / Compare the published OpenAPI document with the "
        "one of the code: --check fails on what is not documented, breaks clients, or is not yet published; "
        "--write publishes it."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--check", action="store_true", help="compare, write nothing")
        what.add_argument("--write", action="store_true", help="publish the present document")
        parser.add_argument(
            "--breaking", action="store_true", help="with --write: publish although clients will break"
        )
        parser.add_argument("--file", type=Path, default=PUBLISHED, help="the published document")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        present = document()
        refuse_gaps(present)
        published = contract.read(file) if file.exists() else None
        found = [] if published is None else contract.differences(published, present)
        breaking = [str(one) for one in found if one.breaking]
        if breaking and not (options["write"] and options["breaking"]):
            raise CommandError(
                f"{len(breaking)} changes break clients of {file.name}:\n  "
                + "\n  ".join(breaking)
                + f"\nTake them back, or publish them knowingly: {COMMAND} --write --breaking"
            )
        if options["write"]:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(contract.written(present), encoding="utf-8")
            self.stdout.write(f"{file}: {len(present['paths'])} paths, {len(found)} changes")
        elif published is None or contract.written(published) != contract.written(present):
            additions = "\n  ".join(str(one) for one in found if not one.breaking)
            raise CommandError(
                f"{file.name} is not up to date; nothing breaks. Publish it: {COMMAND} --write\n  {additions}"
            )
        else:
            self.stdout.write(f"{file.name}: {len(present['paths'])} paths, as in the code")


def refuse_gaps(present: contract.Document) -> None:
    """Raises CommandError naming everything that the document does not tell."""
    found = contract.gaps(present, methods_by_path())
    if found:
        raise CommandError("Not documented:\n  " + "\n  ".join(found))
