"""How long a page of 72 films takes to read, beside lxml building its tree alone, and whether memory stays flat."""

import gzip
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from lxml import html

from bench.data import write_dataset
from bench.memory import resident_mb
from crawler.pages import rated

LIMIT = 1.0  # times what lxml needs for the tree, for generation C, of films met before, as most are
MEMORY_LIMIT_MB = 8  # growth after the first tenth of the pages
_GENERATIONS = ("A0", "A", "B1", "B2", "C")
_PER_PAGE = 72
# More films than a reader remembers, so that one walk through all pages meets each for the first time.
_PAGES_SERVED = 150


def run(*, pages: int, rounds: int) -> dict[str, Any]:
    """Medians in milliseconds of processor time, both ways in turn, and the growth of memory over `pages` pages."""
    bodies = {generation: _served(generation, 1)[0] for generation in _GENERATIONS}
    milliseconds = {
        generation: _in_turn({"read": rated.parse, "lxml_tree": html.document_fromstring}, [body] * rounds)
        for generation, body in bodies.items()
    }
    others = _served("C", _PAGES_SERVED)
    new_films = _in_turn({"read": rated.parse, "lxml_tree": html.document_fromstring}, others)
    share = milliseconds["C"]["read"] / milliseconds["C"]["lxml_tree"]
    growth = _growth(list(bodies.values()) + others, pages)
    return {
        "page_kb": {generation: round(len(body) / 1024) for generation, body in bodies.items()},
        "milliseconds": milliseconds,
        "milliseconds_of_films_not_met_before": new_films,
        "share_of_lxml": round(share, 2),
        "limit_share": LIMIT,
        "pages": pages,
        "memory_growth_mb": round(growth, 1),
        "limit_memory_growth_mb": MEMORY_LIMIT_MB,
        "ok": share <= LIMIT and growth <= MEMORY_LIMIT_MB,
    }


def _served(generation: str, count: int) -> list[bytes]:
    """The first pages of a member's films as the backlot renders them."""
    from fixtures.backlot.testing import running

    with tempfile.TemporaryDirectory() as folder:
        films = _PER_PAGE * count
        write_dataset(Path(folder), members=1, ratings_each=films, films=films)
        with running(Path(folder), generation=generation) as backlot:
            return [_get(f"{backlot.url}/m00000/films/page/{page}/") for page in range(1, count + 1)]


def _get(url: str) -> bytes:
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request) as response:
        body = response.read()
        return gzip.decompress(body) if response.headers.get("Content-Encoding") == "gzip" else body


def _in_turn(readers: dict[str, Callable[[bytes], Any]], bodies: list[bytes]) -> dict[str, float]:
    """Median milliseconds of processor time of each reader over the bodies."""
    taken: dict[str, list[float]] = {name: [] for name in readers}
    for body in bodies:
        for name, read in readers.items():
            began = time.process_time()
            read(body)
            taken[name].append(1000 * (time.process_time() - began))
    return {name: round(statistics.median(times), 3) for name, times in taken.items()}


def _growth(bodies: list[bytes], pages: int) -> float:
    """How many MB the process grew while reading, after the first tenth."""
    warm = resident_mb()
    for done, body in enumerate(islice(cycle(bodies), pages)):
        if done == pages // 10:
            warm = resident_mb()
        rated.parse(body)
    return resident_mb() - warm
