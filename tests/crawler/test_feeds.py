"""The rss spider, as operators start it: polite, incremental, and open about what it missed."""

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from sqlalchemy import text

from crawler.items import FeedPage
from crawler.pages import rss
from crawler.pages.errors import MarkupDrift
from crawler.pipelines.writing.members import _entry
from schema.settings import REPOSITORY
from schema.store import consents, feeds, members
from tests.realdata import shared


@pytest.fixture
def environment(backlot, database, tmp_path):
    with database.begin() as connection:
        connection.execute(text("TRUNCATE members, films, ratings CASCADE"))
        ids = members.upsert(connection, {"ada": None, "bo": None})
        consents.give(connection, ids["ada"], "rss")
    backlot.clear_log()
    return {
        **os.environ,
        "DATABASE_URL": database.url.render_as_string(hide_password=False),
        **backlot.environment,
        "ALMANAC_FEED_HOURS": "0",
        "ALMANAC_CRAWL_REPORT": str(tmp_path / "report.json"),
    }


def crawl(environment, *arguments):
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "rss", *[part for a in arguments for part in ("-a", a)]],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    report = json.loads(Path(environment["ALMANAC_CRAWL_REPORT"]).read_text())
    return done.returncode, report, done.stderr


def stored(database):
    with database.connect() as connection:
        rows = connection.execute(
            text("SELECT slug, rating, liked, source FROM ratings r JOIN films f ON f.id = r.film_id")
        )
        return {slug: (rating, liked, source) for slug, rating, liked, source in rows}


def shown(backlot):
    """What the feed shows, by the truth behind it: the newest 50 ratings with a diary entry."""
    page = rss.parse(_get(backlot))
    state = backlot.state("ada")
    slugs = [item.slug for item in page.items if item.kind != "list"]
    return {slug: (state["ratings"][slug], slug in state["likes"], "rss") for slug in slugs}


def _get(backlot):
    import urllib.request

    with urllib.request.urlopen(f"{backlot.url}/ada/rss/") as response:
        return response.read()


def test_a_feed_is_read_once_and_then_only_its_news(backlot, environment, database):
    code, report, log = crawl(environment)
    assert (code, report["errors"], report["requests"]) == (0, [], 2), log
    assert len(shown(backlot)) == 50
    assert stored(database) == shown(backlot)
    backlot.clear_log()
    assert crawl(environment)[0] == 0
    assert [entry["status"] for entry in backlot.log() if "rss" in entry["path"]] == [304]
    slug = next(film.slug for film in backlot.dataset.films if film.slug not in stored(database))
    backlot.control("rate", member="ada", slug=slug, rating=7)
    assert crawl(environment, "username=Ada")[0] == 0
    assert stored(database)[slug] == (7, False, "rss")
    assert len(stored(database)) == 51
    with database.connect() as connection:
        assert connection.execute(text("SELECT error FROM listings WHERE kind = 'rss'")).scalar() is None
        assert connection.execute(text("SELECT count(*) FROM films WHERE letterboxd_id IS NULL")).scalar() == 0


def test_nobody_is_asked_twice_within_the_hour_nor_without_having_opted_in(backlot, environment):
    hourly = environment | {"ALMANAC_FEED_HOURS": ""}
    assert crawl(hourly)[0] == 0
    assert crawl(hourly)[0] == 0
    assert [entry["path"] for entry in backlot.log() if "rss" in entry["path"]] == ["/ada/rss/"]
    code, report, _ = crawl(environment, "username=bo")
    assert code == 1 and "bo has not opted in" in report["errors"][0]


def test_entries_that_slipped_out_of_the_window_are_missed_out_loud(backlot, environment, database):
    assert crawl(environment)[0] == 0
    new = [film.slug for film in backlot.dataset.films if film.slug not in stored(database)][:51]
    for slug in new:
        backlot.control("rate", member="ada", slug=slug, rating=5)
    code, _, log = crawl(environment)
    assert code == 0 and "almanac import" in log
    with database.connect() as connection:
        assert (
            "new account export"
            in connection.execute(text("SELECT error FROM listings WHERE kind = 'rss'")).scalar_one()
        )


