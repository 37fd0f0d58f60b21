"""Where robots.txt forbids the order by rating date, and the feed may not be asked for either."""

import asyncio

import pytest

from crawler.asking.reading import Reading
from crawler.spiders.rated import RatedSpider


@pytest.mark.parametrize(
    ("paths", "feeds", "wanted"),
    [("/*/films/", "on", []), ("/", "off", []), ("/", "on", ["claim", "last_read"])],
    ids=["not granted", "switched off", "not known"],
)
def test_a_feed_that_may_not_be_asked_for_is_not(tmp_path, monkeypatch, paths, feeds, wanted):
    monkeypatch.setenv("ALMANAC_FEEDS", feeds)
    permission = tmp_path / "permission.toml"
    permission.write_text(
        f'granted_by = "The site"\ngranted_on = 2026-11-01\ncontact = "a@example.org"\npaths = ["{paths}"]\n'
    )
    monkeypatch.setenv("ALMANAC_AUTHORIZATION", str(permission))
    monkeypatch.setenv("LETTERBOXD_BASE_URL", "https://letterboxd.com")
    spider = RatedSpider(usernames="ada")
    called = []

    async def call(function, *arguments, **options):  # in the database's place, which knows of no feed
        called.append(function.__name__)
        return []

    monkeypatch.setattr(spider.session, "call", call)

    async def turn():
        return [found async for found in spider.turn(Reading("ada", "newest"))]

    found = asyncio.run(turn())
    assert [request.url for request in found] == ["https://letterboxd.com/ada/films/rated/.5-5/"]
    assert called == wanted
