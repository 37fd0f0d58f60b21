"""Stops the crawl when the job that started it is gone, so that no orphan goes on asking."""

import asyncio
import os

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

_SECONDS = 1.0


class ParentWatch:
    """Only for crawls started by a job, which are the ones asked for a report."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._parent = os.getppid()
        self._task: asyncio.Task | None = None
        crawler.signals.connect(self._opened, signal=signals.spider_opened)
        crawler.signals.connect(self._closed, signal=signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "ParentWatch":
        """Made by Scrapy; a crawl started by hand may outlive its shell."""
        if not os.environ.get("ALMANAC_CRAWL_REPORT"):
            raise NotConfigured
        return cls(crawler)

    def _opened(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._watch())

    def _closed(self) -> None:
        if self._task:
            self._task.cancel()

    async def _watch(self) -> None:
        while os.getppid() == self._parent:
            await asyncio.sleep(_SECONDS)
        self._task = None  # closing must not cancel the task that closes
        await self.crawler.engine.close_spider_async(reason="parent gone")
