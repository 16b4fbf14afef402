"""``manage.py up`` from outside: it starts, is alone, stops cleanly, and comes back after the worst."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from tests.databases import PREFIX, Servers, at_database, drop, maintenance, run_number
from tests.runtime.service import LIMIT, Service, data_folder
from thads.runtime.embedded import join
from thads.runtime.processes import wait_until
from thads.runtime.vault import ENVIRONMENT_SECRETS

embedded = pytest.mark.skipif(
    bool(os.environ.get("DATABASE_URL")), reason="about the embedded servers; run without DATABASE_URL"
)


@pytest.fixture
def folder() -> Iterator[Path]:
    with data_folder() as made:
        yield made


@embedded
def test_up_serves_alone_and_ctrl_c_leaves_no_process(folder: Path) -> None:
    with Service(folder) as service:
        seen: set[int | None] = set()

        def ready() -> bool:
            seen.add(service.status("/health/ready"))
            return 200 in seen

        service.wait_for(ready)
        assert seen <= {None, 503, 200}
        assert service.status("/health/live") == 200
        assert service.status("/api/v1/docs/") == 200
        assert service.status("/login/") == 200

        second = service.manage("up", "--port", "0")
        assert second.returncode == 1
        assert second.stderr.splitlines()[-1] == f"The service of {folder} is already running."

        joined = service.manage("showmigrations", "runtime")
        assert "[X] 0001_milestones" in joined.stdout, joined.stderr

        reset = service.manage("demo_reset", "--yes")
        assert reset.returncode == 1
        assert "The service is running" in reset.stderr

        service.wait_for(lambda: "manage.py api_key create" in service.output)
        assert all(service.child(name) for name in ("granian", "worker", "beat"))
        assert "/ ended (" not in service.output
        service.process.send_signal(signal.SIGINT)
        assert service.process.wait(LIMIT) == 0
        assert service.nothing_left()

        reset = service.manage("demo_reset", "--yes")
        assert reset.returncode == 1
        assert "was begun without demonstration data; nothing is deleted" in reset.stderr
        assert {line.split("|")[0].strip() for line in service.output.splitlines() if "|" in line[:9]} >= {
            "up",
            "migrate",
        }


@pytest.mark.skipif(not os.environ.get("DATABASE_URL"), reason="about servers of one's own; set DATABASE_URL")
def test_up_on_servers_of_ones_own_starts_none(folder: Path, servers: Servers) -> None:
    name = f"{PREFIX}{run_number()}_up"
    with maintenance(servers) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    environment = {variable: os.environ[variable] for variable in (*ENVIRONMENT_SECRETS, "REDIS_URL")}
    environment["DATABASE_URL"] = at_database(servers.app_url, name)
    environment["DATABASE_OWNER_URL"] = at_database(servers.owner_url, name)
    try:
        with Service(folder, environment=environment) as service:
            service.wait_ready()
            assert not (folder / "postgres").exists()
            service.process.send_signal(signal.SIGTERM)
            assert service.process.wait(LIMIT) == 0
            assert service.nothing_left()
    finally:
        with maintenance(servers) as connection:
            drop(servers, connection, name)


@embedded
def test_a_killed_run_leaves_nothing_that_the_next_one_trips_over(folder: Path) -> None:
    with Service(folder) as killed:
        killed.wait_ready()
        killed.process.kill()
        killed.process.wait()
        with Service(folder) as service:
            service.wait_ready()
            # Who dies alone is started again: the worker, and a database that was shot.
            worker = service.child("worker")
            assert worker is not None
            worker.kill()
            service.wait_for(lambda: service.child("worker") not in (None, worker))
            postmaster = psutil.Process(int((folder / "postgres" / "postmaster.pid").read_text().split()[0]))
            postmaster.kill()
            postmaster.wait(LIMIT)
            service.wait_ready()
            service.process.send_signal(signal.SIGTERM)
            assert service.process.wait(LIMIT) == 0
            assert service.nothing_left()


@embedded
def test_a_demonstration_can_be_thrown_away(folder: Path) -> None:
    service = Service(folder)
    assert service.manage("migrate", "runtime").returncode == 0
    assert "[X] 0001_milestones" in service.manage("showmigrations", "runtime").stdout
    reset = service.manage("demo_reset", "--yes")
    assert reset.returncode == 0, reset.stderr
    assert "[ ] 0001_milestones" in service.manage("showmigrations", "runtime").stdout


@embedded
def test_servers_are_shared_while_used_and_stopped_after_the_last(folder: Path) -> None:
    first = join(folder, fast=True)
    second = join(folder, fast=True)
    assert first.environment == second.environment
    first.leave(wait=True)
    assert (folder / "servers.json").exists()
    second.leave(wait=True)
    assert not (folder / "servers.json").exists()


@embedded
def test_servers_recover_when_their_keeper_was_killed(folder: Path) -> None:
    first = join(folder, fast=True)
    postmaster = int((folder / "postgres" / "postmaster.pid").read_text().split()[0])
    os.kill(first._keeper, signal.SIGKILL)
    assert wait_until(lambda: not psutil.pid_exists(postmaster), LIMIT)
    first.leave()
    # A lock file whose number was given to another process in the meantime, as after a power cut.
    lock = folder / "postgres" / "postmaster.pid"
    lock.write_text(f"{os.getpid()}\n{folder / 'postgres'}\n")
    second = join(folder, fast=True)
    assert second.environment == first.environment
    second.leave(wait=True)


def test_a_taken_port_is_refused_with_a_sentence(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        service = Service(folder)
        done = service.manage("up", "--port", str(port))
    assert done.returncode == 1
    assert f"Port {port} at 127.0.0.1 cannot be opened" in done.stderr
    assert "Traceback" not in done.stderr


def test_commands_without_data_start_no_servers(folder: Path) -> None:
    service = Service(folder)
    for arguments in (["help"], ["check"], ["makemigrations", "--check", "--dry-run"]):
        done = service.manage(*arguments)
        assert done.returncode == 0, done.stderr
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root hands the servers to a user of their own")
def test_root_refuses_a_data_folder_below_a_private_one(folder: Path) -> None:
    folder.chmod(0o700)
    service = Service(folder, environment={"THADS_DATA_DIR": str(folder / "below")})
    done = service.manage("showmigrations")
    assert done.returncode == 1
    assert f"because {folder} is private" in done.stderr


def test_another_users_data_folder_is_refused() -> None:
    with data_folder() as folder:
        if os.geteuid() != 0:
            pytest.skip("only root can give a folder away")
        os.chown(folder, 12345, 12345)
        done = Service(folder).manage("showmigrations")
    assert done.returncode == 1
    assert "belongs to another user" in done.stderr


@embedded
def test_only_the_owner_reads_secrets_and_sockets(folder: Path) -> None:
    joined = join(folder, fast=True)
    try:
        assert (folder / "secrets.json").stat().st_mode & 0o777 == 0o600
        assert (folder / "servers.json").stat().st_mode & 0o777 == 0o600
        for private in ("postgres", "run", "redis", "logs", "files"):
            assert (folder / private).stat().st_mode & 0o077 == 0
        if os.geteuid() == 0:
            reached = subprocess.run(
                ["ls", str(folder / "run")],
                user=65534,
                group=65534,
                extra_groups=[],
                capture_output=True,
                check=False,
            )
            assert reached.returncode != 0
    finally:
        joined.leave(wait=True)
