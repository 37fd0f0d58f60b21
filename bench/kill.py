"""Kills a crawl at random moments and lets it go on: nothing lost, nothing twice, little asked again."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, Engine, text

from fixtures.backlot.testing import RunningBacklot, running
from schema.settings import REPOSITORY
from schema.store import runs

_KINDS = {"rated": "/{}/films/rated/.5-5/", "likes": "/{}/likes/films/rated/none/", "profile": "/{}/"}
_DELAY_SECONDS = 0.01  # a hundred requests a second, so that kills find much under way


@dataclass
class Found:
    """What many kills amounted to."""

    kills: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    duplicates: int = 0
    committed_asked_again: int = 0
    asked_again: list[int] = field(default_factory=list)


def run(
    engine: Engine, *, times: int = 50, members: int = 16, seed: int = 0, restart: Callable[[], None] | None = None
) -> dict:
    """Full readings of `members` members, each killed at one random moment and resumed, `times` times.

    The spider is killed or, where `restart` can bring it back, the database server.
    """
    draw = random.Random(seed)
    found = Found()
    with running(weight="light", robots="open") as backlot:
        names = sorted(backlot.dataset.members)[:members]
        usual: dict[str, float] = {}
        for number in range(times):
            kind = draw.choice(list(_KINDS))
            victim = draw.choice(["spider", "database"]) if restart else "spider"
            _forget(engine)
            with engine.begin() as connection:
                run_id = runs.open_run(connection, "crawl")
            backlot.clear_log()
            if kind not in usual:  # how long it takes undisturbed, so that kills are spread over all of it
                usual[kind] = _finish(engine, backlot, kind, names, run_id)
                _forget(engine)
                with engine.begin() as connection:
                    run_id = runs.open_run(connection, "crawl")
                backlot.clear_log()
            crawl = _start(engine, backlot, kind, names, run_id)
            _first_request(backlot)
            time.sleep(draw.random() * usual[kind])
            if victim == "database":
                _kill_server(engine)
                crawl.wait()
                restart()
            else:
                crawl.send_signal(signal.SIGKILL)
                crawl.wait()
            engine.dispose()
            with engine.connect() as connection:
                kept = _committed(connection, run_id, kind)
            before = len(backlot.log())
            _finish(engine, backlot, kind, names, run_id)
            _judge(engine, backlot, kind, names, kept, before, found)
            found.kills[victim] += 1
            print(
                f"{number + 1}: {victim} killed in {kind}, {found.asked_again[-1]} pages asked again", file=sys.stderr
            )
    return {
        "kills": dict(found.kills),
        "lost": found.lost,
        "duplicates": found.duplicates,
        "committed_pages_asked_again": found.committed_asked_again,
        "requests_a_second": round(1 / _DELAY_SECONDS),
        "unfinished_pages_asked_again": {
            "middle": sorted(found.asked_again)[len(found.asked_again) // 2],
            "most": max(found.asked_again),
        },
        "ok": not (found.lost or found.duplicates or found.committed_asked_again),
    }


def _start(
    engine: Engine, backlot: RunningBacklot, kind: str, names: list[str], run_id: int
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "scrapy", "crawl", kind, "-a", f"usernames={','.join(names)}", "-a", f"run={run_id}"],
        cwd=REPOSITORY,
        env={
            **os.environ,
            "DATABASE_URL": engine.url.render_as_string(hide_password=False),
            "LETTERBOXD_BASE_URL": backlot.url,
            "ALMANAC_CRAWL_DELAY": str(_DELAY_SECONDS),
        },
        stderr=subprocess.DEVNULL,
    )


def _first_request(backlot: RunningBacklot) -> None:
    while not backlot.log():
        time.sleep(0.01)


def _finish(engine: Engine, backlot: RunningBacklot, kind: str, names: list[str], run_id: int) -> float:
    """Lets the run end; returns the seconds from its first request."""
    before = len(backlot.log())
    crawl = _start(engine, backlot, kind, names, run_id)
    while len(backlot.log()) == before and crawl.poll() is None:
        time.sleep(0.01)
    began = time.monotonic()
    if crawl.wait() != 0:
        raise RuntimeError(f"the resumed crawl of {kind} failed")
    return time.monotonic() - began


def _kill_server(engine: Engine) -> None:
    """SIGKILL for the postmaster; its children notice and end."""
    with engine.connect() as connection:
        folder = connection.execute(text("SHOW data_directory")).scalar_one()
    pid = int((Path(folder) / "postmaster.pid").read_text().split()[0])
    os.kill(pid, signal.SIGKILL)


def _forget(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE members, films, ratings, sync_runs CASCADE"))


def _committed(connection: Connection, run_id: int, kind: str) -> set[tuple[str, int]]:
    """The (member, page) that the run need not ask for; page 0 stands for all of a listing."""
    staged = connection.execute(
        text("SELECT username, page FROM listing_pages JOIN members ON id = member_id WHERE run_id = :run"),
        {"run": run_id},
    ).all()
    complete = connection.execute(
        text("SELECT username, 0 FROM listings JOIN members ON id = member_id WHERE run_id = :run AND kind = :kind"),
        {"run": run_id, "kind": kind},
    ).all()
    return {tuple(row) for row in [*staged, *complete]}


def _judge(
    engine: Engine,
    backlot: RunningBacklot,
    kind: str,
    names: list[str],
    kept: set[tuple[str, int]],
    before: int,
    found: Found,
) -> None:
    pages = [_page_of(entry["path"], kind) for entry in backlot.log()]
    first, later = ([page for page in part if page] for part in (pages[:before], pages[before:]))
    again = set(first) & set(later)
    found.asked_again.append(len(again))
    found.committed_asked_again += sum((name, page) in kept or (name, 0) in kept for name, page in later)
    with engine.connect() as connection:
        for name in names:
            rows = connection.execute(
                text(
                    "SELECT f.slug, r.rating, r.liked, r.favorite FROM ratings r JOIN films f ON f.id = r.film_id"
                    " JOIN members m ON m.id = r.member_id WHERE m.username = :name"
                ),
                {"name": name},
            ).all()
            truth = _truth(backlot, kind, name)
            stored = {row.slug for row in rows}
            found.lost += len(truth - stored) + len(stored - truth)
            found.duplicates += len(rows) - len(stored)


def _page_of(path: str, kind: str) -> tuple[str, int] | None:
    name, _, rest = path.strip("/").partition("/")
    if name == "robots.txt":
        return None
    base = _KINDS[kind].format(name)
    number = path.removeprefix(base).strip("/").removeprefix("page/")
    return name, int(number) if number else 1


def _truth(backlot: RunningBacklot, kind: str, name: str) -> set[str]:
    state = backlot.state(name)
    if kind == "rated":
        return set(state["ratings"])
    return set(state["likes"]) - set(state["ratings"]) if kind == "likes" else set(state["favorites"])
