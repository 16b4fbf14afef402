"""W7: many acts in one request, some of them bad."""

from __future__ import annotations

from benchmarks.asking import OpenLine, collection, open_lines_of, today
from benchmarks.bench import Bench, Contender, Findings
from benchmarks.load import Answer, closed_loop, request
from benchmarks.servers import running

_ROWS = 1000
_BAD = 10
#: Bulks of a round, one for each process of the server.
_BULKS = 2
#: Requests of a round that carries one act each.
_SINGLES = 200
#: Of the department that is one block whatever the size of the nation.
_UNIT = "DN"


class ManyActs:
    code = "W7"
    title = f"{_ROWS:,} acts in one request, {_BAD} of them bad, beside as many by themselves (W4)"

    def run(self, bench: Bench) -> Findings:
        rounds = bench.rounds + 1
        each = rounds * _ROWS * _BULKS
        lines = open_lines_of(bench.database, _UNIT, each + rounds * _SINGLES + _ROWS)
        token = bench.key(_UNIT, "HEAD")

        def chosen(first: int, count: int) -> list[OpenLine]:
            return [lines[(first + place) % len(lines)] for place in range(count)]

        def bulk(number: int) -> list[bytes]:
            return [
                request("POST", "/api/v1/acts/bulk/?mode=each", token, self._rows(chosen(first, _ROWS)))
                for first in range(number * _ROWS * _BULKS, (number + 1) * _ROWS * _BULKS, _ROWS)
            ]

        def singles(number: int) -> list[bytes]:
            own = chosen(each + number * _SINGLES, _SINGLES)
            return [
                request("POST", f"/api/v1/cases/{line.case}/acts/", token, collection(line, today()))
                for line in own
            ]

        contenders = [
            Contender("bulk", bench.project, bulk, 201),
            Contender("one by one", bench.project, singles, 201),
        ]
        with running([bench.project]):
            found = bench.race(contenders)
            last = self._rows(chosen(each + rounds * _SINGLES, _ROWS))
            atomic = request("POST", "/api/v1/acts/bulk/", token, last)
            (refused,) = closed_loop(bench.project.port, [atomic], 1, 422)
            some = atomic.replace(b"/bulk/ ", b"/bulk/?mode=each ", 1)
            (recorded,) = closed_loop(bench.project.port, [some], 1, 201)
        findings = Findings(list(found.values()))
        many, single = found["bulk"], found["one by one"]
        findings.at_least("acts a second, of one by one", many.rate * _ROWS / single.rate, 3)
        self._named(findings, refused, recorded)
        findings.notes.append(
            f"CPU of 1,000 acts in bulk: {many.cpu / 1000:.2f} s, one by one: {single.cpu:.2f} s, "
            f"{single.cpu / (many.cpu / 1000):.1f} ×"
        )
        return findings

    def _rows(self, lines: list[OpenLine]) -> list[dict[str, object]]:
        """Acts on cases; every hundredth takes back money that was never there."""
        day = today()
        every = _ROWS // _BAD
        return [
            {"case": line.case, **collection(line, day, -5 if place % every == every - 1 else 1000)}
            for place, line in enumerate(lines)
        ]

    def _named(self, findings: Findings, refused: Answer, recorded: Answer) -> None:
        """Every bad row is named and no other, when nothing is written and when the others are."""
        every = _ROWS // _BAD
        bad = set(range(every - 1, _ROWS, every))
        pointed = {int(error["pointer"].split("/")[1]) for error in refused.json()["errors"]}
        results = recorded.json()["results"]
        kept = {row["index"] for row in results if row["errors"]}
        holds = pointed == bad == kept and recorded.json()["recorded"] == _ROWS - _BAD
        findings.must(
            "all bad rows are named", f"{len(pointed & bad)} and {len(kept & bad)} of {_BAD}", holds
        )
