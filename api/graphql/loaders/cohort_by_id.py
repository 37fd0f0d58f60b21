"""Saved cohorts by id."""

from collections.abc import Collection

from sqlalchemy import Connection

from api.database import Database
from api.graphql.loaders.loader import Loader
from api.graphql.sources import Sources
from schema.insights import cohorts
from schema.viewer import Viewer


class CohortById(Loader[int, cohorts.CohortRow]):
    """A saved cohort, None when there is no such cohort for the viewer."""

    def __init__(self, database: Database, sources: Sources, viewer: Viewer) -> None:
        def question(connection: Connection, cohort_ids: Collection[int]) -> dict[int, cohorts.CohortRow]:
            return cohorts.by_id(connection, cohort_ids, viewer)

        super().__init__(database, sources, question)

    async def note(self, keys: list[int]) -> None:
        """The stamps of cohorts cover it; one that does not exist has none, whoever may see it later."""
        await self._sources.note(keys)
