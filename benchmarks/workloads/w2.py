"""W2: a page far down a list: that of all cases of a department, which has not so many of one status."""

from __future__ import annotations

from benchmarks.asking import list_request
from benchmarks.bench import Bench, Contender, Findings
from benchmarks.ground import Database
from benchmarks.servers import running

_REQUESTS = 300
_ROW = 50_000


class FarPage:
    code = "W2"
    title = "The page at row 50,000 of the cases of a department, or its last where there are fewer"

    def run(self, bench: Bench) -> Findings:
        token = bench.key(bench.department, "HEAD")
        row, cursor = _place(bench.database, bench.department, _ROW)
        pages = {
            "first page": list_request("/api/v1", token),
            f"page at row {row:,}": list_request("/api/v1", token, cursor=cursor),
        }
        contenders = [
            Contender(name, bench.project, lambda _, sent=sent: [sent] * _REQUESTS)
            for name, sent in pages.items()
        ]
        with running([bench.project]):
            first, far = bench.race(contenders).values()
        findings = Findings([first, far])
        findings.at_most("of the first page", far.cpu / first.cpu, 1.2)
        return findings


def _place(database: Database, unit: str, row: int) -> tuple[int, str]:
    """The cursor behind this row of the list, or behind the last but a page where there are not so many."""
    rows = database.rows(
        """
        SELECT c.decision_date, c.id FROM cases_case c JOIN officers_unit u ON u.id = c.unit_id
        LEFT JOIN officers_unit p ON p.id = u.parent_id
        WHERE %s IN (u.code, p.code) ORDER BY c.decision_date DESC, c.id DESC LIMIT %s
        """,
        unit,
        row,
    )
    place = min(row, len(rows) - 50)
    date, key = rows[place - 1]
    code = (
        "import django; django.setup(); from thads.common.api.pagination import Cursor; "
        f"print(Cursor('-decision_date', '{date}', {key}).token())"
    )
    return place, database.output("-c", code)
