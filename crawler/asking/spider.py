"""What all spiders share: arguments, URLs, and turning a response into a trusted page or a named failure."""

import gc
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any, ClassVar, TypeVar

from scrapy import Request, Spider, signals
from scrapy.exceptions import CloseSpider, IgnoreRequest
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from crawler.asking.session import CrawlSession
from crawler.downloading.gate import CrawlStopping, HostPaused
from crawler.middlewares.permission import NotPermitted
from crawler.pages.errors import ChallengePage, PageError, RateLimited
from crawler.rendering.settings import turn_on
from schema.engine import DatabaseUnavailable, engine
from schema.settings import Settings
from schema.store import hosts
from schema.upstreams import upstream_of

Page = TypeVar("Page")

ERASED = "this member was erased here, and stays out"
# Requests made ahead of the downloader: the 35,000 of a whole catalogue would take 400 MB.
_AHEAD = 200


class AlmanacSpider(Spider):
    """Base of our spiders: knows the settings, the run, and the way to the database."""

    kind: ClassVar[str] = ""
    """What the pages it asks for are listed, queued and rendered as."""

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Called by Scrapy: a browser is at hand only where pages of this kind may be rendered."""
        super().update_settings(settings)
        almanac = Settings.from_environment()
        if cls.kind in almanac.rendered_kinds:
            turn_on(settings, almanac)

    def __init__(self, name: str | None = None, run: str | None = None, **arguments: str) -> None:
        """`-a run=ID` comes from jobs; the other arguments are the spider's, see its `prepare`."""
        super().__init__(name)
        self.almanac = Settings.from_environment()
        self.session = CrawlSession(int(run) if run else None, self.almanac.authorization)
        self._arguments = arguments

    def prepare(self, **arguments: str) -> None:
        """Takes the `-a` arguments; raises ValueError saying which one is wrong."""
        raise NotImplementedError

    async def start(self) -> AsyncIterator[Any]:
        """Opens the session, then asks for what the spider wants. What cannot start says why, in one line."""
        try:
            self.prepare(**self._arguments)
            await self.session.open()
            _spare_the_collector()
            asked = 0
            async for request in self.ask():
                yield request
                asked += 1
                if asked % _AHEAD == 0 and isinstance(request, Request):
                    await self.crawler.signals.wait_for(signals.scheduler_empty)
        except (TypeError, ValueError, DatabaseUnavailable) as error:
            raise CloseSpider(str(error)) from error

    def ask(self) -> AsyncIterator[Any]:
        """The first requests, and what failed without one; spiders say which."""
        raise NotImplementedError

    def letterboxd(self, path: str, **kwargs: Any) -> Request:
        """A request to Letterboxd (or the mirror configured in its place) for a path or an URL on it."""
        base = self.almanac.letterboxd_base_url.rstrip("/")
        return Request(path if path.startswith(base) else base + path, **kwargs)

    reads_feeds: ClassVar[bool] = False
    """Whether it asks for the feeds of members who opted in, and for nothing else."""

    def feeds_allowed(self, username: str) -> bool:
        """Whether a member has opted in to having their feed at Letterboxd read; nobody unless a spider knows."""
        return False

    def read(self, parse: Callable[..., Page], response: Response) -> Page:
        """The page in `response`, or a PageError; a refusal pauses the host, for everybody, and ends the crawl.

        A challenge or a rate limit that outlasted the retries is the upstream saying no. We do not ask again.
        """
        headers = {
            name.decode().lower(): b", ".join(values).decode("latin-1") for name, values in response.headers.items()
        }
        try:
            return parse(response.body, response.url, status=response.status, headers=headers)
        except (ChallengePage, RateLimited) as refusal:
            host = upstream_of(response.url, self.almanac).host
            with engine().begin() as connection:  # in the event loop: nothing else should happen first
                hosts.pause(connection, host, str(refusal), f"run {self.session.run_id}")
            raise CloseSpider(f"paused: {host}: {refusal}") from refusal

    def explain(self, failure: Failure) -> str:
        """One line for a request that was kept back, or never got an answer.

        Where nothing more can be asked, there is nothing to say of single requests, and the crawl ends instead.
        """
        if failure.check(HostPaused):
            raise CloseSpider(f"paused: {failure.getErrorMessage()}")
        if failure.check(CrawlStopping):
            raise CloseSpider("shutdown")
        if failure.check(NotPermitted):
            raise CloseSpider(f"refused: {failure.getErrorMessage()}")
        if failure.check(IgnoreRequest):
            return failure.getErrorMessage()
        return f"no answer: {failure.type.__name__}: {failure.getErrorMessage() or 'no details'}".strip()


def _spare_the_collector() -> None:
    """What is loaded by now stays; without this the collector walks it again and again, a tenth of the time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def now() -> datetime:
    """The moment of an observation, UTC."""
    return datetime.fromtimestamp(time.time(), UTC)


def names(**given: str | None) -> list[str]:
    """The values of an argument given in the singular or, comma-separated, in the plural.

    `names(username=…, usernames=…)`; raises ValueError naming both when neither holds anything.
    """
    found = [part.strip() for value in given.values() if value for part in value.split(",")]
    unique = list(dict.fromkeys(part for part in found if part))
    if not unique:
        singular, plural = given
        raise ValueError(f"give -a {singular}=NAME or -a {plural}=NAME,NAME")
    return unique


__all__ = ["ERASED", "AlmanacSpider", "PageError", "names", "now"]
