"""Accounts for every request: host, kind, outcome, bytes, run — written to the database as the crawl goes."""

import time
from collections import defaultdict
from datetime import UTC, datetime
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from schema.store import ledger

_FLUSH_SECONDS = 5.0


class LedgerMiddleware:
    """Sits next to the downloader, so that retries and robots.txt count too."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._entries: dict[tuple[datetime, str, str, str, int], list[int]] = defaultdict(lambda: [0, 0])
        self._flushed = time.monotonic()
        crawler.signals.connect(self.close, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "LedgerMiddleware":
        """Made by Scrapy."""
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Counts an answer, whatever it says."""
        await self._count(request, str(response.status), len(response.body))
        return response

    async def process_exception(self, request: Request, exception: Exception) -> None:
        """Counts a request that got no answer, under the failure's name; one we kept back was never sent."""
        if isinstance(exception, IgnoreRequest):
            return
        await self._count(request, type(exception).__name__, 0)

    async def _count(self, request: Request, outcome: str, size: int) -> None:
        parts = urlsplit(request.url)
        kind = "robots" if parts.path == "/robots.txt" else self.crawler.spider.name
        minute = datetime.now(UTC).replace(second=0, microsecond=0)
        entry = self._entries[minute, parts.netloc, kind, outcome, self.crawler.spider.session.run_id]
        entry[0] += 1
        entry[1] += size
        self.crawler.stats.inc_value("almanac/requests")
        self.crawler.stats.inc_value("almanac/bytes", size)
        if time.monotonic() - self._flushed > _FLUSH_SECONDS:
            await self._flush()

    async def _flush(self) -> None:
        self._flushed = time.monotonic()
        # Swapped before the await: what is counted meanwhile belongs to the next flush.
        entries, self._entries = self._entries, defaultdict(lambda: [0, 0])
        if entries:
            await self.crawler.spider.session.call(ledger.add, {key: tuple(entry) for key, entry in entries.items()})

    async def close(self) -> None:
        """Writes the rest; the report extension ends the session afterwards."""
        await self._flush()
