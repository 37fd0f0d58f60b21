"""Turns the signals that end a process into exceptions, so that every `with` and `finally` is run."""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# SIGHUP is what a closed terminal sends: unhandled, it would leave the embedded servers behind.
_ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

# A supervisor that signals both a process and its group, and a double Ctrl-C, express one wish.
_ONE_WISH_SECONDS = 1.0


class Terminated(KeyboardInterrupt):
    """Raised in the main thread when SIGTERM or SIGHUP arrives; `signum` says which."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum


def exit_code(interrupt: BaseException | None) -> int:
    """The shell's code for the signal behind `interrupt`: 130 for Ctrl-C, 143 for SIGTERM, 129 for SIGHUP."""
    return 128 + (interrupt.signum if isinstance(interrupt, Terminated) else signal.SIGINT)


def install() -> None:
    """Makes SIGTERM and SIGHUP unwind the stack as Ctrl-C does, once a second at most.

    Signals that are ignored (nohup, a shell's background jobs) stay ignored.
    """
    end = _End()
    for signum in _handled():
        signal.signal(signum, end)


class _End:
    def __init__(self) -> None:
        self._when = float("-inf")

    def __call__(self, signum: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if now - self._when < _ONE_WISH_SECONDS:
            return
        self._when = now
        raise KeyboardInterrupt if signum == signal.SIGINT else Terminated(signum)


@contextmanager
def held_back() -> Iterator[None]:
    """Delivers ending signals only after the block, which impatience must not cut short."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signal handlers run, and can be set, in the main thread only
        return
    arrived: list[int] = []
    handlers = {signum: signal.getsignal(signum) for signum in _handled()}
    for signum in handlers:
        signal.signal(signum, lambda signum, frame: arrived.append(signum))
    try:
        yield
    finally:
        for signum, handler in handlers.items():
            signal.signal(signum, handler)
        if arrived:
            signal.raise_signal(arrived[0])


def _handled() -> list[signal.Signals]:
    return [signum for signum in _ENDINGS if signal.getsignal(signum) is not signal.SIG_IGN]
