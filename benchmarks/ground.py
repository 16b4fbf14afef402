"""What the benchmarks stand on: embedded servers of their own, a generated nation of each size, and for
each run a copy of it that may be written to.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg import sql

from benchmarks.generator import EDITION
from thads.runtime.addresses import django_database, postgres_url
from thads.runtime.embedded import Joined, join
from thads.runtime.places import PROJECT_DIR, default_data_dir
from thads.runtime.roles import drop_database

_PREFIX = "bench"


def default_folder() -> Path:
    """Where the servers of the benchmarks keep their data between runs."""
    return default_data_dir() / "bench"


def _version() -> str:
    """Identifies what a generated nation depends on: the tables, and the edition of the generator."""
    folders = ("*/migrations/0*.py", "thads/*/migrations/0*.py")
    names = sorted(path.name for folder in folders for path in PROJECT_DIR.glob(folder))
    return hashlib.sha256(f"{EDITION} {names}".encode()).hexdigest()[:8]


@dataclass
class Database:
    """A database of the benchmarks, as both roles know it, and what a program needs to work in it."""

    name: str
    owner_url: str
    environment: dict[str, str]

    @property
    def app_url(self) -> str:
        return self.environment["DATABASE_URL"]

    def run(self, *command: str, settings: str = "thads.settings", owner: bool = False) -> None:
        """A program of this project at work in the database. Raises CalledProcessError."""
        role = {"THADS_DB_ROLE": "owner"} if owner else {}
        environment = {**self.environment, "DJANGO_SETTINGS_MODULE": settings, **role}
        subprocess.run([sys.executable, *command], cwd=PROJECT_DIR, env=environment, check=True)

    def output(self, *command: str, settings: str = "thads.settings") -> str:
        """What a program of this project writes, without the line end."""
        environment = {**self.environment, "DJANGO_SETTINGS_MODULE": settings}
        done = subprocess.run(
            [sys.executable, *command],
            cwd=PROJECT_DIR,
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        return done.stdout.decode().strip()

    def rows(self, statement: str, *params: Any) -> list[tuple[Any, ...]]:
        """What a statement finds, asked as the application."""
        with psycopg.connect(self.app_url, autocommit=True) as app:
            return app.execute(statement, params).fetchall()  # type: ignore[arg-type]

    def value(self, statement: str, *params: Any) -> Any:
        """The one value a statement finds."""
        ((found,),) = self.rows(statement, *params)
        return found

    def submit_rebuild(self) -> int:
        """Put down the job that counts everything anew. Gives its key."""
        code = (
            "import django; django.setup(); from reports.rebuild import submit_rebuild; "
            "print(submit_rebuild(by='SYSTEM:benchmark', unit_id=None).pk)"
        )
        return int(self.output("-c", code))

    def wait_for_nothing(self, *tables: str, patience: float = 900) -> None:
        """Until these tables are empty. Raises TimeoutError."""
        until = time.monotonic() + patience
        for table in tables:
            while self.value(f"SELECT EXISTS (SELECT FROM {table})"):
                if time.monotonic() > until:
                    raise TimeoutError(f"{table} does not become empty")
                time.sleep(0.5)


class Ground:
    """The servers, and the databases on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._joined: Joined = join(folder)

    def leave(self) -> None:
        self._joined.leave(wait=True)

    @property
    def owner_url(self) -> str:
        return self._joined.environment["DATABASE_OWNER_URL"]

    @property
    def redis_url(self) -> str:
        return self._joined.environment["REDIS_URL"]

    def pristine(self, cases: int) -> str:
        """The name of the database with a nation of this size, which is generated when it is not there. Those
        of other versions of the same size go.
        """
        name = f"{_PREFIX}_{cases}_{_version()}"
        known = self._names()
        if name in known:
            return name
        for other in known:
            if other.startswith(f"{_PREFIX}_{cases}_"):
                self._drop(other)
        draft = f"{name}_draft"
        self._create(draft)
        database = self.database(draft)
        database.run("manage.py", "migrate", "--verbosity", "0", "--no-input")
        database.run("manage.py", "load_reference", "--verbosity", "0")
        began = time.monotonic()
        database.run("-m", "benchmarks.generator", "--cases", str(cases))
        print(f"{name} generated in {time.monotonic() - began:.0f} s", flush=True)
        with self._maintenance() as owner:
            owner.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(name))
            )
        return name

    @contextmanager
    def copy(self, cases: int) -> Iterator[Database]:
        """A nation of this size to work on, gone afterwards."""
        template = self.pristine(cases)
        name = f"{_PREFIX}_run_{cases}"
        self._drop(name)
        self._create(name, template)
        try:
            yield self.database(name)
        finally:
            self._drop(name)

    def database(self, name: str) -> Database:
        known = self._joined.environment
        environment = {
            **os.environ,
            **known,
            "DATABASE_URL": _at(known["DATABASE_URL"], name),
            "DATABASE_OWNER_URL": _at(known["DATABASE_OWNER_URL"], name),
            "THADS_DATA_DIR": str(self.folder),
            "PYTHONPATH": str(PROJECT_DIR),
            "PYTHONUNBUFFERED": "1",
            "THADS_LOG_LEVEL": "WARNING",
        }
        return Database(name, environment["DATABASE_OWNER_URL"], environment)

    def postmaster(self) -> int:
        """The process all of PostgreSQL's are children of."""
        with self._maintenance() as owner:
            row = owner.execute("SELECT pg_backend_pid()").fetchone()
            assert row is not None
            return psutil.Process(row[0]).ppid()

    def version(self) -> str:
        with self._maintenance() as owner:
            return str(owner.info.server_version // 10000)

    def _names(self) -> list[str]:
        with self._maintenance() as owner:
            rows = owner.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [_PREFIX])
            return [name for (name,) in rows.fetchall()]

    def _create(self, name: str, template: str | None = None) -> None:
        copied = (
            sql.SQL(" TEMPLATE {} STRATEGY FILE_COPY").format(sql.Identifier(template))
            if template
            else sql.SQL("")
        )
        with self._maintenance() as owner:
            owner.execute(sql.SQL("CREATE DATABASE {}{}").format(sql.Identifier(name), copied))

    def _drop(self, name: str) -> None:
        app_url = _at(self._joined.environment["DATABASE_URL"], "postgres")
        with psycopg.connect(app_url, autocommit=True) as app, self._maintenance() as owner:
            drop_database(name, owner=owner, app=app)

    def _maintenance(self) -> psycopg.Connection[Any]:
        return psycopg.connect(_at(self.owner_url, "postgres"), autocommit=True)


def _at(url: str, name: str) -> str:
    """The same role at another database of the same server."""
    entry = django_database(url)
    return postgres_url(
        user=entry["USER"],
        password=entry["PASSWORD"],
        name=name,
        host=entry["HOST"],
        port=entry["PORT"] or 5432,
    )
