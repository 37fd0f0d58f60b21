"""Where robots.txt forbids the order by rating date, and the permission names no feeds."""

import asyncio

import pytest

from crawler.asking.reading import Reading
from crawler.spiders.rated import RatedSpider


@pytest.mark.parametrize(("paths", "wanted"), [("/*/films/", []), ("/", ["claim", "last_read"])])
def test_a_feed_that_is_not_granted_is_not_asked_for(tmp_path, monkeypatch, paths, wanted):
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
