"""The common shapes of loaders: all keys that a level of a query asks for, answered by one statement."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from sqlalchemy import Connection

from api.database import Database
from api.graphql.loaders.shared import SharedLoader
from api.graphql.sources import Sources

Key = TypeVar("Key")
Result = TypeVar("Result")


class Loader(SharedLoader[Key, Result | None]):
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

    async def _answer(self, keys: list[Key]) -> list[Result | None]:
        self._sources.beyond()
        found = await self._database.look(self._question, keys)
        return [found.get(key) for key in keys]


class FilmLoader(Loader[Key, Result]):
    """A loader of what is known of films."""

    _shelved: Mapping[Key, Result | None] | None = None

    async def shelved(self) -> Mapping[Key, Result | None]:
        """What was known when this request first asked: another mapping as soon as any film has changed."""
        if self._shelved is None:
            stamps = (await self._sources.look()).stamps  # which cover it
            self._shelved = self._database.shelves[self._question].at(stamps)
        return self._shelved

    async def all_of(self, keys: list[Key]) -> list[Result | None]:
        """What `load_many` gives, for a page: at once and not one by one, which costs more than all else."""
        known = await self.shelved()
        if all(key in known for key in keys):
            return [known[key] for key in keys]
        return await self.load_many(keys)

    async def _answer(self, keys: list[Key]) -> list[Result | None]:
        known = await self.shelved()
        missing = [key for key in keys if key not in known]
        if missing:
            found = await self._database.look(self._question, missing)
            fresh = {key: found.get(key) for key in missing}
            self._database.shelves[self._question].put(known, fresh)
            known = {**fresh, **{key: known[key] for key in keys if key not in fresh}}
        return [known[key] for key in keys]


class PageLoader(SharedLoader[tuple, Result]):
    """Gives what `question(connection, *how, whats)` finds for keys (*how, what), `nothing()` for what it leaves out.

    Keys that differ in `what` alone, as the films of a page that all ask for ten reactions, share a statement. No
    stamps cover what it reads.
    """

    def __init__(
        self,
        database: Database,
        sources: Sources,
        question: Callable[..., dict[Any, Result]],
        nothing: Callable[[], Result],
    ) -> None:
        super().__init__(load_fn=self._answer)
        self._database = database
        self._sources = sources
        self._question = question
        self._nothing = nothing

    async def _answer(self, keys: list[tuple]) -> list[Result]:
        self._sources.beyond()
        asked: dict[tuple, list[Any]] = defaultdict(list)
        for *how, what in keys:
            asked[tuple(how)].append(what)
        found = {how: await self._database.look(self._question, *how, whats) for how, whats in asked.items()}
        return [found[tuple(how)].get(what) or self._nothing() for *how, what in keys]
