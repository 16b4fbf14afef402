"""W8: a hundred thousand cases are taken out, as text that is streamed and as a workbook by a job."""

from __future__ import annotations

import csv
import hashlib
import http.client
import io
import statistics
import time
import zipfile
from dataclasses import dataclass

from benchmarks.bench import Bench, Contender, Findings
from benchmarks.importing import wait_for_job
from benchmarks.load import closed_loop, request
from benchmarks.servers import HOST, Memory, Server

_MIB = 1024 * 1024
_WANTED = 100_000
_REQUESTS = 20
#: Tables read before those that are timed.
_WARMING = 4
#: What memory may grow by over an idle server.
_GROWTH = 150 * _MIB
_OFFICE = "BENCH"
_SHEET = "xl/worksheets/sheet1.xml"
_LIST = "/api/v1/cases/?bucket=ELIGIBLE"
_ALL = "/api/v1/cases/?format=csv"
_COUNTED = f"{_ALL}&count=exact"


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it came: seconds to the first byte and to the last, what it said of itself, its content."""

    first: float
    whole: float
    total: int
    content: bytes

    @property
    def rows(self) -> int:
        return sum(1 for _ in csv.reader(io.StringIO(self.content.decode(), newline=""))) - 1


class TakeOut:
    code = "W8"
    title = "Export of 100,000 cases: CSV streamed, XLSX as a job"

    def run(self, bench: Bench) -> Findings:
        unit = _one_office(bench)
        token, cases = bench.key(unit, "AUDITOR"), self._cases(bench, unit)
        lists = [request("GET", _LIST, token)] * _REQUESTS
        with bench.whole_service():
            found = bench.race([Contender("list of 50", bench.project, lambda _: lists)])
            findings = Findings(list(found.values()))
            self._streamed(bench, findings, token, cases)
            self._workbook(bench, findings, token, cases)
        return findings

    def _streamed(self, bench: Bench, findings: Findings, token: str, cases: int) -> None:
        warm = _waits(bench.project, token)
        # What the workers hold once they have answered: the idle service.
        idle = _largest(bench.project)
        memory = Memory([bench.project])
        # The lists were read by workers that had answered the like before; so are the tables that are timed.
        tables = [_fetched(bench.project.port, token) for _ in range(_WARMING + bench.rounds)][_WARMING:]
        memory.stop()
        first = statistics.median(table.first for table in tables)
        findings.at_most("CSV's first byte, of a list request of the same caller", first / warm, 3)
        counted = _fetched(bench.project.port, token, _COUNTED)
        whole = all(table.rows == cases for table in (*tables, counted)) and counted.total == cases
        findings.must("CSV complete", f"{tables[0].rows:,} of {cases:,} rows", whole)
        _flat(findings, "web worker while CSV is streamed", idle, memory)
        seconds = statistics.median(table.whole for table in tables)
        size = len(tables[0].content) / _MIB
        findings.notes.append(
            f"CSV: {size:.0f} MiB in {seconds:.1f} s, {cases / seconds:,.0f} rows a second; "
            f"first byte after {first * 1000:.0f} ms, a list of 50 after {warm * 1000:.0f} ms"
        )

    def _workbook(self, bench: Bench, findings: Findings, token: str, cases: int) -> None:
        idle = _largest(*bench.task_servers)
        memory = Memory(bench.task_servers)
        began = time.monotonic()
        asked = {"list": "cases", "format": "xlsx"}
        sent = request("POST", "/api/v1/exports/lists/", token, asked)
        (answer,) = closed_loop(bench.project.port, [sent], 1, 202)
        job = answer.json()["id"]
        summary = wait_for_job(bench.database, job)["summary"]
        seconds = time.monotonic() - began
        memory.stop()
        file = request("GET", f"/api/v1/exports/lists/{job}/file/", token)
        (content,) = closed_loop(bench.project.port, [file], 1)
        with zipfile.ZipFile(io.BytesIO(content.body)) as book, book.open(_SHEET) as sheet:
            rows = sheet.read().count(b"<row ") - 1
        right = hashlib.sha256(content.body).hexdigest() == summary["sha256"]
        findings.must(
            "XLSX complete, with count and SHA-256",
            f"{rows:,} of {cases:,} rows",
            right and rows == summary["rows"] == cases,
        )
        _flat(findings, "task worker while XLSX is written", idle, memory)
        findings.notes.append(f"XLSX: {len(content.body) / _MIB:.0f} MiB in {seconds:.1f} s")

    def _cases(self, bench: Bench, unit: str) -> int:
        found = bench.database.value(
            "WITH RECURSIVE below AS (SELECT id FROM officers_unit WHERE code = %s "
            "UNION SELECT u.id FROM officers_unit u JOIN below b ON u.parent_id = b.id) "
            "SELECT count(*) FROM cases_case WHERE unit_id IN (SELECT id FROM below)",
            unit,
        )
        return int(found)


def _one_office(bench: Bench) -> str:
    """The code of a unit above as many departments as have the cases wanted. The nation has none, because its
    departments are by themselves.
    """
    database = bench.database
    departments = database.rows(
        "SELECT d.id, count(*) FROM officers_unit d JOIN officers_unit u ON d.id IN (u.id, u.parent_id) "
        "JOIN cases_case c ON c.unit_id = u.id WHERE d.parent_id IS NULL GROUP BY d.id ORDER BY d.id"
    )
    chosen, cases = [], 0
    for department, count in departments:
        if cases < _WANTED:
            chosen.append(department)
            cases += count
    above = database.value(
        "INSERT INTO officers_unit (code, name, level, valid_from) "
        "VALUES (%s, %s, 'GENERAL_DEPT', '2000-01-01') RETURNING id",
        _OFFICE,
        _OFFICE,
    )
    database.rows("UPDATE officers_unit SET parent_id = %s WHERE id = ANY(%s) RETURNING id", above, chosen)
    return _OFFICE


def _waits(server: Server, token: str) -> float:
    """The median wait for a list of 50, asked alone, in seconds."""
    answers = closed_loop(server.port, [request("GET", _LIST, token)] * _REQUESTS, 1)
    return statistics.median(answer.seconds for answer in answers)


def _fetched(port: int, token: str, address: str = _ALL) -> Table:
    connection = http.client.HTTPConnection(HOST, port, timeout=600)
    try:
        connection.connect()
        began = time.perf_counter()
        connection.request("GET", address, headers={"Authorization": f"Bearer {token}"})
        response = connection.getresponse()
        beginning = response.read(1)
        first = time.perf_counter() - began
        content = beginning + response.read()
        whole = time.perf_counter() - began
        if response.status != 200:
            raise RuntimeError(f"no table: {response.status} {content[:500]!r}")
        return Table(first, whole, int(response.headers.get("X-Total-Count", 0)), content)
    finally:
        connection.close()


def _largest(*servers: Server) -> int:
    return max(process.memory_info().rss for server in servers for process in server.processes())


def _flat(findings: Findings, who: str, idle: int, memory: Memory) -> None:
    most = max(size for _at, size in memory.seen)
    growth = max(0, most - idle)
    findings.must(
        f"memory of the {who}: less than 150 MiB over idle",
        f"{growth / _MIB:.0f} MiB over {idle / _MIB:.0f} MiB",
        growth < _GROWTH,
    )
