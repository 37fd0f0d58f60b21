"""Refuses to crawl Letterboxd itself, whose terms forbid it to anyone without permission."""

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest

REFUSAL = (
    "letterboxd.com is not crawled: its terms (6.11, December 2025) forbid automated access without permission."
    " Ratings need none when members bring their own account export (almanac import) or opt in with their feed."
)


def is_letterboxd(url: str) -> bool:
    """Whether `url` is on letterboxd.com, however its host is spelled."""
    host = (urlsplit(url).hostname or "").rstrip(".").lower()
    return host == "letterboxd.com" or host.endswith(".letterboxd.com")


class PermissionMiddleware:
    """The first thing every request meets, redirects included."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "PermissionMiddleware":
        """Made by Scrapy."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Lets a request pass, or ends the crawl and says why."""
        if is_letterboxd(request.url):
            self.crawler.stats.set_value("almanac/refused", REFUSAL)
            raise IgnoreRequest(REFUSAL)
