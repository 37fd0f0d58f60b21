"""How a member's feed is asked for and read."""

from typing import Any

from scrapy import Request
from scrapy.http import Response

from crawler.asking.spider import AlmanacSpider, now
from crawler.observations import FeedRead
from crawler.pages import rss
from schema.store.feeds import Due

_NOT_MODIFIED = 304


def request(spider: AlmanacSpider, due: Due, **kwargs: Any) -> Request:
    """The request for a feed, with the validators of its last answer."""
    validators = {"If-None-Match": due.etag, "If-Modified-Since": due.last_modified}
    headers = {name: value for name, value in validators.items() if value}
    return spider.letterboxd(path(due.username), headers=headers, **kwargs)


def path(username: str) -> str:
    """Where a member's feed is."""
    return f"/{username}/rss/"


def read(spider: AlmanacSpider, response: Response, username: str) -> FeedRead:
    """The feed, or that nothing in it has changed; raises PageError."""
    seen = now()
    if response.status == _NOT_MODIFIED:
        return FeedRead(username, None, None, None, seen)
    page = spider.read(rss.parse, response)
    etag, modified = (response.headers.get(name) for name in ("ETag", "Last-Modified"))
    return FeedRead(username, page, etag and etag.decode(), modified and modified.decode(), seen)
