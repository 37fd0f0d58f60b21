"""Writes observations to the database in the order they were made, as many in one transaction as are waiting."""

import asyncio
from collections.abc import Sequence
from itertools import groupby

from scrapy.crawler import Crawler
from sqlalchemy import Connection

from crawler.observations import ListingRead, Observation
from crawler.pipelines.writing import Known, write, write_listings


class PersistPipeline:
    """One writer for all items; what arrives while it writes makes up its next transaction.

    A transaction a page would spend more time waiting for Postgres, and for Python's lock, than working.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._waiting: list[tuple[Observation, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None
        self._films: Known = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "PersistPipeline":
        """Made by Scrapy."""
        return cls(crawler)

    async def process_item(self, item: Observation) -> Observation:
        """The same observation, once it is stored; raises what kept it from being stored."""
        stored = asyncio.get_running_loop().create_future()
        self._waiting.append((item, stored))
        if self._writer is None:
            self._writer = asyncio.get_running_loop().create_task(self._write())
        await stored
        return item

    async def _write(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                await self._store(batch)
        finally:
            self._writer = None

    async def _store(self, batch: list[tuple[Observation, asyncio.Future[None]]]) -> None:
        session = self.crawler.spider.session
        try:
            self._films |= await session.call(_write_all, [item for item, _ in batch], session.run_id, self._films)
        except Exception as error:
            if len(batch) == 1:
                batch[0][1].set_exception(error)
                return
            for each in batch:  # alone, so that one bad item does not take the others with it
                await self._store([each])
            return
        for _, stored in batch:
            stored.set_result(None)


def _write_all(connection: Connection, items: Sequence[Observation], run_id: int, known: Known) -> Known:
    found: Known = {}
    for listings, group in groupby(items, lambda item: isinstance(item, ListingRead)):
        if listings:
            found |= write_listings(list(group), connection, run_id, known)
        else:
            for item in group:
                write(item, connection, run_id)
    return found
