"""Writes observations to the database in the order they were made, as many in one transaction as are waiting."""

import asyncio
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from itertools import groupby

from scrapy import signals
from scrapy.crawler import Crawler
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from twisted.python.failure import Failure

from crawler.observations import ListingFailed, ListingRead, Observation, PeopleRead, SearchRead, TmdbRead
from crawler.pipelines.writing import Known, write, write_listings, write_searches, write_titles

# At full speed fifty pages or so come together; at a polite pace a page is stored a blink later.
_GATHER_SECONDS = 0.25
_MOST_WAITING = 300  # pages; each waits with its tiles, and from there on with its 200 KB of markup


class PersistPipeline:
    """One writer for all items: what arrives while it gathers and writes makes up its next transaction.

    A transaction a page would spend more time waiting for Postgres, and for Python's lock, than working.
    Items go on before they are stored; what could not be stored is told as Scrapy's `item_error`.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._waiting: list[Observation] = []
        self._writer: asyncio.Task[None] | None = None
        self._films: Known = {}
        self._closing = asyncio.Event()
        self._stopping: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "PersistPipeline":
        """Made by Scrapy."""
        return cls(crawler)

    def process_item(self, item: Observation) -> Observation | Awaitable[Observation]:
        """The same observation, at once, or after the writer has caught up when too many wait."""
        self._waiting.append(item)
        if self._writer is None:
            self._writer = asyncio.get_running_loop().create_task(self._write())
        return item if len(self._waiting) < _MOST_WAITING else self._after_writing(item)

    def open_spider(self) -> None:
        """A second SIGTERM, or one that comes while the spider closes, does not wait for `close_spider`."""
        self.crawler.spider.session.before_end(self.close_spider)

    async def close_spider(self) -> None:
        """Everything is stored, or told, before the spider counts as closed."""
        self._closing.set()
        await self._written()

    async def _written(self) -> None:
        if self._writer is not None:
            await asyncio.shield(self._writer)

    async def _after_writing(self, item: Observation) -> Observation:
        await self._written()
        return item

    async def _write(self) -> None:
        try:
            while self._waiting:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._closing.wait(), _GATHER_SECONDS)
                # Swapped before the await: what arrives meanwhile belongs to the next transaction.
                batch, self._waiting = self._waiting, []
                await self._store(batch)
        finally:
            self._writer = None

    async def _store(self, batch: list[Observation]) -> None:
        session = self.crawler.spider.session
        try:
            for group in _groups(batch):
                if isinstance(group[0], ListingRead):
                    self._films |= await session.call(write_listings, group, session.run_id, self._films)
                else:
                    await session.call(_write_others, group, session.run_id)
        except Exception as error:
            if _is_gone(error):
                self._stop()
            elif len(batch) > 1:
                for item in batch:  # alone, so that one bad item does not take the others with it
                    await self._store([item])
                return
            failure = Failure()
            for item in batch:
                await self.crawler.signals.send_catch_log_async(
                    signals.item_error, item=item, response=None, spider=self.crawler.spider, failure=failure
                )

    def _stop(self) -> None:
        """Ends the crawl, once: what it asked for from here on could not be kept, and would be asked again."""
        if self._stopping is None:
            # A task, because closing waits for this writer.
            self._stopping = asyncio.get_running_loop().create_task(
                self.crawler.engine.close_spider_async(reason="the database is gone")
            )


def _is_gone(error: Exception) -> bool:
    """Whether the server itself is lost, and not a statement: no SQLSTATE, or one of shutting down."""
    if not isinstance(error, OperationalError):
        return False
    state = getattr(error.orig, "sqlstate", None)
    return state is None or state.startswith(("08", "57P"))


def _groups(items: Sequence[Observation]) -> list[list[Observation]]:
    """Neighbours that are written in one transaction.

    What ends a listing badly is written alone: two members at a time are only ever held in one order.
    """
    kinds = {ListingRead: "listing", ListingFailed: "failure", PeopleRead: "people"}
    grouped = [(kind, list(group)) for kind, group in groupby(items, lambda item: kinds.get(type(item)))]
    return [
        part
        for kind, group in grouped
        for part in ([group] if kind in {"listing", None} else [[item] for item in group])
    ]


def _write_others(connection: Connection, items: Sequence[Observation], run_id: int) -> None:
    for kind, group in groupby(items, type):
        if kind is TmdbRead:
            write_titles(list(group), connection)
        elif kind is SearchRead:
            write_searches(list(group), connection)
        else:
            for item in group:
                write(item, connection, run_id)
