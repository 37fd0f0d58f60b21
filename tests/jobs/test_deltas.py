"""Syncs with the real spiders: what they cost by the upstream's own log, and which way they went."""

from collections import Counter
from contextlib import ExitStack

import pytest

from fixtures.backlot.testing import running
from jobs import chain
from schema.store.syncs import open_sync
from tests.jobs.test_whole import stored

NEWEST = "/{}/films/rated/.5-5/by/rated-date/"


@pytest.fixture
def upstream(stage, monkeypatch):
    """Starts a backlot with these rules for robots."""
    with ExitStack() as stack:

        def start(robots):
            backlot = stack.enter_context(running(weight="light", robots=robots))
            monkeypatch.setenv("LETTERBOXD_BASE_URL", backlot.url)
            monkeypatch.setenv("ALMANAC_CRAWL_DELAY", "0")
            monkeypatch.delenv("PYTHONPATH")  # the installed Scrapy, not its stand-in
            return backlot

        yield start


def sync(stage, cohort, *, full):
    with stage.engine.begin() as connection:
        run = open_sync(connection, cohort, full=full, enrich=False)
    chain.advance(run)
    stage.worker(burst=True, wait=True)
    assert stage.run(run).status == "succeeded", stage.run(run).error
    return run


def asked(backlot):
    return [entry["path"] for entry in backlot.log() if entry["path"] != "/robots.txt"]


def ways(stage, run):
    counted = Counter()
    for part in stage.steps(run)["crawl"].parts:
        counted.update({(part.arguments["kind"], way): count for way, count in part.detail["ways"].items()})
    return counted


def assert_equal(stage, backlot, members):
    for member in members:
        truth = backlot.state(member)
        assert stored(stage, member) == {
            "ratings": truth["ratings"],
            "likes": set(truth["likes"]),
            "favorites": set(truth["favorites"]),
        }, member


def test_requests_are_the_least_possible(stage, upstream):
    backlot = upstream("open")
    names = sorted(backlot.dataset.members)[:12]
    cohort = stage.cohort(*names)
    sync(stage, cohort, full=True)
    least = 0
    for name in names:
        truth = backlot.state(name)
        unrated = len(set(truth["likes"]) - set(truth["ratings"]))
        least += 1 + max(1, -(-len(truth["ratings"]) // 72)) + max(1, -(-unrated // 72))
    assert len(asked(backlot)) == least
    assert len([entry for entry in backlot.log() if entry["path"] == "/robots.txt"]) == 3  # one a crawl
    assert_equal(stage, backlot, names)

    backlot.clear_log()
    run = sync(stage, cohort, full=False)
    expected = [path.format(name) for name in names for path in (NEWEST, "/{}/likes/films/rated/none/")]
    assert sorted(asked(backlot)) == sorted(expected)
    assert ways(stage, run) == {("rated", "newest"): 12, ("likes", "newest"): 12}

    backlot.clear_log()
    slug = next(iter(backlot.state(names[0])["ratings"]))
    backlot.control("rate", member=names[0], slug=slug, rating=1)
    sync(stage, cohort, full=False)
    assert len(asked(backlot)) == 24
    assert_equal(stage, backlot, names)


def test_where_robots_forbid_the_order_all_pages_are_read_and_the_run_says_so(stage, upstream):
    backlot = upstream("letterboxd")
    names = sorted(backlot.dataset.members)[:10]
    cohort = stage.cohort(*names)
    sync(stage, cohort, full=False)
    slug = list(backlot.state(names[0])["ratings"])[-1]
    backlot.control("rate", member=names[0], slug=slug, rating=2)
    backlot.clear_log()
    run = sync(stage, cohort, full=False)
    assert not [path for path in asked(backlot) if "/by/" in path]
    assert not [path for path in asked(backlot) if path.strip("/") in names]  # no profile
    assert ways(stage, run) == {("rated", "allowed"): 10, ("likes", "newest"): 10}
    assert_equal(stage, backlot, names)
