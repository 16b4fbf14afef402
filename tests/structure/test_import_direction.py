"""Imports point one way: the contracts of ``pyproject.toml`` hold, and they are the ones the architecture names."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def test_the_contracts_hold() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_cases_never_know_reports_or_integration() -> None:
    contracts = tomllib.loads((PROJECT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    order = next(
        contract["layers"] for contract in contracts if contract["name"].startswith("Imports point one way")
    )
    place = {name.strip(): i for i, layer in enumerate(order) for name in layer.replace("|", ":").split(":")}
    down = ("thads.urls", "reports", "cases", "officers", "thads.journal", "thads.common")
    assert [place[name] for name in down] == sorted(place[name] for name in down)
    assert place["reports"] == place["thads.integration"]


def test_a_wrong_import_is_found(tmp_path: Path) -> None:
    """The check can fail: the same contract over a package in which the law imports the reports."""
    for name, text in (
        ("cases/__init__.py", ""),
        ("cases/rules.py", "import reports"),
        ("reports/__init__.py", ""),
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / ".importlinter").write_text(
        "[importlinter]\nroot_packages =\n    cases\n    reports\n"
        "[importlinter:contract:1]\nname = down\ntype = layers\nlayers =\n    reports\n    cases\n"
    )
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    environment = {"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "BROKEN" in done.stdout
