"""Servers, databases and walls for the tests.

* Servers: the embedded ones in a folder of their own, or those of ``DATABASE_URL``, ``DATABASE_OWNER_URL``
  and ``REDIS_URL``. They start with the first test that needs them; tests of pure code need none.
* One database per test process, made, migrated and filled with reference data once as a template by
  ``thads_owner``. Tests work in it as ``thads_app``, like the service.
* ``db`` (or ``@pytest.mark.django_db``): one transaction per test, rolled back.
* ``committed_database``: what the test does is committed and seen by other connections; afterwards everything
  is as it was.
* No test reaches any other machine.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings as django_settings
from pytest_django.plugin import DjangoDbBlocker

from tests.databases import Servers, TestDatabase, end_leftovers, find_servers

# walls


def _is_local(address: Any) -> bool:
    host = str(address[0])
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def pytest_configure(config: pytest.Config) -> None:
    """Sockets of this process connect to this machine only."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def check(this: socket.socket, address: Any) -> None:
        if this.family in (socket.AF_INET, socket.AF_INET6) and not _is_local(address):
            raise RuntimeError(f"a test tried to reach {address!r}; tests reach no other machine")

    def guarded_connect(this: socket.socket, address: Any) -> None:
        check(this, address)
        connect(this, address)

    def guarded_connect_ex(this: socket.socket, address: Any) -> int:
        check(this, address)
        return connect_ex(this, address)

    socket.socket.connect = guarded_connect  # type: ignore[method-assign]
    socket.socket.connect_ex = guarded_connect_ex  # type: ignore[method-assign]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker and marker.kwargs.get("transaction"):
            raise pytest.UsageError(
                f"{item.nodeid}: thads_app may not TRUNCATE; use the fixture committed_database instead"
            )


# servers and databases


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """The PostgreSQL and Redis under test."""
    found = find_servers()
    yield found
    found.leave()


@pytest.fixture(scope="session")
def test_database(
    servers: Servers, django_test_environment: None, django_db_blocker: DjangoDbBlocker, worker_id: str
) -> Iterator[TestDatabase]:
    """The database of this test process, with reference data in it."""
    from django.conf import settings
    from django.core.cache import caches

    from thads.celery import app
    from thads.runtime.addresses import celery_broker

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.REDIS_URL = servers.redis_url
    settings.CACHES["default"]["LOCATION"] = servers.redis_url
    caches.close_all()
    app.conf.broker_url = celery_broker(servers.redis_url)
    end_leftovers(servers)
    database = TestDatabase(servers, worker_id)
    with django_db_blocker.unblock():
        database.make()
        yield database
        database.drop()


@pytest.fixture(scope="session")
def django_db_setup(test_database: TestDatabase) -> None:
    """Takes the place of pytest-django's own, which would make the database as the application's role."""


@pytest.fixture
def transactional_db() -> None:
    pytest.fail("thads_app may not TRUNCATE; use the fixture committed_database instead")


@pytest.fixture
def committed_database(
    test_database: TestDatabase, django_db_blocker: DjangoDbBlocker
) -> Iterator[TestDatabase]:
    """For tests with several connections or processes: commits are real, and undone afterwards by the owner.

    Reference data stay. ``.environment`` is what another process needs to work in the same database.
    """
    with django_db_blocker.unblock():
        try:
            yield test_database
        finally:
            test_database.clean()


@pytest.fixture
def owner_connection(test_database: TestDatabase) -> Iterator[psycopg.Connection[Any]]:
    """A connection of ``thads_owner`` to the test database; what it did is rolled back."""
    with psycopg.connect(test_database.owner_url) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def project_dir() -> Path:
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def worker_id(request: pytest.FixtureRequest) -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


@pytest.fixture(scope="session", autouse=True)
def files_of_the_tests(tmp_path_factory: pytest.TempPathFactory) -> None:
    """No test writes where the files of a service are."""
    django_settings.MEDIA_ROOT = tmp_path_factory.mktemp("files")


@pytest.fixture(autouse=True)
def rules_looked_for() -> None:
    """A process looks for rules approved meanwhile every few seconds: no test meets that question by chance
    among its own. Those about it ask for it.
    """
    from cases.actions import overrides

    overrides.looked()


@pytest.fixture
def files(settings: Any, tmp_path: Path) -> Path:
    """Uploaded and written files go to a folder of the test."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"
