"""One service for all faults of a test process, and where its stories come from."""

from __future__ import annotations

import json
import os
import random
import secrets
import subprocess
import sys
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

import pytest

from tests.faults.clients import OFFICERS, new_case
from tests.faults.world import World
from tests.runtime.service import PROJECT, Service, data_folder

ROUNDS = int(os.environ.get("THADS_FAULT_ROUNDS", "1"))
#: Stories of one import: two transactions of it.
STORIES = 1000


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "turn" in metafunc.fixturenames:
        metafunc.parametrize("turn", range(ROUNDS), ids=lambda turn: f"turn{turn + 1}")


@pytest.fixture(scope="session")
def seed() -> str:
    """The same for all processes of a test run, another one for the next; ``THADS_FAULT_SEED`` repeats one."""
    given = os.environ.get("THADS_FAULT_SEED") or os.environ.get("PYTEST_XDIST_TESTRUNUID")
    return given or secrets.token_hex(4)


@pytest.fixture
def chance(seed: str, request: pytest.FixtureRequest) -> random.Random:
    """The dice of one test, and of its turn."""
    print(f"THADS_FAULT_SEED={seed}")
    return random.Random(f"{seed} {request.node.name}")


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    with data_folder() as folder:
        world = World(folder, Service(folder))
        world.service.__enter__()
        try:
            world.begin()
            _bring_officers(world)
            yield world
        finally:
            world.leave()


def _bring_officers(world: World) -> None:
    """The officers whom the clients name come with the first stories, as they do in any register."""
    stories = world.folder / "officers.ndjson"
    cases = (new_case(f"first-{place}", officer) for place, officer in enumerate(OFFICERS))
    stories.write_text("".join(json.dumps(case) + "\n" for case in cases))
    done = world.service.manage("import_stories", str(stories))
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def batches(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[bytes]:
    """Stories for one import after the other, no two the same."""
    return _batches(tmp_path_factory.mktemp("stories"))


def _batches(folder: Path) -> Iterator[bytes]:
    path = folder / "stories.ndjson"
    size = STORIES * 8 * ROUNDS
    subprocess.run(
        [sys.executable, "manage.py", "make_stories", "--cases", str(size), "--out", str(path)],
        cwd=PROJECT, check=True, capture_output=True,
    )  # fmt: skip
    with path.open("rb") as stories:
        for _ in count():
            batch = list(islice(stories, STORIES))
            assert batch, "more imports than stories were made for"
            yield b"".join(batch)
