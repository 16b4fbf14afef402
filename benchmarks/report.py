"""What a run found, as a table on the screen and as ``RESULTS.md``."""

from __future__ import annotations

import datetime as dt
import os
import platform
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from pathlib import Path

from benchmarks.bench import Findings, Line, Verdict, Workload

RESULTS = Path(__file__).parent / "RESULTS.md"
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

Results = Sequence[tuple[Workload, Findings]]


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


def write(results: Results, *, cases: int, rounds: int, command: str, postgres: str) -> None:
    """``RESULTS.md`` anew."""
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    parts = [
        "# Results",
        "",
        f"`{command}`, {dt.datetime.now(dt.UTC):%Y-%m-%d}: {cases:,} cases, medians of {rounds} interleaved "
        "rounds.",
        "",
        f"{os.cpu_count()} cores ({_processor()}), all on one machine. "
        f"Python {platform.python_version()}, PostgreSQL {postgres}, {packages}.",
        "",
        "CPU seconds are those of the servers and of PostgreSQL, without its autovacuum. The ratios are what "
        "counts: times depend on the machine. What each workload does is told in `docs/how-to/measure.md`.",
        "",
        *_markdown(("Workload", "Budget on", "Measured", "Budget", ""), _verdict_rows(results)),
    ]
    for workload, findings in results:
        parts += ["", f"## {workload.code}: {workload.title}", ""]
        parts += _markdown(_HEAD, map(_line, findings.lines))
        if findings.notes:
            parts += ["", *(f"{note[0].upper()}{note[1:]}." for note in findings.notes)]
    RESULTS.write_text("\n".join(parts) + "\n", encoding="utf-8")


def _processor() -> str:
    """The model of the processor as the kernel names it, else its kind."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.machine())


def _verdict_rows(results: Results) -> Iterable[Sequence[str]]:
    for workload, findings in results:
        for verdict in findings.verdicts:
            yield workload.code, *_verdict(verdict)


def _markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    aligned = ["---", *["---:"] * (len(head) - 1)]
    return [f"| {' | '.join(row)} |" for row in (head, aligned, *rows)]
