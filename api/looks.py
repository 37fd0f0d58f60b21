"""A look at who holds a key and at the stamps of cohorts: one statement for all requests that wait for one."""

from asyncio import Future
from collections.abc import Collection
from typing import NamedTuple

from api.database import Database
from api.together import Together
from schema.insights.accounts import Identity
from schema.insights.stamps import Stamps, stamps


class Look(NamedTuple):
    """Whose key it is, None for nobody's, and the stamps of the cohorts asked about, and perhaps of others."""

    identity: Identity | None
    stamps: Stamps


class Looks:
    """Looks for many requests together."""

    def __init__(self, database: Database) -> None:
        async def look(asked: Collection[tuple[bytes | None, frozenset[int]]]) -> dict:
            cohort_ids = frozenset().union(*(cohorts for _, cohorts in asked))
            digests = {digest for digest, _ in asked if digest is not None}
            now, identities = await database.look(stamps, cohort_ids, digests)
            return {key: Look(identities.get(key[0]), now) for key in asked}

        self._together = Together(look)

    def __call__(self, digest: bytes | None = None, cohort_ids: Collection[int] = ()) -> Future[Look]:
        """What to await for the look at a key, by its digest, and at cohorts."""
        return self._together((digest, frozenset(cohort_ids)))
