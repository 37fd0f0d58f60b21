"""What four crawls at once do to one upstream, by the upstream's own log."""

import itertools
import json
import os
import subprocess
import sys
import time

import pytest
from sqlalchemy import text

from schema.settings import REPOSITORY
from schema.store import hosts
from tests.databases import fresh_database

WORKERS = 4
DELAY = 0.25
PER_SECOND = round(1 / DELAY)
QUIET_SECONDS = 2


@pytest.fixture(scope="module")
def environment(backlot, redis_url, database):
    return {
        **os.environ,
        "DATABASE_URL": database.url.render_as_string(hide_password=False),
        "REDIS_URL": redis_url,
        "LETTERBOXD_BASE_URL": backlot.url,
        "ALMANAC_CRAWL_DELAY": str(DELAY),
    }


def start(environment, report, spider, names):
    return subprocess.Popen(
        [sys.executable, "-m", "scrapy", "crawl", spider, "-a", f"usernames={','.join(names)}"],
        cwd=REPOSITORY,
        env={**environment, "ALMANAC_CRAWL_REPORT": str(report)},
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process, report):
    """Its report and its log."""
    _, log = process.communicate(timeout=60)
    return json.loads(report.read_text()), log


def wait_for(condition, seconds=60):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def played(backlot, environment, database, tmp_path_factory):
    """Four crawls of different members; one is told to be quiet, later everything is paused."""
    folder = tmp_path_factory.mktemp("politeness")
    names = sorted(backlot.dataset.members)
    shares = [names[n::WORKERS] for n in range(WORKERS)]

    def pages():
        return [entry for entry in backlot.log() if entry["path"] != "/robots.txt"]

    def heard():
        return {n for n, share in enumerate(shares) for entry in pages() if entry["path"].split("/")[1] in share}

    reports = [folder / f"{n}.json" for n in range(WORKERS)]
    crawls = [start(environment, report, "rated", share) for report, share in zip(reports, shares, strict=True)]
    wait_for(lambda: len(heard()) == WORKERS)
    begun = len(backlot.log())
    wait_for(lambda: len(backlot.log()) >= begun + 3 * PER_SECOND)
    backlot.control("faults", faults=[{"kind": "rate-limit", "retry_after": QUIET_SECONDS, "times": 1, "path": "/*"}])
    wait_for(lambda: any(entry["status"] == 429 for entry in backlot.log()))
    limited = next(entry for entry in backlot.log() if entry["status"] == 429)
    wait_for(lambda: len(backlot.log(limited["n"])) > 2 * PER_SECOND)
    with database.begin() as connection:
        hosts.pause(connection, hosts.EVERYWHERE, "they have written to us", "ops")
    paused = time.monotonic()
    outcome = [ended(*each) for each in zip(crawls, reports, strict=True)]
    with database.begin() as connection:
        hosts.resume(connection, hosts.EVERYWHERE)
    return {"log": backlot.log(), "limited": limited, "paused": paused, "ended": outcome, "begun": begun}


def test_together_they_never_exceed_the_cap_in_any_second(played):
    times = [entry["monotonic"] for entry in played["log"]]
    assert len(times) > 5 * PER_SECOND
    for first, one_too_many in zip(times, times[PER_SECOND:], strict=False):
        assert one_too_many - first >= 1, "more than the cap in a second"
    steady = times[played["begun"] : played["begun"] + 3 * PER_SECOND]
    assert (len(steady) - 1) / (steady[-1] - steady[0]) > 0.6 / DELAY  # and they do use it


def test_nobody_asks_before_the_time_that_retry_after_names(played):
    limited = played["limited"]
    later = [entry["monotonic"] for entry in played["log"] if entry["n"] > limited["n"]]
    assert min(later) - limited["monotonic"] >= QUIET_SECONDS


