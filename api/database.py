"""How requests read and write: each time on a connection of its own, off the event loop's back."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from schema.engine import SNAPSHOT
from schema.insights.catalogue import Catalogue
from schema.insights.held import HeldNumbers

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


class Database:
    """Asks `schema.insights` questions, and has `schema.store` write. Each takes its own connection.

    What is `read` is all of one moment however many statements it takes, and cannot write. `catalogue` keeps what
    all requests know of films, `held` the numbers of the groups that they asked about.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._looking = engine
        self._writing = engine.execution_options(isolation_level="READ COMMITTED")
        self._reading = engine.execution_options(**SNAPSHOT)
        self.catalogue = Catalogue()
        self.held = HeldNumbers()

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
