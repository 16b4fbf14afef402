"""Start everything."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from thads.runtime import up


class Command(BaseCommand):
    help = (
        "Khởi động dịch vụ: cơ sở dữ liệu, web, tác vụ nền. / Start the service: servers, tables, data, "
        "web, worker and beat. Ctrl-C stops it."
    )
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--port", type=int, default=8000, help="cổng web, mặc định 8000 / port, 8000 unless given"
        )
        parser.add_argument(
            "--host",
            default="127.0.0.1",
            help="địa chỉ nghe / address to listen at; only this machine by default",
        )
        parser.add_argument(
            "--no-demo",
            action="store_true",
            help="không nạp dữ liệu minh họa / no demonstration cases and people",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        code = up.run(host=options["host"], port=options["port"], demo=not options["no_demo"])
        if code:
            raise SystemExit(code)
