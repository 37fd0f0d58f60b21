"""What holds for every spider there is."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from schema.settings import REPOSITORY

NAMES = {
    "film",
    "filmjson",
    "following",
    "histogram",
    "likes",
    "member_list",
    "profile",
    "rated",
    "rss",
    "tmdb",
    "tmdb_search",
    "wikidata",
}


@pytest.fixture(scope="module")
def loader():
    settings = Settings()
    settings.setmodule("crawler.settings")
    return SpiderLoader.from_settings(settings)


def test_scrapy_list_shows_them_all():
    listed = subprocess.run(
        [sys.executable, "-m", "scrapy", "list"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert set(listed.stdout.split()) == NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_spider_says_what_it_is_for_and_keeps_the_floor(loader, name):
    spider = loader.load(name)
    assert spider.__doc__
    assert f"scrapy crawl {name}" in spider.__doc__
    delay = (spider.custom_settings or {}).get("DOWNLOAD_DELAY")
    # TMDB's documented limit is about 40 requests a second; everybody else keeps the operator's delay.
    assert delay is None or (name in {"tmdb", "tmdb_search"} and delay >= 1 / 40)


def test_no_way_around_robots_txt():
    for path in (REPOSITORY / "crawler").rglob("*.py"):
        assert "dont_obey_robotstxt" not in path.read_text(), path


def test_pages_are_never_fetched_by_anything_but_scrapy():
    clients = re.compile(r"^\s*(import|from) (requests|httpx|urllib\.request|aiohttp)\b", re.MULTILINE)
    for package in ("crawler", "jobs", "schema"):
        for path in Path(REPOSITORY / package).rglob("*.py"):
            assert not clients.search(path.read_text()), path


def test_the_browser_is_known_to_rendering_alone():
    playwright = re.compile(r"^\s*(import|from) (scrapy_)?playwright\b", re.MULTILINE)
    found = {path.parent.name for path in (REPOSITORY / "crawler").rglob("*.py") if playwright.search(path.read_text())}
    assert found == {"rendering"}
