"""Writes how long a crawl took, the pages it got, and what the time went on, to BENCH_STATS."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scrapy import signals
from scrapy.crawler import Crawler

from crawler.asking.session import CrawlSession
from crawler.asking.spider import AlmanacSpider


class Stopwatch:
    """From the engine's start to its stop: everything stored, nothing left in a queue.

    "waiting" is time in which neither the crawl nor its storing had work, "downloading" what is left.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._parsing = self._storing = 0.0
        self.crawler = crawler
        crawler.signals.connect(self._started, signal=signals.engine_started)
        crawler.signals.connect(self._stopped, signal=signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Stopwatch":
        """Made by Scrapy."""
        return cls(crawler)

    def _started(self) -> None:
        read, call = AlmanacSpider.read, CrawlSession.call

        def timed_read(spider: AlmanacSpider, parse: Callable[..., Any], response: Any) -> Any:
            began = time.perf_counter()
            try:
                return read(spider, parse, response)
            finally:
                self._parsing += time.perf_counter() - began

        async def timed_call(session: CrawlSession, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            def timed(*given: Any, **named: Any) -> Any:
                began = time.perf_counter()
                try:
                    return function(*given, **named)
                finally:
                    self._storing += time.perf_counter() - began

            return await call(session, timed, *args, **kwargs)

        AlmanacSpider.read = timed_read  # type: ignore[method-assign]
        CrawlSession.call = timed_call  # type: ignore[method-assign]
        self._began, self._cpu = time.perf_counter(), time.process_time()

    def _stopped(self) -> None:
        seconds, busy = time.perf_counter() - self._began, time.process_time() - self._cpu
        waiting = max(0.0, seconds - busy)
        spent = {
            "seconds": seconds,
            "pages": self.crawler.stats.get_value("downloader/response_status_count/200", 0),
            "parsing": self._parsing,
            "storing": self._storing,
            "waiting": waiting,
            "downloading": max(0.0, seconds - waiting - self._parsing),
        }
        Path(os.environ["BENCH_STATS"]).write_text(json.dumps(spent))
