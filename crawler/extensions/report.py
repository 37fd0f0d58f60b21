"""Ends a crawl with an account of itself: what was asked, what was stored, what went wrong."""

import json
import logging
import os
from pathlib import Path
from typing import Any

from scrapy import Request, signals
from scrapy.crawler import Crawler
from twisted.python.failure import Failure

from crawler.observations import EnrichmentFailed, FilmListFailed, ListingFailed, Observation

logger = logging.getLogger(__name__)
_MOST_ERRORS = 200


class Report:
    """Written as JSON to ALMANAC_CRAWL_REPORT when a job asks for it; a crawl that was killed leaves none."""

    failed = False  # of the crawl in this process, for the exit code

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._errors: list[str] = []
        self._reason = "finished"
        crawler.signals.connect(self._item, signal=signals.item_scraped)
        crawler.signals.connect(self._item_error, signal=signals.item_error)
        crawler.signals.connect(self._spider_error, signal=signals.spider_error)
        crawler.signals.connect(self._dropped, signal=signals.request_dropped)
        crawler.signals.connect(self._closed, signal=signals.spider_closed)
        crawler.signals.connect(self._stopped, signal=signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Report":
        """Made by Scrapy."""
        return cls(crawler)

    def _item(self, item: Observation) -> None:
        match item:
            case ListingFailed(username=name, kind=kind, reason=reason):
                self._error(f"{kind} of {name}: {reason}")
            case FilmListFailed(address=address, reason=reason):
                self._error(f"list of {address}: {reason}")
            case EnrichmentFailed(key=key, kind=kind, reason=reason, absent=False):
                self._error(f"{kind} of {key}: {reason}")

    def _item_error(self, item: Observation, failure: Failure) -> None:
        self._error(f"storing {type(item).__name__}: {failure.type.__name__}: {failure.getErrorMessage()}")

    def _spider_error(self, failure: Failure) -> None:
        self._error(f"{self.crawler.spider.name}: {failure.type.__name__}: {failure.getErrorMessage()}")

    def _dropped(self, request: Request) -> None:
        self._error(f"{self.crawler.spider.name}: {request.url} was asked for before, and is not again")

    def _error(self, text: str) -> None:
        line = " ".join(text.split())
        logger.warning("%s", line)
        if len(self._errors) < _MOST_ERRORS:
            self._errors.append(line)

    def _closed(self, reason: str) -> None:
        self._reason = reason

    async def _stopped(self) -> None:
        await self.crawler.spider.session.settle()
        stats = self.crawler.stats
        refused = stats.get_value("almanac/refused") or self._ended("refused: ")
        paused = self._ended("paused: ")
        if self._reason not in {"finished", "closespider_timeout"} and not (refused or paused):
            self._error(self._reason)
        report: dict[str, Any] = {
            "spider": self.crawler.spider.name,
            "reason": self._reason,
            "requests": stats.get_value("almanac/requests", 0),
            "items": stats.get_value("item_scraped_count", 0),
            "bytes": stats.get_value("almanac/bytes", 0),
            "errors": self._errors,
            "refused": refused,
            "paused": paused,
        }
        problem = refused or paused or (self._errors[0] if self._errors else None)
        type(self).failed = bool(problem)
        status = "failed" if refused else "paused" if paused else "failed" if problem else "succeeded"
        await self.crawler.spider.session.close(status, problem)
        target = os.environ.get("ALMANAC_CRAWL_REPORT")
        if target:
            # Renamed into place: a reader never finds half a report.
            draft = Path(f"{target}.part")
            draft.write_text(json.dumps(report))
            draft.rename(target)
        if refused or paused:
            logger.error("%s: %s", "refused" if refused else "paused", problem)

    def _ended(self, how: str) -> str | None:
        return self._reason.removeprefix(how) if self._reason.startswith(how) else None
