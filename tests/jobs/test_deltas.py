"""Syncs with the real spiders: what they cost by the upstream's own log, and which way they went."""

from collections import Counter
from contextlib import ExitStack

import pytest

from fixtures.backlot.testing import running
from jobs import chain
from schema.store.syncs import open_sync
from tests.jobs.test_whole import stored

pytestmark = pytest.mark.slow

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
    names = sorted(backlot.dataset.members)[:6]
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
    assert ways(stage, run) == {("rated", "newest"): 6, ("likes", "newest"): 6}

    backlot.clear_log()
    slug = next(iter(backlot.state(names[0])["ratings"]))
    backlot.control("rate", member=names[0], slug=slug, rating=1)
    sync(stage, cohort, full=False)
    assert len(asked(backlot)) == 12
    assert_equal(stage, backlot, names)


FEED = "/{}/rss/"
ALL = "/{}/films/rated/.5-5/"


def rate(backlot, member, slugs, rating, **how):
    for slug in slugs:
        backlot.control("rate", member=member, slug=slug, rating=rating, **how)


def rated_asked(backlot):
    """What was asked to learn of ratings, without later pages."""
    return sorted(path for path in asked(backlot) if "/likes/" not in path and "/page/" not in path)


def test_where_robots_forbid_the_order_feeds_tell_what_is_new_and_the_run_says_so(stage, upstream):
    backlot = upstream("letterboxd")
    names = sorted(backlot.dataset.members)[:4]
    cohort = stage.cohort(*names)
    sync(stage, cohort, full=False)
    listed = {name: list(backlot.state(name)["ratings"]) for name in names}
    rate(backlot, names[0], listed[names[0]][-2:], 2)
    rate(backlot, names[1], listed[names[1]][:51], 3)  # more than a feed shows
    rate(backlot, names[2], listed[names[2]][:1], 4, diary=False)
    backlot.clear_log()
    run = sync(stage, cohort, full=False)
    assert rated_asked(backlot) == sorted([ALL.format(names[1]), *(FEED.format(name) for name in names)])
    assert ways(stage, run) == {("rated", "feed"): 3, ("rated", "allowed"): 1, ("likes", "newest"): 4}
    assert_equal(stage, backlot, [names[0], names[1], *names[3:]])
    assert stored(stage, names[2])["ratings"][listed[names[2]][0]] != 4  # no diary entry, so no feed tells it

    # Within the hour no feed is asked for again, and what it said stands; what was not told by one is found by a sweep.
    rate(backlot, names[0], listed[names[0]][:1], 5)
    backlot.clear_log()
    run = sync(stage, cohort, full=False)
    assert rated_asked(backlot) == [ALL.format(names[1])]
    assert ways(stage, run) == {("rated", "feed"): 3, ("rated", "allowed"): 1, ("likes", "newest"): 4}
    sync(stage, cohort, full=True)
    assert_equal(stage, backlot, names)


NO_FEEDS = "User-agent: *\nDisallow: /*/by/\nDisallow: /*/rss/\n"


def test_where_no_feed_may_be_asked_for_all_pages_are_read(stage, upstream):
    backlot = upstream("letterboxd")
    backlot.control("faults", faults=[{"kind": "robots", "text": NO_FEEDS}])
    names = sorted(backlot.dataset.members)[:3]
    cohort = stage.cohort(*names)
    sync(stage, cohort, full=False)
    rate(backlot, names[0], list(backlot.state(names[0])["ratings"])[-1:], 2)
    backlot.clear_log()
    run = sync(stage, cohort, full=False)
    assert rated_asked(backlot) == [ALL.format(name) for name in names]  # and no profile
    assert ways(stage, run) == {("rated", "allowed"): 3, ("likes", "newest"): 3}
    assert_equal(stage, backlot, names)
