"""How TMDB is asked: with the key in the header, at its pace, and not again once it has refused."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from scrapy import Request
from scrapy.exceptions import CloseSpider
from scrapy.http import Response

from crawler.asking.spider import AlmanacSpider
from crawler.pages.errors import AccessDenied
from crawler.settings import ALMANAC
from schema.store.payloads import LONGEST_KEPT, Title


class TmdbSpiderBase(AlmanacSpider):
    """A spider over TMDB's API."""

    custom_settings = {
        "DOWNLOAD_DELAY": ALMANAC.tmdb_delay_seconds,
        "AUTOTHROTTLE_START_DELAY": ALMANAC.tmdb_delay_seconds,
        "DOWNLOAD_DELAY_JITTER": 0,
        "CONCURRENT_REQUESTS": 8,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 8,
        "AUTOTHROTTLE_TARGET_CONCURRENCY": 8.0,
        # Of answers that wait to be stored: read, a record weighs many times its bytes.
        "SCRAPER_SLOT_MAX_ACTIVE_SIZE": 2_000_000,
        "ROBOTSTXT_OBEY": False,  # an API with a key and terms of its own, not a site for robots
    }

    def check_key(self) -> None:
        """Raises ValueError when there is no key to ask with."""
        if not self.almanac.tmdb_api_key:
            raise ValueError("TMDB_API_KEY is not set: TMDB answers nobody without a key")

    def tmdb(self, path: str, query: Mapping[str, Any], *, etag: str | None = None, **kwargs: Any) -> Request:
        """A request for `/3/{path}`; with an `etag` it asks whether that answer still holds."""
        headers = {"Authorization": f"Bearer {self.almanac.tmdb_api_key}", "Accept": "application/json"}
        if etag:
            headers["If-None-Match"] = etag
        url = f"{self.almanac.tmdb_base_url.rstrip('/')}/3/{path}?{urlencode(query, safe=',')}"
        # Two films of one title ask the same, and each needs the answer.
        return Request(url, headers=headers, dont_filter=True, **kwargs)

    def record(self, title: Title, *, alternatives: bool = False, **kwargs: Any) -> Request:
        """The request for everything about one title; other names of it only where they are needed."""
        kind, number = title
        parts = ["credits"]
        if kind == "tv":
            parts.append("external_ids")  # a film's record has its IMDb id already
        if alternatives:
            parts.append("alternative_titles")
        return self.tmdb(f"{kind}/{number}", {"append_to_response": ",".join(parts)}, **kwargs)

    def read_answer(self, parse: Any, response: Response) -> Any:
        """The page in `response`, or a PageError. A key that is not accepted ends the crawl at once."""
        try:
            return self.read(parse, response)
        except AccessDenied as refusal:
            raise CloseSpider(f"refused: {refusal}") from refusal


def expiry(response: Response, seen: datetime) -> datetime:
    """Until when an answer of that moment need not be asked for again, by its Cache-Control."""
    match = re.search(rb"max-age=(\d{1,9})", response.headers.get("Cache-Control") or b"")
    return seen + min(timedelta(seconds=int(match[1]) if match else 0), LONGEST_KEPT)
