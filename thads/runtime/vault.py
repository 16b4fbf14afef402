"""Generated secrets of one data folder, in one file that only its owner can read."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from thads.runtime.refusal import StartRefused

#: What the service needs to be told, under the name settings.py reads it by.
ENVIRONMENT_SECRETS = ("THADS_SECRET_KEY", "THADS_IDENTIFIER_KEY", "THADS_API_KEY_PEPPER")
#: Passwords of the database roles.
ROLE_SECRETS = ("superuser", "thads_owner", "thads_app")


def write_private(path: Path, text: str) -> None:
    """Put ``text`` into ``path``, readable by the owner alone; a reader sees all of it or none."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(descriptor, text.encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    draft.replace(path)


def open_vault(data_dir: Path) -> dict[str, str]:
    """The secrets of this folder; made at the first call.

    Raises StartRefused when a database exists whose secrets are gone: new ones would not open it, and what
    was encrypted with the lost key stays unreadable.
    """
    path = data_dir / "secrets.json"
    names = (*ENVIRONMENT_SECRETS, *ROLE_SECRETS)
    try:
        known: dict[str, str] = json.loads(path.read_text())
    except FileNotFoundError:
        if (data_dir / "postgres").exists():
            raise StartRefused(
                f"Thiếu tệp {path} trong khi đã có cơ sở dữ liệu; hãy khôi phục tệp này từ bản sao lưu.",
                f"{path} is missing although there is a database; restore the file from a backup.",
            ) from None
        known = {}
    except ValueError:
        raise StartRefused(
            f"Tệp {path} bị hỏng; hãy khôi phục tệp này từ bản sao lưu.",
            f"{path} is damaged; restore the file from a backup.",
        ) from None
    missing = [name for name in names if name not in known]
    if missing:
        known |= {name: secrets.token_urlsafe(32) for name in missing}
        write_private(path, json.dumps(known, indent=1))
    return known
