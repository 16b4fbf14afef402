"""W3: one case with everything that belongs to it."""

from __future__ import annotations

from benchmarks.asking import case_requests, cases_of
from benchmarks.bench import Bench, Contender, Findings
from benchmarks.servers import running

_REQUESTS = 300


class OneCase:
    code = "W3"
    title = "One case with its judgment, parties, obligations, assets, deadlines and the number of its acts"

    def run(self, bench: Bench) -> Findings:
        keys = cases_of(bench.database, bench.unit, _REQUESTS)
        token, plain = bench.key(bench.unit, "UNIT_HEAD"), bench.textbook_token(bench.unit)
        with_deadlines = case_requests(keys, "/api/v1", token, query="?expand=deadlines")
        contenders = [
            Contender("project", bench.project, lambda _: with_deadlines),
            Contender("textbook", bench.textbook, lambda _: case_requests(keys, "", plain, "Token")),
            Contender("limit", bench.limit, lambda _: case_requests(keys, "", "-")),
        ]
        with running([bench.project, bench.textbook, bench.limit]):
            found = bench.race(contenders)
        findings = Findings(list(found.values()))
        findings.at_least("cheaper than textbook", found["textbook"].cpu / found["project"].cpu, 3)
        findings.notes.append(f"limit / project: {found['limit'].cpu / found['project'].cpu:.2f}")
        return findings
