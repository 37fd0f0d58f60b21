"""Looks at keys and cohorts: one statement for all requests that wait for one."""

from asyncio import Future
from collections.abc import Collection

from sqlalchemy.exc import DBAPIError

from api.database import Database, Reserved
from api.together import Together
from schema.insights.stamps import NOW, Look, asked, seen


class Looks:
    """Looks for many requests together, on a connection of its own: every request waits for one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._reserved: Reserved | None = None
        self._together = Together(self._ask)

    def __call__(self, digest: bytes | None = None, cohort_ids: Collection[int] = ()) -> Future[Look]:
        """What to await for a look at a key, by its digest, and at cohorts; it may show others too."""
        return self._together((digest, frozenset(cohort_ids)))

    async def close(self) -> None:
        """Lets the connection go, which the next look would make anew."""
        reserved, self._reserved = self._reserved, None
        if reserved is not None:
            await reserved.let_go()

    async def _ask(self, questions: Collection[tuple[bytes | None, frozenset[int]]]) -> dict:
        cohort_ids = frozenset().union(*(cohorts for _, cohorts in questions))
        digests = {digest for digest, _ in questions if digest is not None}
        try:
            found = await self._look(cohort_ids, digests)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            found = await self._look(cohort_ids, digests)  # the server was started anew since the last one
        return dict.fromkeys(questions, found)

    async def _look(self, cohort_ids: Collection[int], digests: Collection[bytes]) -> Look:
        if self._reserved is None:
            self._reserved = await self._database.reserved()
        try:
            return seen(await self._reserved.row(NOW, asked(cohort_ids, digests)), cohort_ids)
        except BaseException:  # cancelled half-way, too, it is of no more use
            await self.close()
            raise
