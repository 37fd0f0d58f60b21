"""What the embedded servers have in common: how one is started, recognised as alive, joined and stopped."""

import fcntl
import os
import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path

from cli.services.errors import ServiceError
from cli.services.home import Home, open_the_way

_READY_SECONDS = 120.0  # replaying 2 GB of write-ahead log after a power cut takes most of a minute
_POLL_SECONDS = 0.02


class NotAnswering(Exception):
    """Raised by `greet` while a server does not answer yet."""


class Server(ABC):
    """One embedded server. Every method but `url` is called under the services' transition lock.

    A server inherits an open, locked file and never closes it, so the lock lives exactly as long as the
    server's last process: no pid has to be guessed, and a pid file from before a power cut cannot lie.
    """

    name: str
    variable: str
    wheel: str  # the package that brings the server, and the folder of its programs therein
    inside: str
    # Each signal asks more firmly than the one before; seconds are how long it may take.
    stop_signals: tuple[tuple[signal.Signals, float], ...]

    def __init__(self, home: Home, *, durable: bool = True) -> None:
        self.home = home
        self.durable = durable
        self.data = home.root / self.name
        self.log = home.logs / f"{self.name}.log"
        self._child: subprocess.Popen[bytes] | None = None

    @property
    @abstractmethod
    def url(self) -> str:
        """What goes into the environment variable `variable`."""

    @abstractmethod
    def prepare(self) -> None:
        """Makes the data folder, and removes what a server that is surely dead left behind."""

    @abstractmethod
    def command(self) -> list[str]:
        """The server's command line; it must stay in the foreground."""

    @abstractmethod
    def greet(self) -> None:
        """Returns once the server serves; raises NotAnswering, with the reason, when it does not."""

    @abstractmethod
    def pid(self) -> int | None:
        """The running server's process, from the file that it writes itself."""

    @abstractmethod
    def tidy(self) -> None:
        """Removes sockets and pid files."""

    def programs(self) -> Path:
        """The folder of the server's programs; ServiceError where the platform has no wheel."""
        found = find_spec(self.wheel)  # finds without importing
        folder = Path(found.origin).parent / self.inside if found and found.origin else None
        if not folder or not folder.is_dir():
            raise ServiceError(
                f"this platform has no embedded server for {self.variable}: set {self.variable} to one that runs, "
                "or start all of it with `docker compose up`"
            )
        return folder

    def alive(self) -> bool:
        """Whether any process of the server lives, answering or not."""
        if self._child and self._child.poll() is None:
            return True
        with self._life() as life:
            return not _locked(life)

    def start(self) -> None:
        """Returns when the server answers, started now or by another process before; else ServiceError."""
        spawned = self._spawn_unless_alive()
        if self._await_answer():
            return
        # What was joined was dying: the children of a killed postmaster outlive it for a moment.
        if not spawned and self._spawn_unless_alive() and self._await_answer():
            return
        raise ServiceError(f"{self.name} did not start: {self._last_words()} (all of it: {self.log})")

    def stop(self) -> None:
        """Returns when no process of the server is left; ServiceError when it resists."""
        if not self.alive():
            return
        for signum, patience in self.stop_signals:
            if not self._await_end(0):
                with suppress(ProcessLookupError):
                    os.kill(self._known_pid(), signum)
                self._await_end(patience)
        if not self._await_end(0):
            raise ServiceError(f"{self.name} (pid {self._known_pid()}) does not stop: end it by hand")
        self.tidy()

    @contextmanager
    def _life(self) -> Iterator[int]:
        descriptor = os.open(self.home.run / f"{self.name}.alive", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def _spawn_unless_alive(self) -> bool:
        with self._life() as life:
            if not _locked(life):
                return False
            if self.home.account:
                self._let_account_run_programs()
            if self.data.exists():
                self.home.require_own(self.data)
            self.home.make_private(self.home.sockets)
            self.tidy()
            self.prepare()
            self._spawn(life)
            return True

    def _let_account_run_programs(self) -> None:
        programs = self.programs()
        open_the_way(programs, readable=True)
        for libraries in programs.parents[1].glob(f"{self.wheel}.libs"):
            open_the_way(libraries, readable=True)

    def _spawn(self, life: int) -> None:
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("wb") as log:
            self._child = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.data,
                env=CLEAN_ENVIRONMENT,
                pass_fds=(life,),
                start_new_session=True,  # a terminal's Ctrl-C reaches whole process groups
                **self.home.account,
            )

    def _await_answer(self) -> bool:
        deadline = time.monotonic() + _READY_SECONDS
        while self.alive():
            try:
                self.greet()
            except NotAnswering as reason:
                if time.monotonic() > deadline:
                    raise ServiceError(
                        f"{self.name} runs but does not answer: {reason} (its log: {self.log})"
                    ) from None
                time.sleep(_POLL_SECONDS)
            else:
                return True
        return False

    def _await_end(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while self.alive():
            if time.monotonic() > deadline:
                return False
            time.sleep(_POLL_SECONDS)
        return True

    def _known_pid(self) -> int:
        pid = self.pid() or (self._child and self._child.pid)
        if not pid:
            raise ServiceError(f"{self.name} runs but wrote no pid file: end it by hand")
        return pid

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").strip().splitlines() if self.log.exists() else []
        # PostgreSQL follows the line that names the cause with details and hints.
        causes = [line for line in lines if "FATAL:" in line or "PANIC:" in line]
        return (causes or lines or ["it said nothing"])[-1].strip()


# A developer's PGPORT, PGDATA or LD_LIBRARY_PATH is meant for other servers.
CLEAN_ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C"}


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def read_pid(path: Path) -> int | None:
    """The number in a pid file's first line, or None."""
    try:
        return int(path.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
