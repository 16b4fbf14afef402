"""The embedded PostgreSQL and Redis as child processes: made once, started, watched, stopped."""

from __future__ import annotations

import contextlib
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import IO, Any

import psutil
import psycopg
import redis

from thads.runtime.addresses import postgres_url
from thads.runtime.processes import end_all, end_with_parent, wait_until
from thads.runtime.programs import Programs
from thads.runtime.refusal import StartRefused
from thads.runtime.roles import APP, DATABASE, OWNER, make_roles
from thads.runtime.supervisor import SETTLED

SUPERUSER = "thads_admin"
#: Only names the socket file; the server listens on no network address.
PORT = 5432
#: Longest path of a socket that every system takes, in bytes.
SOCKET_PATH_LIMIT = 100
LOG_LIMIT_BYTES = 10_000_000

SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "log_checkpoints": "off",
    # Who was killed while he waited for a lock is noticed; who was frozen with locks in his hands does not
    # keep the others waiting for ever: what he had begun is taken back.
    "client_connection_check_interval": "5s",
    "idle_in_transaction_session_timeout": "10min",
    "password_encryption": "scram-sha-256",
    "cluster_name": "thads",
}
#: For tests only: nothing has to survive the machine.
FAST_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def socket_folder(data_dir: Path, programs: Programs) -> Path:
    """A private folder for the sockets: in the data folder, or a fresh one in /tmp where that path would be
    too long.
    """
    folder = data_dir / "run"
    if len(bytes(folder / f".s.PGSQL.{PORT}.lock")) > SOCKET_PATH_LIMIT:
        folder = Path(tempfile.mkdtemp(prefix="thads-", dir="/tmp"))  # made by us alone, with mode 0700
    else:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
    programs.own(folder)
    return folder


def _log(path: Path) -> IO[bytes]:
    if path.exists() and path.stat().st_size > LOG_LIMIT_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return path.open("ab")


def _last_lines(path: Path, count: int = 8) -> str:
    if not path.exists():
        return ""
    return "\n".join(path.read_text(errors="replace").splitlines()[-count:])


def _works_in(process: psutil.Process, name: str, folder: Path) -> bool:
    """Whether a process is this program at work in this folder."""
    try:
        return process.name().startswith(name) and Path(process.cwd()).samefile(folder)
    except (psutil.Error, OSError):
        return False


def _kill_at_work(name: str, folder: Path) -> None:
    """End at once every process of this program that works in this folder."""
    found = [process for process in psutil.process_iter() if _works_in(process, name, folder)]
    for process in found:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(found, timeout=10)


class Server:
    """A server program as a child of the keeper."""

    name: str

    def __init__(self, data_dir: Path, programs: Programs, sockets: Path) -> None:
        self.data_dir, self.programs, self.sockets = data_dir, programs, sockets
        self.log_path = data_dir / "logs" / f"{self.name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    def _spawn(self, command: list[str], end_signal: int) -> None:
        with _log(self.log_path) as log:
            self.process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd="/",
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
                umask=0o077,
                start_new_session=True,
                preexec_fn=end_with_parent(end_signal),
                **self.programs.popen_as_user(),
            )

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def _wait_ready(self, seconds: float) -> None:
        if not wait_until(lambda: not self.running() or self.answers(), seconds) or not self.running():
            self.stop()
            raise StartRefused(
                f"{self.name} không khởi động được; xem {self.log_path}.",
                f"{self.name} did not start; see {self.log_path}. "
                f"Its last words:\n{_last_lines(self.log_path)}",
            )

    def answers(self) -> bool:
        raise NotImplementedError

    def stop(self) -> None:
        raise NotImplementedError

    def _stop_by(self, steps: tuple[tuple[int, float], ...]) -> None:
        """Send one signal after the other, each with its patience in seconds, until the process has ended."""
        for what, seconds in steps:
            if not self.running():
                break
            assert self.process is not None
            self.process.send_signal(what)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                continue
        self.process = None


