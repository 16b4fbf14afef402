"""A connection that is kept for the next request is used only while it stands."""

from __future__ import annotations

import psycopg
from django.db import connection

from tests.databases import TestDatabase


def test_a_connection_that_the_server_has_ended_is_seen_without_asking(
    committed_database: TestDatabase,
) -> None:
    connection.ensure_connection()
    assert connection.is_usable()
    number = connection.connection.info.backend_pid
    with psycopg.connect(committed_database.app_url, autocommit=True) as other:
        assert other.execute("SELECT pg_terminate_backend(%s, 5000)", [number]).fetchone() == (True,)
    assert not connection.is_usable()
    connection.close()
    assert not connection.is_usable()


def test_what_the_server_says_by_the_way_ends_no_connection(committed_database: TestDatabase) -> None:
    with connection.cursor() as cursor:
        cursor.execute("LISTEN anything")
    with psycopg.connect(committed_database.app_url, autocommit=True) as other:
        other.execute("NOTIFY anything")
    assert connection.is_usable()
    connection.close()
