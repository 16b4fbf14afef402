"""Write invented case stories: the demonstration register of Da Nang, or one of any size."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from thads.integration.demo import danang, register

PROFILES = ("danang",)
_BATCH = 500


class Command(BaseCommand):
    help = (
        "Tạo hồ sơ minh họa (NDJSON, mỗi dòng một việc); không có người thật, việc thật. / "
        "Write invented stories, one JSON object on a line. Without --cases the register meets the published "
        "figures of Da Nang; with it, it has any size."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--profile", choices=PROFILES, default=PROFILES[0])
        parser.add_argument("--out", default="-", help="file to write, '-' for standard output (default)")
        parser.add_argument(
            "--cases", type=int, help="this many cases of the same kind, without exact figures"
        )
        parser.add_argument(
            "--seed",
            type=int,
            default=danang.SEED,
            help="another seed, another register (default %(default)s)",
        )

    def handle(self, *args: Any, out: str, cases: int | None, seed: int, **options: Any) -> None:
        if cases is not None and cases < 1:
            raise CommandError("--cases phải lớn hơn 0. / --cases must be above zero.")
        stories = danang.stories(seed) if cases is None else register.stories(cases, seed)
        if out == "-":
            self._to_standard_output(stories)
            return
        try:
            with Path(out).open("wb") as target:
                count = _write(stories, target)
        except OSError as error:
            raise CommandError(f"Không ghi được {out}: {error}. / Cannot write {out}: {error}.") from error
        self.stdout.write(f"{count} hồ sơ → {out} / {count} stories in {out}")

    def _to_standard_output(self, stories: Iterator[bytes]) -> None:
        """Whoever reads may stop early (``| head``)."""
        target = getattr(self.stdout._out, "buffer", None)
        if target is None:
            for story in stories:
                self.stdout.write(story.decode())
            return
        try:
            _write(stories, target)
            target.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write(stories: Iterator[bytes], target: IO[bytes]) -> int:
    count = 0
    lines: list[bytes] = []
    for story in stories:
        lines.append(story)
        if len(lines) == _BATCH:
            target.write(b"\n".join(lines) + b"\n")
            count += len(lines)
            lines.clear()
    if lines:
        target.write(b"\n".join(lines) + b"\n")
    return count + len(lines)
