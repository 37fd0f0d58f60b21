"""Writes a crawl's own duration, without the interpreter's start, to BENCH_STATS."""

import json
import os
import time
from pathlib import Path

from scrapy import signals
from scrapy.crawler import Crawler


class Stopwatch:
    """From the engine's start to its stop: everything stored, nothing left in a queue."""

    def __init__(self, crawler: Crawler) -> None:
        crawler.signals.connect(self._started, signal=signals.engine_started)
        crawler.signals.connect(self._stopped, signal=signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Stopwatch":
        """Made by Scrapy."""
        return cls(crawler)

    def _started(self) -> None:
        self._began = time.perf_counter()

    def _stopped(self) -> None:
        Path(os.environ["BENCH_STATS"]).write_text(json.dumps({"seconds": time.perf_counter() - self._began}))
