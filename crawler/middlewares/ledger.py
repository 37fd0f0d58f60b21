"""Accounts for every request: host, kind, outcome, bytes, run — written to the database as the crawl goes."""

import time
from collections import defaultdict
from collections.abc import Awaitable
from datetime import UTC, datetime

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from schema.store import ledger

_FLUSH_SECONDS = 5.0


class LedgerMiddleware:
    """Sits next to the downloader, so that retries and robots.txt count too."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._stats = crawler.stats
        # (minute since 1970, host, kind, outcome) → [requests, bytes]
        self._entries: dict[tuple[int, str, str, str], list[int]] = defaultdict(lambda: [0, 0])
        self._due = time.monotonic() + _FLUSH_SECONDS
        crawler.signals.connect(self.close, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "LedgerMiddleware":
        """Made by Scrapy."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response | Awaitable[Response]:
        """Counts an answer, whatever it says. A browser's is made of what it had us ask for."""
        if "visit" not in request.meta:
            self._count(request, str(response.status), len(response.body))
        return self._flush(response) if time.monotonic() > self._due else response

    async def process_exception(self, request: Request, exception: Exception) -> None:
        """Counts a request that got no answer, under the failure's name; one we kept back was never sent."""
        if not isinstance(exception, IgnoreRequest) and "visit" not in request.meta:
            self._count(request, type(exception).__name__, 0)

    def _count(self, request: Request, outcome: str, size: int) -> None:
        parts = urlparse_cached(request)
        kind = "robots" if parts.path == "/robots.txt" else self.crawler.spider.name
        if request.meta.get("for_browser"):
            kind += " rendered"
        entry = self._entries[int(time.time()) // 60, parts.netloc, kind, outcome]
        entry[0] += 1
        entry[1] += size
        self._stats.inc_value("almanac/requests")
        self._stats.inc_value("almanac/bytes", size)

    async def _flush(self, response: Response | None = None) -> Response | None:
        self._due = time.monotonic() + _FLUSH_SECONDS
        # Swapped before the await: what is counted meanwhile belongs to the next flush.
        counted, self._entries = self._entries, defaultdict(lambda: [0, 0])
        session = self.crawler.spider.session
        entries = {
            (datetime.fromtimestamp(minute * 60, UTC), host, kind, outcome, session.run_id): (requests, size)
            for (minute, host, kind, outcome), (requests, size) in counted.items()
        }
        if entries:
            await session.call(ledger.add, entries)
        return response

    async def close(self) -> None:
        """Writes the rest; the report extension ends the session afterwards."""
        await self._flush()
