"""How much memory processes hold: this one now, and the ones it starts at most."""

import os
import re
import resource
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_STATM = Path("/proc/self/statm")
_LOOK_SECONDS = 0.2


def resident_mb() -> float:
    """Resident memory in MB; the highest so far where the system does not tell the present one."""
    if _STATM.exists():
        return int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextmanager
def spiders_watched() -> Iterator[dict[str, int]]:
    """Peak resident memory in MB of the crawls that this process starts meanwhile, by spider; empty without /proc.

    Not RUSAGE_CHILDREN, in which a child begins with the peak of the process that forked it.
    """
    peaks: dict[str, int] = {}
    done = threading.Event()

    def watch() -> None:
        while not done.wait(_LOOK_SECONDS):
            for process in Path("/proc").glob("[0-9]*"):
                try:
                    status = (process / "status").read_text()
                    command = (process / "cmdline").read_text().split("\0")
                except OSError:  # it has ended
                    continue
                peak = re.search(r"VmHWM:\s+(\d+)", status)
                if f"PPid:\t{os.getpid()}\n" in status and peak and "crawl" in command:
                    spider = command[command.index("crawl") + 1]
                    peaks[spider] = max(peaks.get(spider, 0), round(int(peak[1]) / 1024))

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    try:
        yield peaks
    finally:
        done.set()
        watching.join()
