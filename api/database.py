"""How requests read and write: each time on a connection of its own, off the event loop's back."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


class Database:
    """Asks `schema.insights` questions, and has `schema.store` write. Each takes its own connection."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine

    async def read(
        self,
        question: Callable[Concatenate[Connection, Arguments], Answer],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Answer:
        """The answer of `question(connection, *args, **kwargs)`, a function that only reads."""
        async with self.engine.connect() as connection:
            return await connection.run_sync(question, *args, **kwargs)

    async def write(
        self,
        work: Callable[Concatenate[Connection, Arguments], Answer],
        *args: Arguments.args,
        **kwargs: Arguments.kwargs,
    ) -> Answer:
        """The answer of `work(connection, *args, **kwargs)`; what it wrote is kept unless it raises."""
        async with self.engine.begin() as connection:
            return await connection.run_sync(work, *args, **kwargs)
