"""Runs a command in a process of its own, and stops it when its time is over or our worker stops."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from jobs import stopping
from jobs.queues import GRACE_SECONDS
from schema.settings import REPOSITORY

_POLL_SECONDS = 0.25


class Ended(NamedTuple):
    """How a process ended: its exit code, negative for a signal, and the last line it wrote to stderr."""

    code: int
    last_line: str

    @property
    def told(self) -> str:
        """The end in words, for a process that ought to have said more."""
        end = f"was killed by signal {-self.code}" if self.code < 0 else f"ended with code {self.code}"
        return end + " and without a report" * (self.code >= 0) + (f": {self.last_line}" if self.last_line else "")


def run(command: Sequence[str], environment: Mapping[str, str], *, seconds: float, echo: bool = False) -> Ended:
    """Waits for `command`, run in the repository with `environment` on top of ours.

    It is asked to stop after `seconds`, or when our worker stops, and killed when it does not. `echo` passes its
    stderr on to ours.
    """
    # No session of its own: RQ ends a work-horse by its process group, and this process goes with it.
    process = subprocess.Popen(
        command,
        cwd=REPOSITORY,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )
    log = _Log(process, echo=echo)
    try:
        _wait(process, seconds)
    finally:
        _stop(process)
        log.join(timeout=5)
    return Ended(process.returncode, log.last_line)


def _wait(process: subprocess.Popen[str], seconds: float) -> None:
    """Returns when the process has ended, or should."""
    deadline = time.monotonic() + seconds
    while process.poll() is None and not stopping.requested() and time.monotonic() < deadline:
        with suppress(subprocess.TimeoutExpired):
            process.wait(_POLL_SECONDS)


def _stop(process: subprocess.Popen[str]) -> None:
    """SIGTERM, not SIGINT, which work-horses and so their children ignore; then no more asking."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    except BaseException:
        process.kill()
        raise


class _Log(threading.Thread):
    """Drains a process' stderr, and remembers the last line for the case that it says nothing else."""

    def __init__(self, process: subprocess.Popen[str], *, echo: bool) -> None:
        super().__init__(daemon=True)
        self.last_line = ""
        self._process = process
        self._echo = echo
        self.start()

    def run(self) -> None:
        with self._process.stderr as lines:
            for line in lines:
                self.last_line = line.strip() or self.last_line
                if self._echo:
                    sys.stderr.write(line)
