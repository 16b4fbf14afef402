"""What a run found, as a table on the screen and, where it is wanted, in ``RESULTS.md``."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.bench import Findings, Line, Verdict, Workload

RESULTS = Path(__file__).parent / "RESULTS.md"
#: What each workload found when it was last measured for the page.
KEPT = RESULTS.with_name("results.json")
_PACKAGES = ("Django", "djangorestframework", "psycopg", "granian", "celery", "asyncpg")
_HEAD = (
    "Contender",
    "Requests",
    "CPU s / 1,000",
    "of it PostgreSQL",
    "a second",
    "p50 ms",
    "p95 ms",
    "p99 ms",
)


def _line(line: Line) -> tuple[str, ...]:
    return (
        line.contender,
        f"{line.requests:,}",
        f"{line.cpu:.2f}",
        f"{line.postgres:.2f}",
        f"{line.rate:,.0f}",
        *(f"{wait * 1000:,.1f}" if wait else "" for wait in (line.p50, line.p95, line.p99)),
    )


def _verdict(verdict: Verdict) -> tuple[str, ...]:
    word = {True: "pass", False: "FAIL", None: ""}[verdict.holds]
    return verdict.says, verdict.measured, verdict.budget, word


def show(workload: Workload, findings: Findings) -> None:
    """One workload on the screen."""
    print(f"\n{workload.code}  {workload.title}")
    print(_plain([_HEAD, *map(_line, findings.lines)]))
    print(_plain(list(map(_verdict, findings.verdicts))))
    for note in findings.notes:
        print(f"    {note}")
    print(flush=True)


def _plain(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = []
    for row in rows:
        first, *rest = (
            cell.ljust(width) if not place else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        lines.append("    " + "  ".join([first, *rest]).rstrip())
    return "\n".join(lines)


def keep(workload: Workload, findings: Findings, *, cases: int, command: str, postgres: str) -> None:
    """Put what a workload found in the place of what it found before, and write ``RESULTS.md`` anew."""
    known = _known()
    known[workload.code] = {
        "title": workload.title,
        "command": command,
        "on": f"{dt.datetime.now(dt.UTC):%Y-%m-%d}",
        "cases": cases,
        "machine": _machine(postgres),
        "lines": [_line(line) for line in findings.lines],
        "verdicts": [_verdict(verdict) for verdict in findings.verdicts],
        "notes": findings.notes,
    }
    KEPT.write_text(json.dumps(known, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    RESULTS.write_text("\n".join(_page(known)) + "\n", encoding="utf-8")


def _known() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    return found


def _page(known: Mapping[str, Any]) -> Iterator[str]:
    results = [known[code] | {"code": code} for code in sorted(known, key=_order)]
    yield "# Results"
    yield ""
    yield (
        "CPU seconds are those of the servers and of PostgreSQL, without its autovacuum, in medians of "
        "interleaved rounds. The ratios are what counts: times depend on the machine. What each workload "
        "does is told in `docs/how-to/measure.md`; each was last measured by the command and on the "
        "machine that stand with it."
    )
    yield ""
    rows = [(one["code"], *verdict) for one in results for verdict in one["verdicts"]]
    yield from _markdown(("Workload", "Budget on", "Measured", "Budget", ""), rows)
    for one in results:
        yield from ("", f"## {one['code']}: {one['title']}", "")
        yield f"`{one['command']}`, {one['on']}, {one['cases']:,} cases. {one['machine']}"
        yield ""
        yield from _markdown(_HEAD, one["lines"])
        if one["notes"]:
            yield from ("", *(f"{note[0].upper()}{note[1:]}." for note in one["notes"]))


def _order(code: str) -> tuple[int, str]:
    """W1, W1b, W2, … W10."""
    number = "".join(sign for sign in code if sign.isdigit())
    return int(number), code


def _machine(postgres: str) -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    return (
        f"{os.cpu_count()} cores ({_processor()}), all on one machine; Python {platform.python_version()}, "
        f"PostgreSQL {postgres}, {packages}."
    )


def _processor() -> str:
    """The model of the processor as the kernel names it, else its kind."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.machine())


def _markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    aligned = ["---", *["---:"] * (len(head) - 1)]
    return [f"| {' | '.join(row)} |" for row in (head, aligned, *rows)]
