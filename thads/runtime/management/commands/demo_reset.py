"""Throw the demonstration away, so that the next start begins anew."""

from __future__ import annotations

import os
import shutil
from argparse import ArgumentParser
from typing import Any

import psycopg
import redis
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connections
from psycopg import sql

from thads.runtime.addresses import django_database
from thads.runtime.locks import FileLock
from thads.runtime.models import Milestone, MilestoneName
from thads.runtime.roles import DATABASE, OWNER, drop_database
from thads.runtime.up import UP_LOCK


class Command(BaseCommand):
    help = (
        "Xóa toàn bộ dữ liệu minh họa; lần khởi động sau nạp lại từ đầu. / Delete everything of a "
        "demonstration; the next start loads it anew. Refused where the database was begun with --no-demo."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--yes", action="store_true", help="không hỏi lại / do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        owner = django_database(os.environ["DATABASE_OWNER_URL"])
        if owner["USER"] != OWNER or owner["NAME"] != DATABASE or not str(owner["HOST"]).startswith("/"):
            raise CommandError("Chỉ dùng cho cơ sở dữ liệu kèm theo. / Only for the embedded database.")
        busy = FileLock(settings.DATA_DIR / UP_LOCK)
        if not busy.try_take():
            raise CommandError("Dịch vụ đang chạy; hãy dừng trước. / The service is running; stop it first.")
        try:
            if MilestoneName.DEMO_DECLINED in Milestone.reached():
                raise CommandError(
                    "Cơ sở dữ liệu này không phải dữ liệu minh họa; không xóa. / "
                    "This database was begun without demonstration data; nothing is deleted."
                )
        except DatabaseError:
            pass  # not migrated yet: nothing in it that could be lost
        if (
            not options["yes"]
            and input("Xóa hết dữ liệu? / Delete everything? [y/N] ").strip().lower() != "y"
        ):
            raise CommandError("Không xóa gì. / Nothing deleted.")
        connections.close_all()
        with _server(os.environ["DATABASE_URL"]) as app, _server(os.environ["DATABASE_OWNER_URL"]) as server:
            drop_database(DATABASE, owner=server, app=app)
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        with redis.Redis.from_url(settings.REDIS_URL) as broker:
            broker.flushdb()
        shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
        self.stdout.write("Đã xóa. Chạy `make run` để nạp lại. / Deleted. `make run` loads it anew.")


def _server(url: str) -> psycopg.Connection[Any]:
    """The same role at the database from which others are made."""
    known = django_database(url)
    return psycopg.connect(
        host=known["HOST"],
        port=known["PORT"],
        user=known["USER"],
        password=known["PASSWORD"],
        dbname="postgres",
        autocommit=True,
    )