def test_a_pause_stops_everybody_within_one_request_a_worker(played):
    late = [entry for entry in played["log"] if entry["monotonic"] > played["paused"]]
    assert len(late) <= WORKERS
    for report, log in played["ended"]:
        assert report["paused"].endswith("they have written to us"), log
        assert report["errors"] == []


def test_a_crawl_delay_is_obeyed_by_all_though_there_is_no_cap(backlot, environment, tmp_path):
    backlot.control("faults", faults=[{"kind": "robots", "text": "User-agent: *\nCrawl-delay: 0.4\n"}])
    backlot.clear_log()
    names = sorted(backlot.dataset.members)[:6]
    reports = [tmp_path / "0.json", tmp_path / "1.json"]
    uncapped = {**environment, "ALMANAC_CRAWL_DELAY": "0"}
    crawls = [start(uncapped, report, "profile", names[n::2]) for n, report in enumerate(reports)]
    for each in zip(crawls, reports, strict=True):
        assert ended(*each)[0]["errors"] == []
    backlot.control("faults", faults=[])
    times = [entry["monotonic"] for entry in backlot.log() if entry["path"] != "/robots.txt"]
    assert len(times) == len(names)
    assert min(later - earlier for earlier, later in itertools.pairwise(times)) >= 0.4


def test_a_challenge_to_one_stops_the_next_without_a_request(backlot, database_template, environment, tmp_path):
    with fresh_database(database_template, f"test_challenge_{os.getpid()}") as engine:
        ours = {
            **environment,
            "DATABASE_URL": engine.url.render_as_string(hide_password=False),
            "ALMANAC_CRAWL_DELAY": "0",
        }
        report = tmp_path / "report.json"
        backlot.control("faults", faults=[{"kind": "challenge", "path": "/ada/", "times": 1}])
        first, _ = ended(start(ours, report, "profile", ["ada", "longtake_lena"]), report)
        assert "challenge page" in first["paused"]
        backlot.clear_log()
        second, log = ended(start(ours, report, "likes", ["longtake_lena"]), report)
        assert second["paused"] == first["paused"]
        assert backlot.log() == []
        assert "Traceback" not in log


def test_a_crawl_told_to_stop_does_not_sit_out_a_wait(backlot, environment, database, tmp_path):
    backlot.control("faults", faults=[{"kind": "rate-limit", "retry_after": 500, "times": 1, "path": "/ada/"}])
    backlot.clear_log()
    report = tmp_path / "report.json"
    crawl = start(environment, report, "profile", ["ada", "longtake_lena"])
    wait_for(lambda: any(entry["status"] == 429 for entry in backlot.log()))
    asked = len(backlot.log())
    crawl.terminate()
    done, _ = ended(crawl, report)
    with database.begin() as connection:
        connection.execute(text("UPDATE hosts SET not_before = NULL"))
    assert (done["reason"], done["errors"]) == ("shutdown", ["shutdown"])
    assert len(backlot.log()) == asked


def test_without_redis_the_cap_is_the_process_s_own_and_it_says_so(backlot, environment, tmp_path):
    backlot.clear_log()
    report = tmp_path / "report.json"
    alone = {name: value for name, value in environment.items() if name != "REDIS_URL"}
    done, log = ended(start(alone, report, "profile", ["ada", "longtake_lena"]), report)
    assert done["errors"] == []
    assert log.count("no Redis") == 1
    times = [entry["monotonic"] for entry in backlot.log()]
    assert min(later - earlier for earlier, later in itertools.pairwise(times)) >= DELAY


def test_without_a_cap_redis_is_not_even_asked(environment, tmp_path):
    report = tmp_path / "report.json"
    dead = {**environment, "REDIS_URL": "redis://127.0.0.1:1/0", "ALMANAC_CRAWL_DELAY": "0"}
    done, log = ended(start(dead, report, "profile", ["ada"]), report)
    assert (done["reason"], done["errors"]) == ("finished", []), log
    assert "Redis" not in log
