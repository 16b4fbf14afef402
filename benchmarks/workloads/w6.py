"""W6: search by a name, written with accents or without, as the head of a unit."""

from __future__ import annotations

import unicodedata

from benchmarks.asking import BUCKET, list_request
from benchmarks.bench import Bench, Contender, Findings
from benchmarks.ground import Database
from benchmarks.load import closed_loop
from benchmarks.servers import running

_REQUESTS = 300
_RARE = 25
#: A name that many bear, in the spellings in which people ask for it.
_SPELLINGS = {
    "plain": "nguyen van",
    "accents": "NGUYỄN VĂN",
    "decomposed": unicodedata.normalize("NFD", "NGUYỄN VĂN"),
}


class SearchByName:
    code = "W6"
    title = "The 50 newest cases of a unit by the name of a party, with debtors' names and a capped count"

    def run(self, bench: Bench) -> Findings:
        token = bench.key(bench.unit, "UNIT_HEAD")
        names = _rare_names(bench.database, bench.unit)

        def asks(name: str, *queries: dict[str, str]) -> Contender:
            sent = [list_request("/api/v1", token, **query) for query in queries] * (
                _REQUESTS // len(queries)
            )
            return Contender(name, bench.project, lambda _: sent)

        base = asks("list", {"bucket": BUCKET})
        searches = [asks(f"search, {spelling}", {"q": q}) for spelling, q in _SPELLINGS.items()]
        rare = asks("search, a rare name", *({"q": name} for name in names))
        with running([bench.project]):
            found = bench.race([base, *searches, rare])
            cases = [_found(bench, token, q) for q in _SPELLINGS.values()]
        findings = Findings(list(found.values()))
        for one in (*searches, rare):
            findings.at_most(f"{one.name}, of the list", found[one.name].cpu / found[base.name].cpu, 3)
        same = bool(cases[0]) and all(other == cases[0] for other in cases)
        findings.must("the three spellings find the same cases", f"{len(cases[0]):,} cases", same)
        return findings


def _found(bench: Bench, token: str, q: str) -> list[bytes]:
    """All cases that are found, as the lines of a table."""
    (answer,) = closed_loop(bench.project.port, [list_request("/api/v1", token, q=q, format="csv")], 1)
    return answer.body.splitlines()[1:]


def _rare_names(database: Database, unit: str) -> list[str]:
    """The names that the fewest parties of the unit bear."""
    rows = database.rows(
        """
        SELECT min(p.name) FROM cases_party p JOIN cases_case c ON c.id = p.case_id
        JOIN officers_unit u ON u.id = c.unit_id
        WHERE u.code = %s AND p.kind = 'PERSON'
        GROUP BY p.name ORDER BY count(*), md5(p.name) LIMIT %s
        """,
        unit,
        _RARE,
    )
    return [name for (name,) in rows]
