"""How long a full sync's crawl takes at no cap, where its time goes, and what it takes at polite caps."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import Engine, text

from bench.data import write_dataset
from fixtures.backlot.testing import RunningBacklot, running
from schema.settings import REPOSITORY
from schema.store import runs

_UNCAPPED = {
    "DOWNLOAD_DELAY": "0",
    "AUTOTHROTTLE_ENABLED": "False",
    "CONCURRENT_REQUESTS": "16",
    "CONCURRENT_REQUESTS_PER_DOMAIN": "16",
    "LOG_LEVEL": "WARNING",
}
_CAPS = (1, 2, 5)  # requests a second
FRESH_SECONDS = 5.0


def run(engine: Engine, *, members: int = 100, ratings_each: int = 2000) -> dict:
    """Reads all listings of `members` members, then one delta of a member who has just rated a film."""
    names = [f"m{number:05d}" for number in range(members)]
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        write_dataset(data, members=members, ratings_each=ratings_each, films=4000)
        with running(data, generation="C", robots="open") as backlot:
            with engine.begin() as connection:
                run_id = runs.open_run(connection, "crawl")
            spent = [_crawl(kind, names, run_id, backlot, data) for kind in ("rated", "likes", "profile")]
            requests = sum(entry["path"] != "/robots.txt" for entry in backlot.log())
            backlot.clear_log()
            with engine.begin() as connection:
                run_id = runs.open_run(connection, "crawl")
            for kind in ("rated", "likes"):
                _crawl(kind, names, run_id, backlot, data, halt_after=3)
            delta_requests = sum(entry["path"] != "/robots.txt" for entry in backlot.log())
            fresh = _freshness(engine, names[0], backlot, data)
    total = {part: sum(each[part] for each in spent) for part in spent[0]}
    wall, _ = total.pop("seconds"), total.pop("pages")
    return {
        "members": members,
        "ratings_each": ratings_each,
        "requests": requests,
        "minutes": round(wall / 60, 2),
        "share_of_time": {part: round(seconds / wall, 2) for part, seconds in total.items()},
        "hours_at_requests_a_second": {cap: round(requests / cap / 3600, 2) for cap in _CAPS},
        "delta_requests_a_member": delta_requests / members,
        "minutes_of_an_unchanged_delta_at": {cap: round(delta_requests / cap / 60, 1) for cap in _CAPS},
        "seconds_from_a_delta's_start_to_its_news": round(fresh, 2),
        "limit_seconds": FRESH_SECONDS,
        "ok": fresh < FRESH_SECONDS and delta_requests == 2 * members,
    }


def _crawl(
    kind: str, names: list[str], run_id: int, backlot: RunningBacklot, folder: Path, **arguments: object
) -> dict[str, float]:
    """The crawl's own stopwatch: "seconds" and, of them, what was spent on what; storing has a thread of its own."""
    stats = folder / "stats.json"
    given = {"usernames": ",".join(names), "run": run_id, **arguments}
    subprocess.run(
        [
            *(sys.executable, "-m", "scrapy", "crawl", kind),
            *(part for name, value in given.items() for part in ("-a", f"{name}={value}")),
            *(part for name, value in _UNCAPPED.items() for part in ("-s", f"{name}={value}")),
        ],
        cwd=REPOSITORY,
        env={
            **os.environ,
            "LETTERBOXD_BASE_URL": backlot.url,
            "ALMANAC_CRAWL_DELAY": "0",
            "SCRAPY_SETTINGS_MODULE": "bench.measured",
            "BENCH_STATS": str(stats),
        },
        check=True,
    )
    return json.loads(stats.read_text())


def _freshness(engine: Engine, name: str, backlot: RunningBacklot, folder: Path) -> float:
    """Seconds from a delta's start until a changed rating is in the member's vector, from which the API answers."""
    slug, before = next(iter(backlot.state(name)["ratings"].items()))
    backlot.control("rate", member=name, slug=slug, rating=11 - before)
    packed = text("SELECT version FROM member_vectors JOIN members ON id = member_id WHERE username = :name")
    with engine.begin() as connection:
        run_id = runs.open_run(connection, "crawl")
        version = connection.execute(packed, {"name": name}).scalar_one()
    began = time.monotonic()
    _crawl("rated", [name], run_id, backlot, folder, halt_after=3)
    took = time.monotonic() - began
    with engine.connect() as connection:
        if connection.execute(packed, {"name": name}).scalar_one() == version:
            raise RuntimeError(f"{name}'s changed rating of {slug} is not there")
    return took
