from __future__ import annotations

from collections.abc import Iterator

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from pytest_django.plugin import DjangoDbBlocker

from tests.databases import TestDatabase
from tests.fuzz.reading import read_document
from tests.fuzz.world import CALLERS, World, make_world


@pytest.fixture(scope="session")
def schema() -> schemathesis.BaseSchema:
    """The document, bound to the service in this process."""
    return read_document()


@pytest.fixture(params=CALLERS)
def role(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def world(test_database: TestDatabase, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One register for all these tests; what they write in it they undo."""
    with django_db_blocker.unblock():
        try:
            yield make_world()
        finally:
            test_database.clean()


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """A request leaves the connection open that the test has its transaction on, as Django's test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
