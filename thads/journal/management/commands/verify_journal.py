"""Verify the log of events: name the first position that does not fit, or the hash at its end."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand

from thads.common.errors import Refused
from thads.common.messages import LANGUAGES, text
from thads.journal.verification import verify


def _position(given: str) -> int:
    if given.isascii() and given.isdigit() and 0 < int(given) < 2**63:
        return int(given)
    raise ArgumentTypeError(f"“{given}”: cần một vị trí từ 1 / a position is a number from 1 on")


class Command(BaseCommand):
    help = (
        "Kiểm tra nhật ký: nêu vị trí sai đầu tiên. / Verify the journal; name the first position that does "
        "not fit."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--from",
            dest="start",
            type=_position,
            default=1,
            metavar="POSITION",
            help="bắt đầu từ vị trí này / begin at this position, taking what stands before it as right",
        )

    def handle(self, *args: Any, start: int, **options: Any) -> None:
        try:
            sound = verify(start)
        except Refused as found:
            (fault,) = found.faults
            self.stderr.write(" / ".join(fault.text(lang) for lang in LANGUAGES))
            sys.exit(1)
        params = {"count": sound.count, "position": sound.position, "hash": sound.hash.hex()}
        self.stdout.write(" / ".join(text("JOURNAL_SOUND", params, lang) for lang in LANGUAGES))
