"""Processes that a command starts and answers for: when it ends, however it ends, so do they."""

import ctypes
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType

import click

from cli import signals

# A worker first stops its spider, which may take the 60 s that jobs grant it.
_GRACE_SECONDS = 75.0
_POLL_SECONDS = 0.1
_PR_SET_PDEATHSIG = 1


class Child:
    """One of our own commands in a process of its own. `show` gets every line that it prints."""

    def __init__(
        self,
        name: str,
        arguments: Sequence[str],
        show: Callable[[str], None],
        environment: Mapping[str, str],
        pass_fds: Sequence[int],
    ) -> None:
        self.name = name
        self.last_line = ""
        self._lines: queue.Queue[str] = queue.Queue()
        self._show = show
        self.process = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
            pass_fds=pass_fds,
            start_new_session=True,  # Ctrl-C is for the command, which then stops its children in order
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        with self.process.stdout as lines:
            for line in lines:
                self.last_line = line.rstrip() or self.last_line
                self._show(line.rstrip())
                self._lines.put(line)

    def wait_for(self, text: str, seconds: float) -> str:
        """The first line that contains `text`; a ClickException with its last line when it ends before, or late."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                line = self._lines.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                if self.process.poll() is not None and self._lines.empty():
                    raise self.ended() from None
                if time.monotonic() > deadline:
                    raise click.ClickException(f"{self.name} did not start in {seconds:.0f} s") from None
            else:
                if text in line:
                    return line.strip()

    def ended(self) -> click.ClickException:
        """Why it ended, in one line, as far as it said."""
        self._reader.join(timeout=2)
        if self.process.returncode < 0:
            return click.ClickException(f"{self.name} was killed by signal {-self.process.returncode}")
        reason = self.last_line.removeprefix("almanac: ").removeprefix("Error: ")
        return click.ClickException(f"{self.name} ended: {reason or f'code {self.process.returncode}'}")


class Children:
    """A group of children; leaving its `with` block stops them all."""

    def __init__(self, show: Callable[[str, str], None]) -> None:
        """`show` gets the name of a child and a line that it printed."""
        self._show = show
        self._children: list[Child] = []

    def start(
        self, name: str, *arguments: str, environment: Mapping[str, str] | None = None, pass_fds: Sequence[int] = ()
    ) -> Child:
        """Starts `python ARGUMENTS…` under a name; it inherits the files `pass_fds`."""
        child = Child(name, arguments, lambda line: self._show(name, line), environment or {}, pass_fds)
        self._children.append(child)
        return child

    def __bool__(self) -> bool:
        return bool(self._children)

    def check(self) -> None:
        """Raises a ClickException, naming it, when a child has ended."""
        for child in self._children:
            if child.process.poll() is not None:
                raise child.ended()

    def watch(self, other: Callable[[], None] = lambda: None) -> None:
        """Blocks until a child ends or something else is wrong, then raises what `check` or `other` does."""
        while True:
            other()
            self.check()
            time.sleep(_POLL_SECONDS)

    def wait(self) -> None:
        """Blocks until all children have ended by themselves; raises for one that failed."""
        for child in self._children:
            if child.process.wait():
                raise child.ended()

    def __enter__(self) -> "Children":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        running = [child.process for child in self._children if child.process.poll() is None]
        try:
            for process in running:
                process.terminate()
            deadline = time.monotonic() + _GRACE_SECONDS
            for process in running:
                process.wait(max(0.0, deadline - time.monotonic()))
        except (subprocess.TimeoutExpired, KeyboardInterrupt):  # too slow, or somebody is impatient
            with signals.held_back():
                for process in running:
                    process.kill()
                    process.wait()


def run_in_place(*arguments: str) -> int:
    """Runs `python ARGUMENTS…` as if it were this command, on this terminal; returns its exit code."""
    process = subprocess.Popen([sys.executable, *arguments])
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt as interrupt:
            # The terminal sent its Ctrl-C to the child as well; any other signal came to us alone.
            if isinstance(interrupt, signals.Terminated):
                process.send_signal(interrupt.signum)


def _die_with_parent() -> None:
    """Between fork and exec: has the kernel send SIGTERM when the parent is killed outright."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
