"""What to do now: the address, the accounts and three commands to try."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from officers.accounts import demo_accounts
from thads.runtime.models import Milestone, MilestoneName


class Command(BaseCommand):
    help = "In địa chỉ, tài khoản và ba lệnh để thử. / Print the address, the accounts and three commands to try."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--address", default="http://127.0.0.1:8000")

    def handle(self, *args: Any, **options: Any) -> None:
        address = options["address"]
        demo = MilestoneName.DEMO_LOADED in Milestone.reached()
        line = "─" * 78
        accounts = [
            f"    {name:<14} {password:<18} {role:<12} {unit}"
            for name, password, role, unit in demo_accounts()
        ]
        if not demo:
            accounts = ["    manage.py createsuperuser"]
        form = f"{address}/api/v1/statistics/forms/1/?unit=DN&fiscal_year=2024&months=6&compare=prior_same_period"
        self.stdout.write(
            "\n".join(
                [
                    "",
                    line,
                    f"  Thi hành án dân sự – sẵn sàng tại   {address}",
                    "  Tài khoản (tên, mật khẩu, vai trò, đơn vị) – đăng nhập tại /login/, rồi xem /api/v1/docs/:",
                    *accounts,
                    "  Ba lệnh để thử:",
                    "    KEY=$(.venv/bin/python manage.py api_key create --name thu --unit DN --role LEADER | tail -n 1)",
                    f"    curl -H \"Authorization: Bearer $KEY\" '{form}'",
                    f"    curl -H \"Authorization: Bearer $KEY\" '{address}/api/v1/cases/?unit=DN-HC'",
                    "  Dừng: Ctrl-C.",
                    "",
                    f"  Civil judgment enforcement – ready at   {address}",
                    "  Accounts above (name, password, role, unit): sign in at /login/, then see /api/v1/docs/.",
                    "  The three commands make an API key, ask for form 1 of Da Nang, and list the cases of one unit.",
                    "  Stop: Ctrl-C.",
                    line,
                    "",
                ]
            )
        )
