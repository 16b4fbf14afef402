"""``migrate`` as the owner of the database, with what the other role may do kept right before and after."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connections
from psycopg import sql

from thads.common.models import APP_ROLE, revoke_on_append_only
from thads.runtime.roles import DEFAULT_PRIVILEGES


class Command(DjangoMigrate):
    help = (
        "Cập nhật cấu trúc cơ sở dữ liệu bằng vai trò thads_owner. / Bring the tables up to date, as "
        "thads_owner, and renew what thads_app may do."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user")
            if cursor.fetchone()[0] == APP_ROLE:
                raise CommandError(
                    f"{APP_ROLE} may not change tables. Start through manage.py, or set DATABASE_OWNER_URL "
                    "and THADS_DB_ROLE=owner."
                )
            for statement in DEFAULT_PRIVILEGES:
                cursor.execute(sql.SQL(statement).format(app=sql.Identifier(APP_ROLE)))
        super().handle(*args, **options)
        if not (options["plan"] or options["check_unapplied"] or options["app_label"]):
            revoke_on_append_only(connection)
