"""The common shape of loaders: all keys that a level of a query asks for, answered by one statement."""

from collections.abc import Callable, Collection
from typing import TypeVar

from sqlalchemy import Connection
from strawberry.dataloader import DataLoader

from api.database import Database
from api.graphql.sources import Sources

Key = TypeVar("Key")
Result = TypeVar("Result")


class Loader(DataLoader[Key, Result | None]):
    """Gives what `question(connection, keys)` finds for each key, None for the keys it leaves out.

    Lives as long as a request, so that a request sees one answer per key and the next one a fresh one.
    """

    def __init__(
        self, database: Database, sources: Sources, question: Callable[[Connection, Collection[Key]], dict[Key, Result]]
    ) -> None:
        super().__init__(load_fn=self._answer)
        self._database = database
        self._sources = sources
        self._question = question

    async def note(self, keys: list[Key]) -> None:
        """Notes what is about to be read; stamps cover it where a loader says so."""
        self._sources.beyond()

    async def _answer(self, keys: list[Key]) -> list[Result | None]:
        await self.note(keys)
        found = await self._database.look(self._question, keys)
        return [found.get(key) for key in keys]


class FilmLoader(Loader[Key, Result]):
    """A loader of what is known of films."""

    async def note(self, keys: list[Key]) -> None:
        """The stamps of films cover it."""
        await self._sources.note()
