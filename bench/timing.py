"""How long work takes, and how such times are told."""

import time
from collections.abc import Callable, Sequence
from statistics import median


def milliseconds(work: Callable[[], object]) -> float:
    """The wall clock's time for `work`."""
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def spread(times: Sequence[float]) -> dict[str, float]:
    """The fastest, which the machine's other work touches least, median and 95th percentile."""
    ordered = sorted(times)
    slow = ordered[int(0.95 * (len(ordered) - 1))]
    return {"min": round(ordered[0], 2), "p50": round(median(ordered), 2), "p95": round(slow, 2)}
