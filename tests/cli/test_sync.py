"""`almanac sync` and what looks at it: from a cohort to its rankings, with the real spiders and one command."""

import json
import subprocess
import sys

import pytest
from redis import Redis
from sqlalchemy import text

from schema.store.syncs import open_sync
from tests.cli.conftest import one_line

pytestmark = pytest.mark.slow


@pytest.fixture
def cohort(almanac):
    made = almanac("cohort", "create", "Two", "--usernames", "ada,longtake_lena", "--json")
    yield json.loads(made.stdout)["id"]
    almanac("cohort", "delete", "Two")


def test_one_command_brings_a_cohort_up_to_date(almanac, cohort, backlot, command_database):
    done = almanac("sync", "Two", "--full", "--json")
    assert done.returncode == 0, done.stderr
    run = json.loads(done.stdout)
    assert (run["status"], run["kind"], run["cohort"]) == ("succeeded", "full", "Two")
    said = done.stderr.splitlines()
    assert said[0].startswith("no worker is running: starting one")
    assert {"refresh: 1 of 1", "crawl: 6 of 6", "stats: 1 of 1", "rankings: 1 of 1"} <= set(said)
    assert said[-1].startswith(f"run {run['id']} succeeded in ")
    with command_database.connect() as connection:
        for member in ("ada", "longtake_lena"):
            truth = backlot.state(member)
            rows = connection.execute(
                text(
                    "SELECT f.slug, r.rating FROM ratings r JOIN films f ON f.id = r.film_id"
                    " JOIN members m ON m.id = r.member_id WHERE m.username = :name AND r.rating IS NOT NULL"
                ),
                {"name": member},
            )
            assert dict(rows.all()) == truth["ratings"]
        assert connection.execute(text("SELECT count(*) FROM film_histograms")).scalar() == 20
        assert connection.execute(text("SELECT count(*) FROM film_rankings")).scalar() > 20

    shown = json.loads(almanac("runs", "show", str(run["id"]), "--json").stdout)
    assert [step["name"] for step in shown["steps"]] == ["refresh", "crawl", "enrich", "stats", "rankings"]
    assert shown["requests_by_kind"]["rated"]["requests"] >= 2
    listed = json.loads(almanac("runs", "list", "--cohort", "Two", "--json").stdout)
    assert [each["id"] for each in listed] == [run["id"]]
    whole = shown["completeness"]
    assert (whole["rating_state"], whole["like_flag"], whole["letterboxd_id"]) == (100, 100, 100)
    # The budget of 20 is for what only Letterboxd can tell; Wikidata and TMDB's search know nearly all of the rest.
    assert whole["tmdb_identity"] > 99 and not whole["flagged"]
    with command_database.connect() as connection:
        unnamed = connection.execute(
            text(
                "SELECT count(*) FROM films f WHERE tmdb_id IS NULL AND NOT EXISTS (SELECT FROM film_metadata_sync q"
                " WHERE q.film_id = f.id AND q.kind = 'identity' AND (q.status = 'absent' OR q.error IS NOT NULL))"
            )
        ).scalar()
    assert unnamed == 0
    people = almanac("runs", "show", str(run["id"])).stdout
    assert f"{whole['tiles']} tiles: rating state 100.00 %" in people
    assert "INCOMPLETE" not in people
    assert "6 of 6 listings" in people


def test_what_cannot_be_synced_is_one_line(almanac, cohort, command_database, redis_url):
    assert one_line(almanac("sync", "nowhere")) == "almanac: no cohort 'nowhere': see `almanac cohort list`"
    refused = almanac("sync", "Two", LETTERBOXD_BASE_URL="")
    assert refused.returncode == 1
    assert "failed: refresh: letterboxd.com is not crawled" not in refused.stderr  # both members are known
    assert "failed: crawl: letterboxd.com is not crawled: its terms" in refused.stderr.splitlines()[-1]
    assert one_line(almanac("runs", "show", "4711")) == "almanac: no run 4711: see `almanac runs list`"


def test_a_sync_under_way_is_not_started_twice(almanac, cohort, command_database, environment):
    with command_database.begin() as connection:
        run_id = open_sync(connection, cohort, enrich=False)
    worker = subprocess.Popen(
        [sys.executable, "-m", "cli", "worker", "--queues", "sync"], env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert "works on sync" in worker.stdout.readline()
        redis = Redis.from_url(environment["REDIS_URL"])
        while not redis.scard("rq:workers"):
            pass
        refused = one_line(almanac("sync", "Two"))
        assert refused.startswith(f"almanac: run {run_id} is already bringing this cohort up to date, since 20")
        assert refused.endswith(f" UTC: see `almanac runs show {run_id}`")
        healthy = json.loads(almanac("health", "--json").stdout)
        assert healthy["healthy"]
        assert [each["pid"] for each in healthy["workers"]] == [worker.pid]
    finally:
        worker.terminate()
        assert worker.wait(20) == 0
    # Nobody works on it any more: the same command now goes on with it.
    done = almanac("sync", "Two")
    assert done.returncode == 0, done.stderr
    assert f"run {run_id} was left half-way: going on with it" in done.stderr


def test_asked_for_only_it_waits_for_a_worker(almanac, cohort):
    queued = almanac("sync", "Two", "--no-wait", "--no-enrich", "--json")
    run_id = json.loads(queued.stdout)["id"]
    assert json.loads(almanac("runs", "show", str(run_id), "--json").stdout)["status"] == "queued"
    assert almanac("worker", "--burst").returncode == 0
    run = json.loads(almanac("runs", "show", str(run_id), "--json").stdout)
    assert run["status"] == "succeeded"
    assert "enrich" not in [step["name"] for step in run["steps"]]
