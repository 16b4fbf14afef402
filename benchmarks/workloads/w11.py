"""W11: everything is counted anew while figures are read."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import cycle

from benchmarks.asking import form_requests
from benchmarks.bench import Bench, Findings, Line
from benchmarks.importing import measured_import
from benchmarks.load import Answer, closed_loop, percentile
from benchmarks.servers import Memory

_MIB = 1024 * 1024
_FLAT = 32 * _MIB
#: Seconds between two readings.
_PAUSE = 0.2


class Rebuild:
    code = "W11"
    title = "Full rebuild of the movements and totals, while serving"

    def run(self, bench: Bench) -> Findings:
        imported = measured_import(bench, bench.stories)
        with bench.whole_service():
            token = bench.key(bench.department, "HEAD")
            readings = form_requests(bench.chance("W11"), bench.department, token, 500)
            before = self._read(bench, readings[:50])
            memory = Memory(bench.task_servers)
            bench.meter.start(bench.task_servers)
            began = time.monotonic()
            job = bench.database.submit_rebuild()
            answers = self._read_until_done(bench, readings, job)
            seconds = time.monotonic() - began
            cost = bench.meter.stop()
            memory.stop()
        summary = bench.database.value("SELECT summary FROM jobs_job WHERE id = %s", job)
        count = summary["cases"]
        per = 1000 / count
        waits = [answer.seconds for answer in answers]
        three = tuple(percentile(waits, share) for share in (0.5, 0.95, 0.99))
        findings = Findings()
        findings.lines = [
            Line(
                "rebuild, per case", count, cost.server * per, cost.postgres * per, count / seconds, 0, 0, 0
            ),
            Line("form meanwhile", len(answers), 0, 0, len(answers) / seconds, *three),
        ]
        ratio = cost.total / count / (imported.cpu / imported.stories)
        findings.at_most("of the import of the same stories", ratio, 0.5)
        same = summary["movements_changed"] == summary["totals_changed"] == summary["not_counted"] == 0
        findings.must("nothing was found to be different", str(summary), same)
        first, second = memory.halves()
        measured = f"{first / _MIB:.0f} MiB in the first half, {second / _MIB:.0f} MiB in the second"
        findings.must("memory of the worker is flat", measured, second <= first + _FLAT)
        usual = percentile([answer.seconds for answer in before], 0.5)
        findings.notes.append(
            f"{seconds:.0f} s by the clock, where the import of as many takes "
            f"{imported.seconds / imported.stories * count:.0f} s; a form takes {three[0] * 1000:.0f} ms "
            f"meanwhile, else {usual * 1000:.0f} ms"
        )
        return findings

    def _read(self, bench: Bench, readings: Sequence[bytes]) -> list[Answer]:
        return closed_loop(bench.project.port, readings, 1)

    def _read_until_done(self, bench: Bench, readings: Sequence[bytes], job: int) -> list[Answer]:
        """Forms, one after the other with a pause, until the job has come to its end."""
        answers: list[Answer] = []
        for reading in cycle(readings):
            state = bench.database.value("SELECT state FROM jobs_job WHERE id = %s", job)
            if state == "DONE":
                return answers
            if state not in ("QUEUED", "RUNNING"):
                raise RuntimeError(f"the rebuild ended as {state}")
            answers += closed_loop(bench.project.port, [reading], 1)
            time.sleep(_PAUSE)
        raise AssertionError("unreachable")
