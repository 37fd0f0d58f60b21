"""Letterboxd itself is recognised however its name is spelled, and asked for nothing but what is permitted."""

import json
from types import SimpleNamespace

import pytest
from scrapy import Request, Spider
from scrapy.utils.test import get_crawler

from crawler.middlewares.permission import NotPermitted, PermissionMiddleware, is_letterboxd
from schema.settings import Settings

SPELLINGS = [
    "https://letterboxd.com/ada/",
    "http://letterboxd.com:8080/ada/",
    "https://LETTERBOXD.COM:443/ada/",
    "https://LetterBoxd.COM/ada/",
    "http://letterboxd.com./ada/",
    "https://letterboxd.com../ada/",
    "https://www.letterboxd.com/ada/",
    "https://a.letterboxd.com/ada/",
    "https://boxd.it/29qU",
    "https://a.ltrbxd.com/resized/film.jpg",
    "https://user:pass@letterboxd.com/ada/",
    "https://mirror.example.org@letterboxd.com/ada/",
    "https://letterboxd%2Ecom/ada/",
    "https://%6cetterboxd.com/ada/",
    "https://letterboxd\u3002com/ada/",
    "https://letterboxd\uff0ecom/ada/",
    "https://\uff4cetterboxd.com/ada/",
    "https://\U0001d4c1etterboxd.com/ada/",
]


@pytest.mark.parametrize("url", SPELLINGS)
def test_letterboxd_in_every_spelling(url):
    assert is_letterboxd(url)
    with pytest.raises(NotPermitted, match="letterboxd.com is not crawled"):
        middleware().process_request(Request(url))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:8900/letterboxd.com/",
        "https://notletterboxd.com/",
        "https://letterboxd.com.example.org/",
        "https://letterboxd.com@mirror.example.org/",
        "https://mirror.example.org/?u=letterboxd.com",
    ],
)
def test_others_are_not_letterboxd(url):
    assert not is_letterboxd(url)
    middleware().process_request(Request(url))


def test_an_address_with_letterboxd_s_host_header_is_letterboxd():
    with pytest.raises(NotPermitted):
        middleware().process_request(Request("https://192.0.2.1/ada/", headers={"Host": "Letterboxd.com:443"}))


def test_only_what_is_granted_is_asked(tmp_path):
    path = tmp_path / "permission.json"
    granted = {"granted_by": "Letterboxd", "granted_on": "2026-01-31", "paths": ["/*/films/"], "contact": "x@y.org"}
    path.write_text(json.dumps(granted))
    ours = middleware(ALMANAC_AUTHORIZATION=str(path))
    ours.process_request(Request("https://letterboxd.com/ada/films/rated/.5-5/"))
    ours.process_request(Request("https://letterboxd.com/robots.txt"))
    with pytest.raises(NotPermitted, match=r"/ada/ is not among the paths that Letterboxd granted on 2026-01-31"):
        ours.process_request(Request("https://letterboxd.com/ada/"))


def test_a_feed_is_asked_for_a_member_who_opted_in_and_for_nobody_else():
    feeds = [f"https://letterboxd.com/{name}/rss/" for name in ("Ada", "bea")]
    ours = middleware(opted_in={"ada"})
    ours.process_request(Request(feeds[0]))
    ours.process_request(Request("https://letterboxd.com/robots.txt"))
    for url in (feeds[1], f"{feeds[0]}more", "https://letterboxd.com/ada/"):
        with pytest.raises(NotPermitted):
            ours.process_request(Request(url))
    for switched_off in (middleware(), middleware(opted_in={"ada"}, ALMANAC_FEEDS="off")):
        with pytest.raises(NotPermitted):
            switched_off.process_request(Request(feeds[0]))


def middleware(opted_in=frozenset(), **environment):
    crawler = get_crawler(Spider)
    crawler.stats = SimpleNamespace(set_value=lambda *_: None)
    crawler.spider = SimpleNamespace(
        almanac=Settings.from_environment(environment),
        reads_feeds=bool(opted_in),
        feeds_allowed=lambda username: username in opted_in,
    )
    return PermissionMiddleware(crawler)
