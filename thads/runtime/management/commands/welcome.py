"""What to do now: the address, the accounts and three commands to try."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from officers.accounts import demo_accounts
from thads.runtime.places import PROJECT_DIR

#: Sum of the columns below, so that the frame fits.
WIDTH = 98

WELCOME = """
{line}
  Thi hành án dân sự – sẵn sàng tại  {address}
  Civil judgment enforcement – ready

  Tài khoản – đăng nhập tại /login/, rồi xem /api/v1/docs/
  Accounts – sign in at /login/, then see /api/v1/docs/
{accounts}

  Ba lệnh để thử: tạo khóa, xem biểu 1 của Đà Nẵng, liệt kê việc của một đơn vị
  Three commands to try: make a key, see form 1 of Da Nang, list the cases of one unit
    KEY=$({python} manage.py api_key create --name thu --unit DN --role HEAD | tail -n 1)
    curl -H "Authorization: Bearer $KEY" \\
      '{address}/api/v1/statistics/forms/1/?unit=DN&fiscal_year=2024&months=6&compare=prior_same_period'
    curl -H "Authorization: Bearer $KEY" '{address}/api/v1/cases/?unit=DN.HC'

  Dừng / Stop: Ctrl-C
{line}
"""


class Command(BaseCommand):
    help = "In địa chỉ, tài khoản và ba lệnh để thử. / Print the address, accounts and three commands to try."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--address", default="http://127.0.0.1:8000")

    def handle(self, *args: Any, **options: Any) -> None:
        python = _shown(Path(sys.executable))
        accounts = [
            f"    {one.username:<14} {one.password:<20} {one.role:<14} {one.unit}" for one in demo_accounts()
        ]
        self.stdout.write(
            WELCOME.format(
                line="─" * WIDTH,
                address=options["address"],
                python=python,
                accounts="\n".join(accounts or [f"    {python} manage.py createsuperuser"]),
            )
        )


def _shown(path: Path) -> str:
    """Shorter, where the reader stands in the project folder."""
    return str(path.relative_to(PROJECT_DIR)) if path.is_relative_to(PROJECT_DIR) else str(path)
