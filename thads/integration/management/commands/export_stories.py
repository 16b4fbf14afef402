"""Write the cases of a unit as stories, to a file or to standard output."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from officers.models import Unit
from thads.integration.exports import write_stories


class Command(BaseCommand):
    help = "Xuất hồ sơ ra NDJSON (mỗi dòng một việc). / Write cases as stories, one JSON object on a line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--unit", required=True, help="code of a unit; the units below it are included")
        parser.add_argument("--out", default="-", help="file to write, or - for standard output (default)")
        parser.add_argument(
            "--full",
            action="store_true",
            help="with ids, recorders and moments, for import_stories --restore",
        )

    def handle(self, *args: Any, unit: str, out: str, full: bool, **options: Any) -> None:
        place = Unit.objects.filter(code=unit).first()
        if place is None:
            raise CommandError(f"Không có đơn vị {unit}. / There is no unit {unit}.")
        count = self._to_stdout(place, full) if out == "-" else self._to_file(Path(out), place, full)
        self.stderr.write(f"{count} việc / cases")

    def _to_stdout(self, unit: Unit, full: bool) -> int:
        target: IO[bytes] = sys.stdout.buffer
        try:
            count = write_stories(target, unit=unit, full=full)
            target.flush()
        except BrokenPipeError:
            # The reader has had enough. Python would complain once more when it closes the stream.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise CommandError("Bên nhận đã đóng. / The reader has closed the pipe.") from None
        return count

    def _to_file(self, path: Path, unit: Unit, full: bool) -> int:
        """All of it or nothing: the file takes its name when it is whole."""
        draft = path.with_name(f"{path.name}.part")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as target:
                count = write_stories(target, unit=unit, full=full)
                target.flush()
                os.fsync(target.fileno())
            draft.replace(path)
        except OSError as error:
            raise CommandError(f"Không ghi được {path}. / Cannot write {path}: {error.strerror}") from None
        return count
