"""Looks at keys and cohorts: one statement for all requests that wait for one."""

from asyncio import Future
from collections.abc import Collection

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from api.database import Database
from api.together import Together
from schema.insights.stamps import Look, look


class Looks:
    """Looks for many requests together, on a connection of its own: every request waits for one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._held: AsyncConnection | None = None
        self._together = Together(self._ask)

    def __call__(self, digest: bytes | None = None, cohort_ids: Collection[int] = ()) -> Future[Look]:
        """What to await for a look at a key, by its digest, and at cohorts; it may show others too."""
        return self._together((digest, frozenset(cohort_ids)))

    async def close(self) -> None:
        """Lets the connection go, which the next look would make anew."""
        held, self._held = self._held, None
        if held is not None:
            await held.invalidate()
            await held.close()

    async def _ask(self, asked: Collection[tuple[bytes | None, frozenset[int]]]) -> dict:
        cohort_ids = frozenset().union(*(cohorts for _, cohorts in asked))
        digests = {digest for digest, _ in asked if digest is not None}
        try:
            found = await self._look(cohort_ids, digests)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            found = await self._look(cohort_ids, digests)  # the server was started anew since the last one
        return dict.fromkeys(asked, found)

    async def _look(self, cohort_ids: Collection[int], digests: Collection[bytes]) -> Look:
        if self._held is None:
            self._held = await self._database.reserved()
        try:
            return await self._held.run_sync(look, cohort_ids, digests)
        except BaseException:  # cancelled half-way, too, it is of no more use
            await self.close()
            raise
