"""How requests read and write: each time on a connection of its own, off the event loop's back."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from schema.engine import SNAPSHOT
from schema.insights.catalogue import Catalogue

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


class Database:
    """Asks `schema.insights` questions, and has `schema.store` write. Each takes its own connection.

    A question sees one moment however many statements it takes, and it cannot write. `catalogue` keeps what
    all requests know of films.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._writing = engine
        self._reading = engine.execution_options(**SNAPSHOT)
        self.catalogue = Catalogue()
        # One thread, in order of asking: the interpreter runs one at a time, and several that compute cost twice the
        # time in handing over. Of ten cohorts asked at once the slowest twentieth took 240 ms with six, 110 with one.
        self._computing = ThreadPoolExecutor(1, "compute")

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
