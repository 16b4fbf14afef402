"""Accounts for the demonstration: one person for each way of looking at the register."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from officers.models import Assignment, Officer, Unit, User

FILE = "accounts.json"


class Account(NamedTuple):
    """An account as it is shown to whoever runs the demonstration."""

    username: str
    password: str
    role: str
    unit: str


@dataclass(frozen=True, slots=True)
class _Person:
    username: str
    officer: str
    name: str
    rank: str
    role: str
    unit: str


_PEOPLE = (
    _Person("cuctruong", "DN.LD01", "Trần Quốc Bảo", "ENFORCER_3", "HEAD", "DN"),
    _Person("haichau", "DN.HC.LD01", "Lê Thị Thu Hà", "ENFORCER_2", "UNIT_HEAD", "DN.HC"),
    _Person("chv.haichau", "DN.HC.01", "Nguyễn Minh Tuấn", "ENFORCER_1", "OFFICER", "DN.HC"),
    _Person("thongke", "DN.CB01", "Phạm Thị Ngọc Lan", "CIVIL_SERVANT", "STATISTICIAN", "DN"),
    _Person("kiemtra", "DN.CB02", "Võ Văn Thành", "EXAMINER_2", "AUDITOR", "DN"),
)


def create_demo_accounts(data_dir: Path | str | None = None) -> list[Account]:
    """The accounts of the demonstration, made where they are missing.

    Passwords are generated once and kept in ``accounts.json`` of the data folder, readable by its owner only;
    an account whose password is not there gets a new one. The reference data has to be loaded. Who already
    has a name or an assignment keeps it.
    """
    path = _path(data_dir)
    kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    passwords = {
        person.username: kept.get(person.username) or secrets.token_urlsafe(12) for person in _PEOPLE
    }
    # Written first: an account whose password nobody knows would be worse than a password without an account.
    if passwords != kept:
        _write_private(path, json.dumps(passwords, indent=1))
    with transaction.atomic():
        for person in _PEOPLE:
            _make(person, passwords[person.username])
    return demo_accounts(data_dir)


def demo_accounts(data_dir: Path | str | None = None) -> list[Account]:
    """The accounts that ``create_demo_accounts`` has made in this data folder; none before."""
    path = _path(data_dir)
    kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return [
        Account(one.username, kept[one.username], one.role, one.unit)
        for one in _PEOPLE
        if one.username in kept
    ]


def _path(data_dir: Path | str | None) -> Path:
    return Path(settings.DATA_DIR if data_dir is None else data_dir) / FILE


def _make(person: _Person, password: str) -> None:
    unit = Unit.objects.get(code=person.unit)
    officer, _ = Officer.objects.get_or_create(code=person.officer)
    if not officer.name:
        officer.name, officer.rank = person.name, officer.rank or person.rank
        officer.save(update_fields=["name", "rank"])
    if not Assignment.objects.standing().filter(officer=officer, unit=unit, role=person.role).exists():
        Assignment.objects.create(officer=officer, unit=unit, role=person.role)
    user, _ = User.objects.get_or_create(username=person.username, defaults={"officer": officer})
    if not user.check_password(password):
        user.set_password(password)
        user.save(update_fields=["password"])


def _write_private(path: Path, content: str) -> None:
    """Whole or not at all, and never readable by others, not even for a moment."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(
        os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(content)
    draft.replace(path)
