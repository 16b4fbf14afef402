"""``python -m benchmarks run``: generate a nation where there is none, measure, and say what holds."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import report
from benchmarks.bench import Bench
from benchmarks.ground import Ground, default_folder
from benchmarks.workloads import WORKLOADS
from thads.runtime.refusal import StartRefused


def main(arguments: list[str]) -> int:
    """Returns 0 when every budget holds, 1 when not, 2 when nothing could be measured."""
    chosen = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with _ground(chosen.folder) as ground:
            if chosen.verb == "generate":
                print(ground.pristine(chosen.cases))
                return 0
            return _run(ground, chosen)
    except StartRefused as refused:
        print(refused, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130


def _run(ground: Ground, chosen: argparse.Namespace) -> int:
    workloads = [one for one in WORKLOADS if not chosen.only or one.code in chosen.only]
    results = []
    with ground.copy(chosen.cases) as database:
        bench = Bench(ground, database, chosen.cases, rounds=chosen.rounds, stories=chosen.stories)
        for workload in workloads:
            findings = workload.run(bench)
            report.show(workload, findings)
            results.append((workload, findings))
            if chosen.write:
                report.keep(
                    workload,
                    findings,
                    cases=chosen.cases,
                    command=_command(chosen),
                    postgres=ground.version(),
                )
    failed = [(w.code, v.says) for w, found in results for v in found.verdicts if v.holds is False]
    for code, says in failed:
        print(f"FAIL {code}: {says}")
    return 1 if failed else 0


def _command(chosen: argparse.Namespace) -> str:
    only = f" --only {','.join(chosen.only)}" if chosen.only else ""
    sizes = f"--cases {chosen.cases} --rounds {chosen.rounds} --stories {chosen.stories}"
    return f"python -m benchmarks run {sizes}{only}"


@contextmanager
def _ground(folder: Path) -> Iterator[Ground]:
    ground = Ground(folder)
    try:
        yield ground
    finally:
        ground.leave()


def _parser() -> argparse.ArgumentParser:
    known = [one.code for one in WORKLOADS]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--folder", type=Path, default=default_folder(), help="where the generated data is kept"
    )
    verbs = parser.add_subparsers(dest="verb", required=True)
    generate = verbs.add_parser("generate", help="make the nation, unless it is there")
    run = verbs.add_parser("run", help="measure")
    for one in (generate, run):
        one.add_argument(
            "--cases", type=int, default=1_000_000, help="size of the nation (default %(default)s)"
        )
    run.add_argument("--rounds", type=int, default=5, help="interleaved rounds (default %(default)s)")
    run.add_argument(
        "--stories", type=int, default=100_000, help="stories brought in by W9 (default %(default)s)"
    )
    run.add_argument(
        "--only", type=lambda text: text.upper().split(","), default=[], metavar="W4,W5",
        help=f"of {', '.join(known)}",
    )  # fmt: skip
    run.add_argument("--write", action="store_true", help="put what is found into RESULTS.md")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
