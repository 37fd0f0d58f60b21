"""How requests read and write: each time on a connection of its own, off the event loop's back."""

from collections.abc import Callable
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
