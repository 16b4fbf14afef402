"""An import of many stories, measured once for all workloads that compare themselves with it."""

from __future__ import annotations

import http.client
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import psycopg
from psycopg import sql

from benchmarks.bench import Bench
from benchmarks.ground import Database
from benchmarks.servers import HOST, Memory
from benchmarks.stories import SEED, raw_stories

#: The tables an import fills, every table after those it points at; the key of each; and its columns that are
#: keys of another.
TABLES: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("cases_judgment", "id", {}),
    ("cases_case", "id", {"judgment_id": "cases_judgment"}),
    ("cases_casetheme", "id", {"case_id": "cases_case"}),
    ("cases_party", "id", {"case_id": "cases_case"}),
    ("cases_obligation", "id",
     {"case_id": "cases_case", "debtor_id": "cases_party", "creditor_id": "cases_party"}),
    ("cases_asset", "id", {"case_id": "cases_case", "owner_id": "cases_party"}),
    ("cases_act", "id",
     {"case_id": "cases_case", "asset_id": "cases_asset", "annuls_id": "cases_act", "voids_id": "cases_act"}),
    ("cases_actline", "id", {"act_id": "cases_act", "obligation_id": "cases_obligation"}),
    ("reports_countedcase", "case_id", {"case_id": "cases_case"}),
    ("reports_movement", "id", {"case_id": "cases_case"}),
    ("journal_entry", "position", {"case_id": "cases_case"}),
)  # fmt: skip
#: Far from where the sequencer goes on.
_FAR = 1_000_000_000_000


@dataclass(slots=True)
class Import:
    """An import that was brought to its end: counted, and in the log."""

    stories: int
    seconds: float
    server: float
    postgres: float
    #: The most memory of a process in the first half and in the second, in bytes.
    memory: tuple[int, int]
    #: The greatest key of each table before and after.
    before: dict[str, int]
    after: dict[str, int]

    @property
    def cpu(self) -> float:
        return self.server + self.postgres


_done: dict[str, Import] = {}


def measured_import(bench: Bench, stories: int) -> Import:
    """The import of so many stories into Da Nang, by the job that does it in earnest."""
    if bench.database.name not in _done:
        file = _stories_file(bench.folder, stories)
        with bench.whole_service():
            _done[bench.database.name] = _import(bench, file, stories)
    return _done[bench.database.name]


def _stories_file(folder: Path, count: int) -> Path:
    """The stories as a file, kept between runs."""
    path = folder / f"stories-{count}.ndjson"
    if not path.exists():
        draft = path.with_suffix(".new")
        with draft.open("wb") as file:
            for raw in raw_stories(count, seed=SEED + 1, series="/NK"):
                file.write(orjson.dumps(raw) + b"\n")
        draft.rename(path)
    return path


def _import(bench: Bench, file: Path, stories: int) -> Import:
    token = bench.key("DN", "HEAD")
    before = _greatest(bench.database)
    servers = [bench.project, *bench.task_servers]
    memory = Memory(bench.task_servers)
    bench.meter.start(servers)
    began = time.monotonic()
    job = _submit(bench.project.port, token, file)
    job = wait_for_job(bench.database, job)
    bench.wait_until_quiet()
    seconds = time.monotonic() - began
    cost = bench.meter.stop()
    memory.stop()
    summary = job["summary"]
    if summary.get("imported") != stories:
        raise RuntimeError(f"the import did not bring in {stories} stories: {summary}")
    return Import(
        stories, seconds, cost.server, cost.postgres, memory.halves(), before, _greatest(bench.database)
    )


def _submit(port: int, token: str, file: Path) -> str:
    connection = http.client.HTTPConnection(HOST, port, timeout=600)
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/x-ndjson",
        "Content-Length": str(file.stat().st_size),
    }
    with file.open("rb") as body:
        connection.request("POST", "/api/v1/imports/", body, headers)
        response = connection.getresponse()
        answer = response.read()
    connection.close()
    if response.status != 202:
        raise RuntimeError(f"the import was not taken: {response.status} {answer[:500]!r}")
    return str(orjson.loads(answer)["id"])


def wait_for_job(database: Database, public_id: str) -> dict[str, Any]:
    """The job when it has come to its end. Raises RuntimeError when that is none."""
    while True:
        ((state, summary),) = database.rows(
            "SELECT state, summary FROM jobs_job WHERE public_id = %s", public_id
        )
        if state == "DONE":
            return {"summary": summary}
        if state not in ("QUEUED", "RUNNING"):
            raise RuntimeError(f"the job ended as {state}: {summary}")
        time.sleep(0.5)


