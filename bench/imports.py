"""How fast an account export is taken in, new and again, and how much memory that needs."""

import json
import os
import random
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from sqlalchemy import Engine

from crawler.identity import lid_from_id
from schema.settings import REPOSITORY

LIMIT_SECONDS = 3.0
MEMORY_LIMIT_MB = 150

# The whole process, as an operator starts it, less the click around it.
_TAKE = """
import json, resource, sys, time
began = time.perf_counter()
from pathlib import Path
from crawler.imports import import_export
from schema.engine import engine
done = import_export(engine(), Path(sys.argv[1]), "bench")
print(json.dumps({
    "seconds": round(time.perf_counter() - began, 2),
    "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    "told": done.taken.told,
}))
"""


def run(engine: Engine, *, films: int = 10_000) -> dict:
    """Seconds and peak memory in MB of the process, for an export of `films` films: new, then the same again."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "letterboxd-bench-2026-01-01-00-00-utc.zip")
        _write(path, films)
        new, again = (_take(engine, path) for _ in range(2))
    return {
        "films": films,
        "new": new,
        "again": again,
        "limit_seconds": LIMIT_SECONDS,
        "limit_memory_mb": MEMORY_LIMIT_MB,
        "ok": all(each["seconds"] < LIMIT_SECONDS and each["peak_memory_mb"] < MEMORY_LIMIT_MB for each in (new, again))
        and new["told"] == films
        and again["told"] == 0,
    }


def _take(engine: Engine, path: Path) -> dict:
    url = engine.url.render_as_string(hide_password=False)
    done = subprocess.run(
        [sys.executable, "-c", _TAKE, str(path)],
        cwd=REPOSITORY,
        env={**os.environ, "DATABASE_URL": url},
        check=True,
        capture_output=True,
        text=True,
    )
    return json.loads(done.stdout)


def _write(path: Path, films: int) -> None:
    """An export in which all films are rated and logged, and a third liked."""
    draw = random.Random(7)
    named = [f"2025-06-{1 + n % 28:02},Film {n},{1930 + n % 95}" for n in range(films)]
    short = [f"https://boxd.it/{lid_from_id(1000 + n)}" for n in range(films)]
    stars = [f"{draw.randint(1, 10) / 2:g}" for _ in range(films)]
    film = "Date,Name,Year,Letterboxd URI"
    tables = {
        "ratings.csv": [f"{film},Rating", *map(",".join, zip(named, short, stars, strict=True))],
        "watched.csv": [film, *map(",".join, zip(named, short, strict=True))],
        "likes/films.csv": [film, *list(map(",".join, zip(named, short, strict=True)))[::3]],
        "diary.csv": [
            f"{film},Rating,Rewatch,Tags,Watched Date",
            *(
                f"{named[n]},https://boxd.it/{lid_from_id(n + 1, 'viewing')},{stars[n]},,,2025-05-31"
                for n in range(films)
            ),
        ],
        "profile.csv": ["Username,Favorite Films", "bench,"],
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, lines in tables.items():
            archive.writestr(name, "\n".join(lines) + "\n")
