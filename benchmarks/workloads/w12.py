"""W12: what is due, late and waiting for an officer."""

from __future__ import annotations

from benchmarks.asking import case_requests, cases_of, officer_with
from benchmarks.bench import Bench, Contender, Findings
from benchmarks.load import request
from benchmarks.servers import running

_REQUESTS = 200
#: Open cases that an officer has.
_CASES = 260


class QueueOfOfficer:
    code = "W12"
    title = "The queue of an officer with 260 open cases, and his deadlines"

    def run(self, bench: Bench) -> Findings:
        officer, unit = officer_with(bench.database, _CASES)
        token = bench.key_of(bench.database, unit, "OFFICER", officer)
        head = bench.key(bench.unit, "UNIT_HEAD")
        keys = cases_of(bench.database, bench.unit, _REQUESTS)

        def asked(name: str, path: str) -> Contender:
            requests = [request("GET", f"/api/v1{path}", token)] * _REQUESTS
            return Contender(name, bench.project, lambda _: requests)

        detail = Contender("case detail", bench.project, lambda _: case_requests(keys, "/api/v1", head))
        queue = asked("queue", "/cases/queue/")
        mine = asked("deadlines", "/deadlines/?mine=true")
        with running([bench.project]):
            found = bench.race([detail, queue, mine])
        findings = Findings(list(found.values()))
        yardstick = found[detail.name].cpu
        findings.at_most("queue, of a case detail", found[queue.name].cpu / yardstick, 3)
        findings.at_most("deadlines, of a case detail", found[mine.name].cpu / yardstick, 3)
        findings.notes.append(f"officer {officer}")
        return findings