def _greatest(database: Database) -> dict[str, int]:
    return {table: database.value(f"SELECT coalesce(max({key}), 0) FROM {table}") for table, key, _ in TABLES}


# The same rows by COPY.


@dataclass(slots=True)
class Copied:
    rows: int
    seconds: float
    client: float
    postgres: float

    @property
    def cpu(self) -> float:
        return self.client + self.postgres


def measured_copy(bench: Bench, imported: Import) -> Copied:
    """The rows of an import once more, under keys of their own, by bare COPY into the same indexed tables
    with their constraints.
    """
    folder = bench.folder / "copy"
    folder.mkdir(exist_ok=True)
    columns = {table: _columns(bench.database, table) for table, _, _ in TABLES}
    with psycopg.connect(bench.database.app_url, autocommit=True) as app:
        rows = sum(_take(app, folder, table, columns[table], imported) for table, _, _ in TABLES)
        bench.meter.start([])
        began, used = time.monotonic(), time.process_time()
        for table, _, _ in TABLES:
            _bring(app, folder, table, columns[table])
        seconds, client = time.monotonic() - began, time.process_time() - used
        # What a session used shows when it ends, or while it lives: it lives.
        cost = bench.meter.stop()
    _go_on_after(bench.database)
    return Copied(rows, seconds, client, cost.postgres)


def _columns(database: Database, table: str) -> list[str]:
    rows = database.rows(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped "
        "AND attgenerated = '' ORDER BY attnum",
        table,
    )
    return [name for (name,) in rows]


def _take(
    app: psycopg.Connection[Any], folder: Path, table: str, columns: list[str], imported: Import
) -> int:
    keys = {name: (key, pointing) for name, key, pointing in TABLES}
    key, pointing = keys[table]

    def moved(column: str, of: str) -> sql.Composed:
        """A key that the import gave, as far behind the last one as it was behind the last before."""
        first, last = imported.before[of], imported.after[of]
        return sql.SQL("CASE WHEN {c} > {first} THEN {c} + {by} ELSE {c} END").format(
            c=sql.Identifier(column), first=sql.Literal(first), by=sql.Literal(last - first)
        )

    def value(column: str) -> sql.Composable:
        if table == "journal_entry" and column == key:
            return sql.SQL("{} + {}").format(sql.Identifier(column), sql.Literal(_FAR))
        if column in pointing:
            return moved(column, pointing[column])
        if column == key:
            return moved(column, table)
        if column == "public_id":
            return sql.SQL("gen_random_uuid()")
        if (table, column) in (("cases_case", "decision_number"), ("cases_judgment", "issuer")):
            return sql.SQL("{} || ' *'").format(sql.Identifier(column))
        return sql.Identifier(column)

    own = pointing.get(key, table)
    statement = sql.SQL(
        "COPY (SELECT {values} FROM {table} WHERE {key} > {first} AND {key} <= {last} ORDER BY {key}) "
        "TO STDOUT"
    ).format(
        values=sql.SQL(", ").join(map(value, columns)),
        table=sql.Identifier(table),
        key=sql.Identifier(key),
        first=sql.Literal(imported.before[own]),
        last=sql.Literal(imported.after[own]),
    )
    with app.cursor() as cursor, (folder / table).open("wb") as file:
        with cursor.copy(statement) as copy:
            for block in copy:
                file.write(block)
        return cursor.rowcount


def _bring(app: psycopg.Connection[Any], folder: Path, table: str, columns: list[str]) -> None:
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with app.cursor() as cursor, (folder / table).open("rb") as file, cursor.copy(statement) as copy:
        while block := file.read(1 << 20):
            copy.write(block)


def _go_on_after(database: Database) -> None:
    """New keys come after those that were copied."""
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        for table, key, _ in TABLES:
            if key == "id":
                owner.execute(
                    sql.SQL(
                        "SELECT setval(pg_get_serial_sequence({}, 'id'), (SELECT max(id) FROM {}))"
                    ).format(sql.Literal(table), sql.Identifier(table))
                )


@contextmanager
def clean_folder(folder: Path) -> Iterator[None]:
    """The copied rows name people: they go when they have served."""
    try:
        yield
    finally:
        for path in (folder / "copy").glob("*"):
            path.unlink()
