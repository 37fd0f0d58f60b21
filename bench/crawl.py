"""How fast rated pages become rows, against a spider that only downloads them, with the same settings, in turn."""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

from sqlalchemy import Engine, text

from bench.data import write_dataset
from schema.settings import REPOSITORY

LIMIT = 0.40  # share of the bare spider's pages a second
MEMORY_LIMIT_MB = 300
_PER_PAGE = 72
# No cap, for both: what is measured is our own work.
_UNCAPPED = {
    "DOWNLOAD_DELAY": "0",
    "AUTOTHROTTLE_ENABLED": "False",
    "CONCURRENT_REQUESTS": "16",
    "CONCURRENT_REQUESTS_PER_DOMAIN": "16",
    "LOG_LEVEL": "WARNING",
}


def run(engine: Engine, *, members: int = 100, ratings_each: int = 1800, rounds: int = 5) -> dict:
    """Medians of pages a second, both ways in turn, of their ratio in each turn, and the crawl's peak memory in MB."""
    from fixtures.backlot.testing import running

    pages = members * -(-ratings_each // _PER_PAGE)
    names = [f"m{n:05d}" for n in range(members)]
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        write_dataset(data, members=members, ratings_each=ratings_each, films=4000)
        with running(data, generation="C") as backlot:
            urls = data / "urls.txt"
            urls.write_text(
                "\n".join(
                    f"{backlot.url}/{name}/films/rated/.5-5/page/{page}/"
                    for name in names
                    for page in range(1, -(-ratings_each // _PER_PAGE) + 1)
                )
            )
            _warm(urls)
            bare, full = [], []
            for _ in range(rounds):
                bare.append(pages / _bare(urls, backlot.url, data, pages))
                _forget(engine, names)
                full.append(pages / _full(names, backlot.url, data))
            stored = _stored(engine, names)
    middle = {"bare": statistics.median(bare), "into_postgres": statistics.median(full)}
    ratio = statistics.median(ours / theirs for ours, theirs in zip(full, bare, strict=True))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {
        "pages": pages,
        "pages_per_second": {name: round(value, 1) for name, value in middle.items()},
        "share_of_bare": round(ratio, 3),
        "limit_share": LIMIT,
        "ratings_stored": stored,
        "ratings_served": members * ratings_each,
        "peak_memory_mb": round(peak),
        "limit_memory_mb": MEMORY_LIMIT_MB,
        "ok": ratio >= LIMIT and peak < MEMORY_LIMIT_MB and stored == members * ratings_each,
    }


def _warm(urls: Path) -> None:
    for url in urls.read_text().split():
        request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip, deflate, br"})  # noqa: S310
        urllib.request.urlopen(request).read()  # noqa: S310


def _crawl(arguments: list[str], url: str, folder: Path) -> dict:
    flags = [part for name, value in _UNCAPPED.items() for part in ("-s", f"{name}={value}")]
    stats = folder / "stats.json"
    measured = {"LETTERBOXD_BASE_URL": url, "ALMANAC_CRAWL_DELAY": "0", "SCRAPY_SETTINGS_MODULE": "bench.measured"}
    subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", *arguments, *flags],
        cwd=REPOSITORY,
        env={**os.environ, **measured, "BENCH_STATS": str(stats)},
        check=True,
    )
    return json.loads(stats.read_text())


def _bare(urls: Path, url: str, folder: Path, pages: int) -> float:
    done = _crawl(["bare", "-a", f"urls={urls}"], url, folder)
    if done["pages"] < pages:  # failing is faster than downloading
        raise RuntimeError(f"the bare spider got {done['pages']} of {pages} pages")
    return done["seconds"]


def _full(names: list[str], url: str, folder: Path) -> float:
    return _crawl(["rated", "-a", f"usernames={','.join(names)}"], url, folder)["seconds"]


def _forget(engine: Engine, names: list[str]) -> None:
    with engine.begin() as connection:
        ids = "(SELECT id FROM members WHERE username = ANY(:names))"
        for table in ("ratings", "rating_events", "listings", "member_vectors"):
            connection.execute(text(f"DELETE FROM {table} WHERE member_id IN {ids}"), {"names": names})


def _stored(engine: Engine, names: list[str]) -> int:
    with engine.connect() as connection:
        return connection.execute(
            text("SELECT count(*) FROM ratings JOIN members ON id = member_id WHERE username = ANY(:names)"),
            {"names": names},
        ).scalar_one()
