"""The common shape of loaders: all keys that a level of a query asks for, answered by one statement."""

from collections.abc import Callable, Collection
from typing import TypeVar

from sqlalchemy import Connection
from strawberry.dataloader import DataLoader

from api.database import Database

Key = TypeVar("Key")
Result = TypeVar("Result")


class Loader(DataLoader[Key, Result | None]):
    """Gives what `question(connection, keys)` finds for each key, None for the keys it leaves out.

    Lives as long as a request, so that a request sees one answer per key and the next one a fresh one.
    """

    def __init__(
        self, database: Database, question: Callable[[Connection, Collection[Key]], dict[Key, Result]]
    ) -> None:
        super().__init__(load_fn=self._answer)
        self._database = database
        self._question = question

    async def _answer(self, keys: list[Key]) -> list[Result | None]:
        found = await self._database.look(self._question, keys)
        return [found.get(key) for key in keys]
