"""How a crawl ends that is refused, stopped or killed, and the account that it gives of itself."""

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from schema.settings import REPOSITORY
from tests.crawler.crawls import command, crawl, stored


@pytest.mark.parametrize(
    ("spider", "arguments", "said"),
    [
        ("rated", ["username=ghost"], "missing page"),
        ("rated", [], "username=NAME"),
        ("following", ["username=ada", "direction=sideways"], "direction"),
        ("tmdb", ["ids=film/1"], "movie/ID"),
        ("film", ["due=many"], "many"),
        ("likes", ["username=ada", "colour=red"], "colour"),
    ],
)
def test_bad_input_is_one_line_and_exit_1(environment, spider, arguments, said):
    code, report, log = crawl(environment, spider, *arguments)
    assert code == 1
    assert said in report["errors"][0]
    assert "Traceback" not in log


def test_letterboxd_itself_is_refused_without_a_request(environment):
    code, report, log = crawl(
        {**environment, "LETTERBOXD_BASE_URL": "https://LETTERBOXD.com."}, "rated", "username=ada"
    )
    assert code == 1
    assert "permission" in report["refused"]
    assert report["requests"] == 0


def test_a_permission_is_written_into_the_run(environment, database, tmp_path):
    granted = {"granted_by": "Letterboxd", "granted_on": "2026-01-31", "paths": ["/film/"], "contact": "x@y.org"}
    path = tmp_path / "permission.json"
    path.write_text(json.dumps(granted))
    assert crawl({**environment, "ALMANAC_AUTHORIZATION": str(path)}, "profile", "username=ada")[0] == 0
    assert crawl(environment, "profile", "username=ada")[0] == 0
    with database.connect() as connection:
        latest = connection.execute(text('SELECT "authorization" FROM sync_runs ORDER BY id DESC LIMIT 2')).scalars()
        assert list(latest) == [None, granted]


def test_every_request_is_in_the_ledger(backlot, environment, database):
    with database.begin() as connection:
        connection.execute(text("DELETE FROM crawl_requests"))
    backlot.clear_log()
    _, report, _ = crawl(environment, "likes", "username=ada")
    with database.connect() as connection:
        entries = connection.execute(
            text("SELECT kind, outcome, sum(requests) FROM crawl_requests GROUP BY 1, 2")
        ).all()
    assert sorted(entries) == [("likes", "200", len(backlot.log()) - 1), ("robots", "200", 1)]
    assert report["requests"] == len(backlot.log())
    assert all("CohortAlmanac" in entry["user_agent"] for entry in backlot.log())


def test_a_killed_crawl_leaves_nothing_half_and_goes_on(backlot, environment, database):
    member = max(backlot.dataset.members, key=lambda name: len(backlot.state(name)["ratings"]))
    with database.begin() as connection:
        run = connection.execute(text("INSERT INTO sync_runs (kind) VALUES ('crawl') RETURNING id")).scalar()
    slow = subprocess.Popen(
        [
            *command("rated", f"username={member}", f"run={run}"),
            "-s",
            "DOWNLOAD_DELAY=1",
            "-s",
            "AUTOTHROTTLE_START_DELAY=1",
        ],
        cwd=REPOSITORY,
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    staged = text("SELECT count(*) FROM listing_pages WHERE run_id = :run")
    deadline = time.monotonic() + 30
    with database.connect() as connection:
        while not connection.execute(staged, {"run": run}).scalar():
            assert time.monotonic() < deadline
            connection.rollback()
            time.sleep(0.02)
    slow.send_signal(signal.SIGKILL)
    slow.wait()
    assert stored(database, member) == {}
    backlot.clear_log()
    assert crawl(environment, "rated", f"username={member}", f"run={run}")[0] == 0
    assert {slug: facets[0] for slug, facets in stored(database, member).items()} == backlot.state(member)["ratings"]
    asked = [entry["path"] for entry in backlot.log() if "films" in entry["path"]]
    assert f"/{member}/films/rated/.5-5/" not in asked


@pytest.mark.parametrize("delay", [0.0, 0.05, 0.15, 0.4])
def test_a_crawl_told_to_stop_while_it_closes_has_stored_what_it_reports(backlot, environment, database, delay):
    """SIGTERM lands about when the spider finishes: "finished" then means stored."""
    with database.begin() as connection:
        run = connection.execute(text("INSERT INTO sync_runs (kind) VALUES ('crawl') RETURNING id")).scalar()
    names = sorted(backlot.dataset.members)[:12]
    told = subprocess.Popen(
        command("profile", f"usernames={','.join(names)}", f"run={run}"),
        cwd=REPOSITORY,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    for line in told.stderr:
        if "Closing spider" in line or "Spider opened" in line and delay > 0.1:
            break
    time.sleep(delay)
    told.send_signal(signal.SIGTERM)
    told.communicate(timeout=30)
    report = json.loads(Path(environment["ALMANAC_CRAWL_REPORT"]).read_text())
    with database.connect() as connection:
        read = connection.execute(
            text("SELECT count(*) FROM listings WHERE run_id = :run AND kind = 'profile'"), {"run": run}
        ).scalar()
    assert read == report["items"]
    if report["reason"] == "finished":
        assert read == len(names)