class Postgres(Server):
    name = "postgres"

    def __init__(
        self,
        data_dir: Path,
        programs: Programs,
        sockets: Path,
        passwords: dict[str, str],
        *,
        fast: bool = False,
    ) -> None:
        super().__init__(data_dir, programs, sockets)
        self.passwords, self.fast = passwords, fast
        self.cluster = data_dir / "postgres"

    def make(self) -> None:
        """Make the database cluster where there is none. An interrupted attempt leaves nothing that would be
        used.
        """
        if self.cluster.exists():
            return
        draft = self.data_dir / "postgres.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self.programs.own(draft)
        with tempfile.NamedTemporaryFile("w", dir=self.sockets) as password:
            password.write(self.passwords["superuser"])
            password.flush()
            self.programs.own(Path(password.name))
            done = subprocess.run(
                [
                    str(self.programs.postgres_bin / "initdb"),
                    f"--pgdata={draft}",
                    f"--username={SUPERUSER}",
                    f"--pwfile={password.name}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--no-locale",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--no-instructions",
                    *(["--no-sync"] if self.fast else []),
                ],
                capture_output=True,
                text=True,
                cwd="/",
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
                check=False,
                **self.programs.popen_as_user(),
            )
        if done.returncode:
            raise StartRefused(
                "Không tạo được cơ sở dữ liệu PostgreSQL.",
                f"initdb could not make the database:\n{done.stderr.strip()}",
            )
        draft.rename(self.cluster)

    def clear_leftovers(self) -> None:
        """End a server that outlived its keeper, and sessions that outlived their server; drop a lock file
        whose number now belongs to somebody else.
        """
        lock = self.cluster / "postmaster.pid"
        leader = self._leader(lock)
        if leader is not None:
            leader.send_signal(signal.SIGINT)
            try:
                leader.wait(30)
            except psutil.TimeoutExpired:
                end_all([leader], patience=5)
        # A session whose server was killed goes on to the end of its statement, and as long as it does, no
        # other server starts on the same files.
        _kill_at_work("postgres", self.cluster)
        if leader is None:
            lock.unlink(missing_ok=True)

    def _leader(self, lock: Path) -> psutil.Process | None:
        """The server that the lock file names, when it is one of this cluster."""
        try:
            process = psutil.Process(int(lock.read_text().splitlines()[0]))
        except (FileNotFoundError, IndexError, ValueError, psutil.Error):
            return None
        return process if _works_in(process, "postgres", self.cluster) else None

    def start(self) -> None:
        self.make()
        self.clear_leftovers()
        settings = {
            **SETTINGS,
            **(FAST_SETTINGS if self.fast else {}),
            "unix_socket_directories": str(self.sockets),
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        # SIGINT is PostgreSQL's quick and clean end: sessions are closed, nothing needs recovery.
        self._spawn(
            [str(self.programs.postgres_bin / "postgres"), "-D", str(self.cluster), *options], signal.SIGINT
        )
        self._wait_ready(120)
        try:
            with self._connect() as superuser:
                make_roles(superuser, self.passwords)
        except psycopg.OperationalError as error:
            self.stop()
            raise StartRefused(
                f"{self.name} dừng ngay khi vừa khởi động; xem {self.log_path}.",
                f"{self.name} ended as soon as it had started ({error}); see {self.log_path}.",
            ) from None

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(
            host=str(self.sockets),
            port=PORT,
            user=SUPERUSER,
            password=self.passwords["superuser"],
            dbname="postgres",
            autocommit=True,
            connect_timeout=5,
        )

    def answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError as error:
            if "password authentication failed" in str(error):
                secrets = self.data_dir / "secrets.json"
                raise StartRefused(
                    f"Mật khẩu trong {secrets} không mở được cơ sở dữ liệu của thư mục này.",
                    f"The passwords in {secrets} do not open the database of this folder.",
                ) from None
            return False
        return True

    def stop(self) -> None:
        self._stop_by(((signal.SIGINT, 60), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)))

    def url(self, role: str) -> str:
        return postgres_url(
            user=role, password=self.passwords[role], name=DATABASE, host=str(self.sockets), port=PORT
        )

    def urls(self) -> dict[str, str]:
        return {"DATABASE_URL": self.url(APP), "DATABASE_OWNER_URL": self.url(OWNER)}


class Redis(Server):
    """The broker. It keeps nothing over a stop: what there is to do stands in PostgreSQL."""

    name = "redis"

    @property
    def socket(self) -> Path:
        return self.sockets / "redis.sock"

    def start(self) -> None:
        folder = self.data_dir / "redis"
        folder.mkdir(mode=0o700, exist_ok=True)
        self.programs.own(folder)
        # One that outlived its keeper takes its socket away when it ends, which by then would be ours.
        _kill_at_work("redis-server", folder)
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(folder),
            "save": "",
            "appendonly": "no",
            "daemonize": "no",
            "maxmemory": "256mb",
            "maxmemory-policy": "noeviction",
            "loglevel": "warning",
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        self._spawn([str(self.programs.redis_server), *arguments], signal.SIGTERM)
        self._wait_ready(30)

    def answers(self) -> bool:
        try:
            with redis.Redis(unix_socket_path=str(self.socket), socket_timeout=2) as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def stop(self) -> None:
        self._stop_by(((signal.SIGTERM, 5), (signal.SIGKILL, 5)))

    def urls(self) -> dict[str, str]:
        return {"REDIS_URL": f"unix://{self.socket}?db=0"}


class Watched:
    """A server that is started again when it dies, more slowly each time it dies young."""

    def __init__(self, server: Postgres | Redis) -> None:
        self.server = server
        self.deaths = 0
        self.started = 0.0
        self.again_at = 0.0

    def start(self) -> None:
        self.server.start()
        self.started = time.monotonic()

    def look(self) -> str | None:
        """Start it again if it is down and due. Returns what happened, in a sentence, if anything did."""
        now = time.monotonic()
        if self.server.running():
            if self.deaths and now - self.started > SETTLED:
                self.deaths = 0
            return None
        if not self.again_at:
            self.again_at = now + min(30, 2**self.deaths - 1)
            self.deaths += 1
        if now < self.again_at:
            return None
        self.again_at = 0.0
        try:
            self.start()
        except (StartRefused, OSError) as refused:
            # Tried again after the next pause; the other server is looked after meanwhile.
            return str(refused)
        return f"{self.server.name} had ended and was started again"
