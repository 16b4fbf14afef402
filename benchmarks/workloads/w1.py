"""W1 and W1b: the newest cases of a status, as the head of a unit and as the head of a department."""

from __future__ import annotations

from benchmarks.asking import BUCKET, list_request
from benchmarks.bench import Bench, Contender, Findings
from benchmarks.servers import running

_REQUESTS = 300


def newest(bench: Bench, unit: str, role: str) -> list[Contender]:
    """The project, the textbook and the limit asked for the newest cases of a status of this unit."""
    token, plain = bench.key(unit, role), bench.textbook_token(unit)
    asked = [
        ("project", bench.project, list_request("/api/v1", token, bucket=BUCKET)),
        ("textbook", bench.textbook, list_request("", plain, "Token", bucket=BUCKET)),
        ("limit", bench.limit, list_request("", "-", unit=unit, bucket=BUCKET)),
    ]
    return [Contender(name, server, lambda _, sent=sent: [sent] * _REQUESTS) for name, server, sent in asked]


class NewestOfUnit:
    code = "W1"
    title = "The 50 newest cases of a status, with debtors' names and a capped count, as the head of a unit"

    def run(self, bench: Bench) -> Findings:
        with running([bench.project, bench.textbook, bench.limit]):
            found = bench.race(newest(bench, bench.unit, "UNIT_HEAD"))
        findings = Findings(list(found.values()))
        findings.at_least("cheaper than textbook", found["textbook"].cpu / found["project"].cpu, 5)
        findings.at_least("limit / project", found["limit"].cpu / found["project"].cpu, 0.4)
        return findings


class NewestOfDepartment:
    code = "W1B"
    title = "The same as the head of a department with eight units"

    def run(self, bench: Bench) -> Findings:
        with running([bench.project, bench.textbook, bench.limit]):
            found = bench.race(newest(bench, bench.department, "HEAD"))
        findings = Findings(list(found.values()))
        findings.at_least("cheaper than textbook", found["textbook"].cpu / found["project"].cpu, 5)
        findings.notes.append(f"limit / project: {found['limit'].cpu / found['project'].cpu:.2f}")
        return findings
