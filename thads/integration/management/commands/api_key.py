"""``manage.py api_key create|list|revoke``: keys for programs."""

from __future__ import annotations

import argparse
import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from thads.common.errors import Refused
from thads.integration.actions.api_keys import create_key, revoke_key
from thads.integration.models import ApiKey


class Command(BaseCommand):
    help = "Tạo, liệt kê, thu hồi khóa truy cập API. / Make, list and revoke API keys."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        create = verbs.add_parser("create", help="make a key; it is printed once, on the last line")
        create.add_argument("--name", required=True, help="what the key is for")
        create.add_argument(
            "--unit", required=True, help="code of the unit whose subtree it may see, such as DN"
        )
        create.add_argument("--role", required=True, help="code of its role, such as STATISTICIAN")
        create.add_argument("--officer", help="code of the officer it acts for")
        create.add_argument(
            "--expires", type=_day, metavar="DATE", help="last day on which it works, such as 2027-12-31"
        )
        verbs.add_parser("list", help="the keys, without their secrets")
        revoke = verbs.add_parser("revoke", help="end a key at once")
        revoke.add_argument("--id", type=int, required=True, help="number of the key: thads_NUMBER_…")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['verb']}")(options)
        except Refused as refusal:
            raise CommandError(
                "\n".join(f"{fault.text('vi')} / {fault.text('en')}" for fault in refusal.faults)
            ) from None

    def _create(self, options: dict[str, Any]) -> None:
        expires = options["expires"]
        key, token = create_key(
            name=options["name"],
            unit=options["unit"],
            role=options["role"],
            officer=options["officer"],
            expires_at=_end_of(expires) if expires else None,
            at=timezone.now(),
        )
        until = f", đến hết / until {expires}" if expires else ""
        what = f"Khóa số / key {key.pk} “{key.name}”: {key.role}, {options['unit']}{until}"
        self.stderr.write(f"{what}. Chỉ hiện một lần / shown once:")
        self.stdout.write(token)

    def _list(self, options: dict[str, Any]) -> None:
        now = timezone.now()
        for key in ApiKey.objects.select_related("unit", "officer"):
            who = f"{key.role} {key.unit.code}" + (f" {key.officer.code}" if key.officer else "")
            self.stdout.write(f"{key.pk}\t{_state(key, now)}\t{who}\t{_moment(key.last_used_at)}\t{key.name}")

    def _revoke(self, options: dict[str, Any]) -> None:
        key = revoke_key(key_id=options["id"], at=timezone.now())
        self.stdout.write(f"Đã thu hồi khóa số / revoked key {key.pk} “{key.name}”")


def _day(given: str) -> dt.date:
    try:
        return dt.date.fromisoformat(given)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{given!r} is not a date such as 2027-12-31") from None


def _end_of(day: dt.date) -> dt.datetime:
    """The first moment after ``day`` in Vietnam."""
    return timezone.make_aware(dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min))


def _state(key: ApiKey, now: dt.datetime) -> str:
    if key.revoked_at is not None and key.revoked_at <= now:
        return "REVOKED"
    return "EXPIRED" if key.expires_at is not None and key.expires_at <= now else "ACTIVE"


def _moment(moment: dt.datetime | None) -> str:
    return timezone.localtime(moment).isoformat(timespec="minutes") if moment else "–"
