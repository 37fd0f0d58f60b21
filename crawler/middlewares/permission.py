"""Refuses to crawl Letterboxd itself, whose terms forbid it, beyond what a recorded permission grants."""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest

REFUSAL = (
    "letterboxd.com is not crawled: its terms (6.11, December 2025) forbid automated access without permission."
    " Ratings need none when members bring their own account export (almanac import) or opt in with their feed."
    " A permission is recorded in the file that ALMANAC_AUTHORIZATION names."
)

# The site, its short links, and the host of its images.
_DOMAINS = ("letterboxd.com", "boxd.it", "ltrbxd.com")
_FEED = re.compile(r"/([a-z0-9_]{1,40})/rss/", re.IGNORECASE)
_DOTS = re.compile("[\u3002\uff0e\uff61]")  # which IDNA takes for full stops


class NotPermitted(IgnoreRequest):
    """A request was kept back because nobody has permitted it; the message says what is missing."""


def is_letterboxd(url: str) -> bool:
    """Whether `url` is on Letterboxd's hosts, however they are spelled."""
    return _is_ours_to_leave(urlsplit(url).hostname or "")


@lru_cache(maxsize=1_024)
def _is_ours_to_leave(host: str) -> bool:
    name = _DOTS.sub(".", unicodedata.normalize("NFKC", unquote(host))).casefold().strip(".")
    return any(name == domain or name.endswith(f".{domain}") for domain in _DOMAINS)


class PermissionMiddleware:
    """The first thing every request meets, redirects included."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "PermissionMiddleware":
        """Made by Scrapy."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Lets a request pass, or raises NotPermitted, which ends the crawl and says why."""
        reason = refusal(self.crawler.spider, request)
        if reason:
            self.crawler.stats.set_value("almanac/refused", reason)
            raise NotPermitted(reason)


def refusal(spider: Spider, request: Request) -> str | None:
    """Why a spider may not send a request, None when it may."""
    named = (request.headers.get("Host") or b"").decode("latin-1").partition(":")[0]
    if not is_letterboxd(request.url) and not _is_ours_to_leave(named):
        return None
    path = urlsplit(request.url).path
    if spider.reads_feeds and spider.almanac.feeds == "on":
        feed = _FEED.fullmatch(path)
        if path == "/robots.txt" or (feed and spider.feeds_allowed(feed[1].lower())):
            return None
    granted = spider.almanac.authorization
    if granted is None:
        return REFUSAL
    if path == "/robots.txt" or granted.grants(path):
        return None
    return f"{path} is not among the paths that {granted.granted_by} granted on {granted.granted_on}"
