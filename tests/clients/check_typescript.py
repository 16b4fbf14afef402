"""The TypeScript client, compiled, against a live service: `make client`. It needs Node.js and the npm registry,
so it is no part of `make test`.
"""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.db import connections
from django.utils import timezone

from officers.models import Assignment, Officer, Unit
from tests.databases import TestDatabase
from tests.registers import bring_in, made_story
from thads.integration.actions.api_keys import create_key
from thads.journal import consumers
from thads.wsgi import application

FOLDER = Path(__file__).parent / "typescript"
PATIENCE = 60


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def address(committed_database: TestDatabase) -> Iterator[str]:
    """Where the service listens: this process, on a port of its own."""
    server = make_server("127.0.0.1", 0, application, _Server, _Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_generated_client_lists_records_and_reads(address: str) -> None:
    unit = Unit.objects.get(code="DN.HC")
    officer = Officer.objects.create(code="DN.HC.01", name="Nguyễn Minh Tuấn")
    Assignment.objects.create(officer=officer, unit=unit, role="OFFICER")
    story = made_story()
    # The court fee alone: once it is collected, the case is done.
    story["obligations"] = story["obligations"][:1]
    bring_in([story])
    _key, token = create_key(name="client", unit="DN", role="SYSTEM", officer=None, at=timezone.now())
    client = subprocess.Popen(
        ["node", "build/client.js", address, token],
        cwd=FOLDER,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + PATIENCE
    while client.poll() is None and time.monotonic() < deadline:
        consumers.catch_up()
        connections.close_all()
        time.sleep(0.1)
    client.kill()
    out, errors = client.communicate()
    assert client.returncode == 0, errors.decode()
    print(out.decode())
    said = json.loads(out)
    assert said["cases"] == 1
    assert said["recorded"]["type"] == "COLLECTION" and said["recorded"]["seq"] == 1
    assert said["refused"] and "IDEMPOTENCY_KEY_REQUIRED" not in said["refused"]
    assert said["done"] == ["0", "1"]
