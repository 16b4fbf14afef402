"""Where things are kept on this machine. Knows no Django: it is asked before the settings exist."""

from __future__ import annotations

import os
from pathlib import Path

PROJECT_DIR = Path(__file__).resolve().parent.parent.parent
ROOT_DATA_DIR = Path("/var/lib/thads")


def is_root() -> bool:
    return os.geteuid() == 0


def default_data_dir() -> Path:
    """``THADS_DATA_DIR``, else ``/var/lib/thads`` for root and ``.data`` in the project folder for everybody
    else.

    Root gets a folder of the system because PostgreSQL never runs as root and its own user has to be able to
    reach the folder, which it cannot below somebody's private home.
    """
    given = os.environ.get("THADS_DATA_DIR", "").strip()
    if given:
        return Path(given).expanduser().absolute()
    return ROOT_DATA_DIR if is_root() else PROJECT_DIR / ".data"
