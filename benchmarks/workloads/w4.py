"""W4: an act is recorded, on another case each time."""

from __future__ import annotations

from benchmarks.asking import OpenLine, collection, open_lines_of, today
from benchmarks.bench import Bench, Contender, Findings
from benchmarks.load import request
from benchmarks.servers import running

_REQUESTS = 200
#: Of the department that is one block whatever the size of the nation: its cases have their digests.
_UNIT = "DN.HC"


class RecordAct:
    code = "W4"
    title = "Record an act (lock, rules, projections, journal); counting and the log come after it (W10)"

    def run(self, bench: Bench) -> Findings:
        lines = open_lines_of(bench.database, _UNIT, 2 * _REQUESTS * (bench.rounds + 1))
        token, plain = bench.key(_UNIT, "UNIT_HEAD"), bench.textbook_token(_UNIT)
        day = today()
        half = len(lines) // 2

        def asked(own: list[OpenLine], prefix: str, key: str, scheme: str, number: int) -> list[bytes]:
            chosen = [
                own[(number * _REQUESTS + place) % len(own)] for place in range(min(_REQUESTS, len(own)))
            ]
            return [
                request(
                    "POST", f"{prefix}/cases/{line.case}/acts/", key, collection(line, day), scheme=scheme
                )
                for line in chosen
            ]

        contenders = [
            Contender(
                "project", bench.project, lambda n: asked(lines[:half], "/api/v1", token, "Bearer", n), 201
            ),
            Contender("textbook", bench.textbook, lambda n: asked(lines[half:], "", plain, "Token", n), 201),
        ]
        with running([bench.project, bench.textbook]):
            found = bench.race(contenders)
        findings = Findings(list(found.values()))
        ratio = found["textbook"].cpu / found["project"].cpu
        findings.at_least("against textbook inserting the same rows without any rule", ratio, 0.5)
        return findings
