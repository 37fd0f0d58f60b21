"""How requests read and write: each time on a connection of its own, off the event loop's back."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Concatenate, ParamSpec, TypeVar

import psycopg
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from schema.engine import SNAPSHOT
from schema.insights.catalogue import Catalogue
from schema.insights.held import HeldNumbers
from schema.insights.shelf import Shelves

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Reserved:
    """A connection taken out of the pool for a statement that every request waits for."""

    connection: AsyncConnection
    driver: psycopg.AsyncConnection

    async def row(self, statement: str, arguments: Mapping[str, Any]) -> Sequence[Any]:
        """The one row of a statement in the driver's form; raises what SQLAlchemy does."""
        try:
            cursor = await self.driver.execute(statement, arguments, prepare=True)  # in a third of SQLAlchemy's time
            return await cursor.fetchone()
        except psycopg.Error:  # where the server has gone, SQLAlchemy is to see that, and to trust no other connection
            return (await self.connection.exec_driver_sql(statement, arguments)).one()

    async def let_go(self) -> None:
        """Closes it: it is not as the pool made it."""
        await self.connection.invalidate()
        await self.connection.close()


class Database:
    """Asks `schema.insights` questions, and has `schema.store` write. Each takes its own connection.

    What is `read` is all of one moment however many statements it takes, and cannot write. Requests share what
    they know: `catalogue` of all films, `held` of the groups they asked about, `shelves` of the films they showed.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._looking = engine
        self._writing = engine.execution_options(isolation_level="READ COMMITTED")
        self._reading = engine.execution_options(**SNAPSHOT)
        self.catalogue = Catalogue()
        self.held = HeldNumbers()
        self.shelves = Shelves()
        # One thread, in order of asking: the interpreter runs one at a time, and several that compute cost twice the
        # time in handing over. Of ten cohorts asked at once the slowest twentieth took 240 ms with six, 110 with one.
        self._computing = ThreadPoolExecutor(1, "compute")

    async def reserved(self) -> Reserved:
        """A connection for many runs of one statement, which is planned once."""
        connection = await self._looking.connect()
        try:
            driver = (await connection.get_raw_connection()).driver_connection
            await driver.execute("SET plan_cache_mode = force_generic_plan")
        except BaseException:
            await connection.close()
            raise
        return Reserved(connection, driver)

    async def look(
        self,
        question: Callable[Concatenate[Connection, Arguments], Answer],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Answer:
        """The answer of a question that takes but one statement, at a third of the round trips."""
        async with self._looking.connect() as connection:
            return await connection.run_sync(question, *args, **kwargs)

    async def read(
        self,
        question: Callable[Concatenate[Connection, Arguments], Answer],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Answer:
        """The answer of `question(connection, *args, **kwargs)`, a function that only reads."""
        async with self._reading.connect() as connection:
            return await connection.run_sync(question, *args, **kwargs)

    async def write(
        self,
        work: Callable[Concatenate[Connection, Arguments], Answer],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Answer:
        """The answer of `work(connection, *args, **kwargs)`; what it wrote is kept unless it raises."""
        async with self._writing.begin() as connection:
            return await connection.run_sync(work, *args, **kwargs)

    async def compute(
        self, work: Callable[Arguments, Answer], *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Answer:
        """The answer of `work`, milliseconds of arithmetic that would keep all other requests waiting."""
        return await asyncio.get_running_loop().run_in_executor(self._computing, partial(work, *args, **kwargs))


class Unabandoned:
    """Reads and writes that go on to their end, whoever waits for them being cancelled meanwhile.

    A resolver is cancelled when one beside it fails, and a subscription when its client leaves; a connection that is
    given up half-way is lost to the pool. Loaders need none of this: nobody cancels the tasks that they work in.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def look(
        self,
        question: Callable[Concatenate[Connection, Arguments], Answer],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Answer:
        """As `Database.look`."""
        return await _to_its_end(self._database.look(question, *args, **kwargs))

    async def read(
        self,
        question: Callable[Concatenate[Connection, Arguments], Answer],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Answer:
        """As `Database.read`."""
        return await _to_its_end(self._database.read(question, *args, **kwargs))

    async def write(
        self,
        work: Callable[Concatenate[Connection, Arguments], Answer],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Answer:
        """As `Database.write`."""
        return await _to_its_end(self._database.write(work, *args, **kwargs))


async def _to_its_end(work: Coroutine[Any, Any, Answer]) -> Answer:
    task = asyncio.create_task(work)
    task.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody may be left to be told
    return await asyncio.shield(task)
