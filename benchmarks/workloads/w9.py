"""W9: a register is brought in."""

from __future__ import annotations

from benchmarks.bench import Bench, Findings, Line
from benchmarks.importing import clean_folder, measured_copy, measured_import

_MIB = 1024 * 1024
#: What memory may grow by in the second half of an import and still be called flat.
_FLAT = 32 * _MIB


class BringIn:
    code = "W9"
    title = "Import of stories: planned, written, in the log, counted and in the totals"

    def run(self, bench: Bench) -> Findings:
        imported = measured_import(bench, bench.stories)
        with clean_folder(bench.folder):
            copied = measured_copy(bench, imported)
        findings = Findings()
        count = imported.stories
        per = 1000 / count
        waits = (0.0, 0.0, 0.0)
        findings.lines = [
            Line(
                "import",
                count,
                imported.server * per,
                imported.postgres * per,
                count / imported.seconds,
                *waits,
            ),
            Line(
                "bare COPY", count, copied.client * per, copied.postgres * per, count / copied.seconds, *waits
            ),
        ]
        findings.at_least(
            f"against a bare COPY of the same {copied.rows:,} rows", copied.cpu / imported.cpu, 0.2
        )
        first, second = imported.memory
        measured = f"{first / _MIB:.0f} MiB in the first half, {second / _MIB:.0f} MiB in the second"
        findings.must("memory of the worker is flat", measured, second <= first + _FLAT)
        findings.notes.append(
            f"by the clock: {imported.seconds:.0f} s against {copied.seconds:.0f} s, "
            f"{copied.seconds / imported.seconds:.2f} ×"
        )
        return findings
