"""Tells the work in a work-horse that its worker wants to stop, or is gone."""

import os
import signal

_worker: int | None = None
_asked = False


def listen(worker: int) -> None:
    """From here on SIGTERM, or the end of the process `worker`, is a request to stop; called in a work-horse."""
    global _worker
    _worker = worker
    signal.signal(signal.SIGTERM, _ask)


def requested() -> bool:
    """Whether work should end soon, leaving the rest to whoever comes next."""
    return _asked or (_worker is not None and os.getppid() != _worker)


def _ask(signum: int, frame: object) -> None:
    # Only noted: an exception raised here would strike in the middle of anything.
    global _asked
    _asked = True