@pytest.mark.parametrize("moment", ["Sat, 01 Aug 2026 10:00:00", "Sat, 01 Aug 2026 10:00:00 -0000", "yesterday"])
def test_a_moment_without_a_time_zone_is_none(moment):
    item = "<guid>letterboxd-watch-1</guid><link>https://letterboxd.com/ada/film/x/</link>"
    item += f"<pubDate>{moment}</pubDate><title>X, 2001</title><lb:filmTitle>X</lb:filmTitle>"
    feed = (
        f'<rss xmlns:lb="https://letterboxd.com"><channel><link>https://letterboxd.com/ada/</link><item>{item}</item>'
    )
    with pytest.raises(MarkupDrift, match="pubDate"):
        rss.parse(f"{feed}</channel></rss>".encode())


def independent(raw):
    """The items of a feed, read by another parser with nothing of ours."""
    names = {"lb": "https://letterboxd.com", "tmdb": "https://themoviedb.org", "dc": "http://purl.org/dc/elements/1.1/"}
    found = []
    for item in ElementTree.fromstring(raw).iter("item"):
        told = {
            name: item.findtext(path, namespaces=names)
            for name, path in (
                ("guid", "guid"),
                ("link", "link"),
                ("year", "lb:filmYear"),
                ("title", "lb:filmTitle"),
                ("rating", "lb:memberRating"),
                ("liked", "lb:memberLike"),
                ("rewatch", "lb:rewatch"),
                ("watched_date", "lb:watchedDate"),
                ("movie", "tmdb:movieId"),
                ("tv", "tmdb:tvId"),
            )
        }
        told["published"] = datetime.strptime(item.findtext("pubDate"), "%a, %d %b %Y %H:%M:%S %z")
        found.append(told)
    return found


@pytest.mark.real
@pytest.mark.parametrize("feed", ["2020s-r1.xml", "2026-05-r3.xml"])
def test_real_feeds_equal_an_independent_read_item_by_item(feed):
    raw = shared(f"feeds/{feed}").read_bytes()
    items, truth = rss.parse(raw).items, independent(raw)
    assert len(items) == len(truth)
    flags = {"Yes": True, "No": False, None: None}
    for item, told in zip(items, truth, strict=True):
        _, kind, number = told["guid"].split("-")
        assert (item.kind, item.entry_id, item.link, item.published) == (
            kind,
            int(number),
            told["link"],
            told["published"],
        )
        if kind == "list":
            continue
        tmdb = ("movie", told["movie"]) if told["movie"] else ("tv", told["tv"]) if told["tv"] else (None, None)
        assert (item.title, item.year) == (told["title"], int(told["year"]) if told["year"] else None)
        assert item.rating == (round(2 * float(told["rating"])) if told["rating"] else None)
        assert (item.liked, item.rewatch) == (flags[told["liked"]], flags[told["rewatch"]])
        assert (item.watched_date and item.watched_date.isoformat()) == told["watched_date"]
        assert (item.tmdb_type, item.tmdb_id and str(item.tmdb_id)) == tmdb
        assert item.slug == told["link"].split("/film/")[1].split("/")[0]


@pytest.mark.real
@pytest.mark.parametrize(("feed", "likes_told"), [("2020s-r1.xml", False), ("2026-05-r3.xml", True)])
def test_real_feeds_are_stored_whole(database, feed, likes_told):
    page: FeedPage = rss.parse(shared(f"feeds/{feed}").read_bytes())
    diary = [item for item in page.items if item.kind != "list"]
    assert len(diary) == 50
    with database.begin() as connection:
        connection.execute(text("TRUNCATE members, films, ratings CASCADE"))
        member = members.upsert(connection, {page.owner: None})[page.owner]
        for _ in range(2):
            feeds.tell(connection, member, [_entry(item) for item in diary], page.items[0].published)
    newest = {item.slug: item for item in sorted(diary, key=lambda item: (item.published, item.entry_id))}
    ratings = {}
    for item in sorted(diary, key=lambda item: (item.published, item.entry_id)):
        ratings[item.slug] = item.rating if item.rating is not None else ratings.get(item.slug)
    assert {slug: (row[0], row[1]) for slug, row in stored(database).items()} == {
        slug: (ratings[slug], bool(item.liked) and likes_told) for slug, item in newest.items()
    }
    with database.connect() as connection:
        films = connection.execute(text("SELECT slug, letterboxd_id, tmdb_id FROM films")).all()
        assert len(films) == len(newest)
        assert {film.slug: film.tmdb_id for film in films} == {slug: item.tmdb_id for slug, item in newest.items()}
        assert connection.execute(text("SELECT count(*) FROM feed_items")).scalar() == 50
