"""A sync outlives its servers: whichever of them is killed, the next `almanac up` goes on from what was stored."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest
from sqlalchemy import create_engine, text


def start(environment):
    return subprocess.Popen(
        [sys.executable, "-m", "cli", "up", "--port", "0"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
    return found


def stop(process):
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)


@pytest.fixture
def alone(environment, short_dir):
    """An environment whose servers are its own."""
    mine = {name: value for name, value in environment.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return {**mine, "ALMANAC_HOME": str(short_dir), "ALMANAC_CRAWL_DELAY": "0.05"}


@pytest.mark.slow
@pytest.mark.parametrize("server", ["postgres", "redis"])
def test_a_killed_server_costs_nothing_that_was_stored(alone, almanac, backlot, short_dir, server):
    members = sorted(backlot.dataset.members)[:6]

    def say(*arguments):
        return almanac(*arguments, DATABASE_URL="", REDIS_URL="", **alone_changes)

    alone_changes = {name: alone[name] for name in ("ALMANAC_HOME", "ALMANAC_CRAWL_DELAY")}
    announcement = short_dir / "run" / "services.json"
    backlot.clear_log()
    up = start(alone)
    try:
        servers = json.loads(wait(lambda: announcement.exists() and announcement.read_text()))
        wait(lambda: say("health").returncode == 0)
        made = say("cohort", "create", "Few", "--usernames", ",".join(members))
        assert made.returncode == 0, made.stderr
        queued = say("sync", "Few", "--no-wait", "--no-enrich", "--json")
        assert queued.returncode == 0, queued.stderr
        wait(lambda: sum("/films/rated/" in entry["path"] for entry in backlot.log()) >= 4)
        os.kill(servers["pids"][server], signal.SIGKILL)
        assert up.wait(60) == 1
    finally:
        stop(up)
    before = [entry["path"] for entry in backlot.log()]
    up = start(alone)
    try:
        servers = json.loads(wait(lambda: announcement.exists() and announcement.read_text()))
        engine = create_engine(servers["DATABASE_URL"])
        wait(lambda: say("health").returncode == 0)
        ended = wait(
            lambda: [
                run
                for run in json.loads(say("runs", "list", "--cohort", "Few", "--json").stdout)
                if run["status"] not in ("queued", "running")
            ]
        )
        assert [run["status"] for run in ended] == ["succeeded"]
        with engine.connect() as connection:
            for member in members:
                rows = connection.execute(
                    text(
                        "SELECT f.slug, r.rating FROM ratings r JOIN films f ON f.id = r.film_id"
                        " JOIN members m ON m.id = r.member_id WHERE m.username = :name AND r.rating IS NOT NULL"
                    ),
                    {"name": member},
                )
                assert dict(rows.all()) == backlot.state(member)["ratings"]
        engine.dispose()
    finally:
        stop(up)
    again = Counter(entry["path"] for entry in backlot.log()) - Counter(set(before))
    twice = [path for path in before if again[path] and path != "/robots.txt"]
    assert len(twice) <= 2 * len(members)
