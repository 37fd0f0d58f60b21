"""A crawl's way to the database: one thread, one transaction a call, in the order of the calls."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection

from schema.authorization import Authorization
from schema.engine import check, engine
from schema.store import runs

P = ParamSpec("P")
T = TypeVar("T")


class CrawlSession:
    """Runs store functions off the event loop. A single thread keeps the pages of a listing in order.

    A crawl started by hand has no run yet and records one of kind "crawl"; one started by a job writes
    under the job's run and leaves ending it to the job.
    """

    def __init__(self, run_id: int | None, authorization: Authorization | None = None) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self._given = run_id
        self._authorization = authorization
        self._unsettled: list[Callable[[], Awaitable[object]]] = []
        self.run_id = 0

    async def open(self) -> None:
        """Checks the database and knows the run from here on; raises DatabaseUnavailable."""
        self._engine = engine()
        await asyncio.get_running_loop().run_in_executor(self._thread, check, self._engine)
        self.run_id = self._given or await self.call(runs.open_run, "crawl")
        if self._authorization:
            await self.call(runs.authorize, self.run_id, self._authorization.as_json())

    async def call(self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Awaits `function(connection, …)` in a transaction of its own."""

        def work() -> T:
            with self._engine.begin() as connection:
                return function(connection, *args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def before_end(self, settle: Callable[[], Awaitable[object]]) -> None:
        """Has `settle` awaited before the crawl gives its account, even when a signal cuts its closing short."""
        self._unsettled.append(settle)

    async def settle(self) -> None:
        """Awaits what was promised with `before_end`."""
        for settle in self._unsettled:
            await settle()

    async def close(self, status: str, error: str | None) -> None:
        """Ends a run of our own, and lets the thread go."""
        if self.run_id and not self._given:
            await self.call(runs.finish, self.run_id, status, error)
        self._thread.shutdown(wait=True)
