"""Looks at keys and cohorts: one statement for all requests that wait for one."""

from asyncio import Future
from collections.abc import Collection

from api.database import Database
from api.together import Together
from schema.insights.stamps import Look, look


class Looks:
    """Looks for many requests together."""

    def __init__(self, database: Database) -> None:
        async def ask(asked: Collection[tuple[bytes | None, frozenset[int]]]) -> dict:
            cohort_ids = frozenset().union(*(cohorts for _, cohorts in asked))
            digests = {digest for digest, _ in asked if digest is not None}
            return dict.fromkeys(asked, await database.look(look, cohort_ids, digests))

        self._together = Together(ask)

    def __call__(self, digest: bytes | None = None, cohort_ids: Collection[int] = ()) -> Future[Look]:
        """What to await for a look at a key, by its digest, and at cohorts; it may show others too."""
        return self._together((digest, frozenset(cohort_ids)))
