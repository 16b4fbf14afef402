"""W5: a form of a department, as known now and as known at a moment that has passed."""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack

from benchmarks.asking import FIRST_KNOWN, LAST_KNOWN, case_requests, cases_of, form_requests
from benchmarks.bench import Bench, Contender, Findings
from benchmarks.generator import BLOCK
from benchmarks.servers import running, web

_REQUESTS = 100
#: Below it two figures are the same.
_FLAT = 1.2


class FormOfDepartment:
    code = "W5"
    title = "Form 1 of a department for any period"

    def run(self, bench: Bench) -> Findings:
        token = bench.key(bench.department, "HEAD")
        keys = cases_of(bench.database, bench.department, _REQUESTS)
        lately = LAST_KNOWN - dt.timedelta(days=365)

        def forms(known_from: dt.datetime | None) -> Contender:
            names = {
                None: "form, known now",
                lately: "form, known in the last year",
                FIRST_KNOWN: "form, known at any moment",
            }
            requests = form_requests(bench.chance("W5"), bench.department, token, _REQUESTS, known_from)
            return Contender(names[known_from], bench.project, lambda _: requests)

        now, recent, past = forms(None), forms(lately), forms(FIRST_KNOWN)
        detail = Contender("case detail", bench.project, lambda _: case_requests(keys, "/api/v1", token))
        with running([bench.project]):
            found = bench.race([detail, now, recent, past])
        findings = Findings(list(found.values()))
        yardstick = found[detail.name].cpu
        findings.at_most("known now, of a case detail", found[now.name].cpu / yardstick, 2)
        findings.at_most("known in the last year, of a case detail", found[recent.name].cpu / yardstick, 20)
        findings.at_most("known at any moment, of a case detail", found[past.name].cpu / yardstick, 20)
        if bench.cases > BLOCK:
            self._flat(bench, findings)
        return findings

    def _flat(self, bench: Bench, findings: Findings) -> None:
        """Da Nang is the same in every nation: its form in the smallest beside its form in this one."""
        with ExitStack() as stack:
            small = stack.enter_context(bench.ground.copy(BLOCK))
            other = web("small", "thads.wsgi:application", small.environment, bench.folder)
            stack.enter_context(running([bench.project, other]))
            contenders = []
            for name, server, database in (("large", bench.project, bench.database), ("small", other, small)):
                key = bench.key_of(database, "DN", "HEAD")
                requests = form_requests(bench.chance("flat"), "DN", key, _REQUESTS)
                contenders.append(Contender(f"DN in the {name} nation", server, lambda _, r=requests: r))
            found = bench.race(contenders)
        findings.lines += found.values()
        large, small_line = found["DN in the large nation"], found["DN in the small nation"]
        findings.at_most(
            f"{bench.cases:,} cases in the nation, of {BLOCK:,}", large.cpu / small_line.cpu, _FLAT
        )
