"""Lets a request leave when its host is not paused, has not asked for quiet, and the cap shared by all allows it."""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Callable
from functools import cached_property
from typing import TypeVar
from weakref import WeakKeyDictionary

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from crawler.downloading.cap import Cap
from crawler.downloading.quiet import seconds_of_quiet
from schema.engine import engine
from schema.store import hosts
from schema.store.hosts import Standing
from schema.upstreams import Upstream, upstream_of

T = TypeVar("T")
_ALL_WELL = Standing(paused=None, wait=0.0, crawl_delay=0.0)

# A host without a cap is looked at this often, and nobody waits for it: waiting held back a sixth of the pages
# when measured. Any other is looked at before every request.
_LOOK_SECONDS = 0.25
_STALE_SECONDS = 2.0  # when a look takes this long, requests wait for it after all
_NAP_SECONDS = 1.0  # at most, between two looks at whether to wait on
_PATIENCE_SECONDS = 600.0  # a crawl does not sit out a longer wait: it ends, and an operator resumes it
_JITTER = 0.1  # of the interval, on top of it


class HostPaused(IgnoreRequest):
    """A request was kept back because its host is paused; says "HOST: why"."""

    def __init__(self, host: str, reason: str) -> None:
        super().__init__(f"{host}: {reason}")


class CrawlStopping(IgnoreRequest):
    """A request was kept back because the crawl is ending."""


class Gate:
    """What all requests of a crawl pass right before they are sent. Postgres knows how hosts stand, Redis counts."""

    _of: WeakKeyDictionary[Crawler, "Gate"] = WeakKeyDictionary()

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._turns: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._seen: dict[str, tuple[float, Standing]] = {}
        self._looking: dict[str, asyncio.Task[None]] = {}
        crawler.signals.connect(self._closed, signal=signals.spider_closed)

    @classmethod
    def of(cls, crawler: Crawler) -> "Gate":
        """The one gate of a crawl."""
        return cls._of.setdefault(crawler, cls(crawler))

    @cached_property
    def _cap(self) -> Cap:
        return Cap(self._crawler.spider.almanac)

    async def enter(self, request: Request) -> None:
        """Returns when the request may leave; raises HostPaused or CrawlStopping when it may not."""
        upstream = self.upstream(request.url)
        if self._is_open(upstream):
            return
        async with self._turns[upstream.host]:
            while wait := await self._wait(upstream):
                await asyncio.sleep(min(wait, _NAP_SECONDS))

    async def heed(self, request: Request, response: Response) -> None:
        """Keeps everybody from asking a host that wants quiet, or that fails, for as long as it should have it."""
        if response.status == 200:
            return
        upstream = self.upstream(request.url)
        seconds = seconds_of_quiet(response, upstream.delay, request.meta.get("retry_times", 0))
        if seconds:
            await self._store(hosts.hold, upstream.host, seconds)

    async def slow_down(self, url: str, seconds: float) -> None:
        """Has everybody leave at least `seconds` between two requests to the host of `url`: its Crawl-delay."""
        host = self.upstream(url).host
        standing = await self._look(host, most=_LOOK_SECONDS)
        if seconds != standing.crawl_delay:
            await self._store(hosts.set_crawl_delay, host, seconds)
            await self._store(hosts.hold, host, seconds)  # robots.txt itself was a request

    def upstream(self, url: str) -> Upstream:
        """The upstream that an URL belongs to."""
        return upstream_of(url, self._crawler.spider.almanac)

    def _is_open(self, upstream: Upstream) -> bool:
        """Whether a request may leave without a wait or a look of its own: there is no cap, and all was well."""
        if upstream.delay or upstream.host not in self._seen or self._crawler.engine._slot.closing is not None:
            return False
        when, standing = self._seen[upstream.host]
        age = time.monotonic() - when
        if age > _LOOK_SECONDS and upstream.host not in self._looking:
            self._looking[upstream.host] = asyncio.get_running_loop().create_task(self._look_again(upstream.host))
        return age < _STALE_SECONDS and standing == _ALL_WELL

    async def _look_again(self, host: str) -> None:
        try:
            await self._look(host, most=0)
        except DBAPIError:
            pass  # whoever waits for the next look is told
        finally:
            del self._looking[host]

    async def _closed(self) -> None:
        await asyncio.gather(*self._looking.values())

    async def _wait(self, upstream: Upstream) -> float:
        """Seconds until it is worth asking again whether a request may leave; 0 when it must leave now."""
        if self._crawler.engine._slot.closing is not None:
            raise CrawlStopping("the crawl is ending")
        capped = upstream.delay or self._delay_seen(upstream.host)
        standing = await self._look(upstream.host, most=0 if capped else _LOOK_SECONDS)
        if standing.paused:
            raise HostPaused(upstream.host, standing.paused)
        if standing.wait > _PATIENCE_SECONDS:
            reason = f"it asked for {standing.wait / 60:.0f} minutes of quiet"
            await self._store(hosts.pause, upstream.host, reason, f"run {self._crawler.spider.session.run_id}")
            raise HostPaused(upstream.host, reason)
        if standing.wait:
            return standing.wait
        delay = max(upstream.delay, standing.crawl_delay)
        if not delay:
            return 0.0
        wait = await self._cap.wait(upstream.host, delay)
        return wait and wait + random.uniform(0, _JITTER * delay)

    def _delay_seen(self, host: str) -> float:
        return self._seen[host][1].crawl_delay if host in self._seen else 0.0

    async def _look(self, host: str, *, most: float) -> Standing:
        """How a host stands, by a look that is at `most` so many seconds old."""
        when, standing = self._seen.get(host, (float("-inf"), None))
        if standing is None or time.monotonic() - when >= most:
            when = time.monotonic()
            standing = await asyncio.to_thread(_read, hosts.standing, host)
            self._seen[host] = when, standing
        return standing

    async def _store(self, change: Callable[..., None], host: str, *arguments: object) -> None:
        await asyncio.to_thread(_write, change, host, *arguments)
        self._seen.pop(host, None)


def _read(question: Callable[[Connection, str], T], host: str) -> T:
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        return question(connection, host)


def _write(change: Callable[..., None], host: str, *arguments: object) -> None:
    with engine().begin() as connection:
        change(connection, host, *arguments)
