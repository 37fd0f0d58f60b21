"""Saved cohorts by id."""

from api.graphql.loaders.shared import SharedLoader
from api.graphql.sources import Sources
from schema.insights.cohorts import CohortRow
from schema.viewer import Viewer


class CohortById(SharedLoader[int, CohortRow | None]):
    """A saved cohort, None when there is no such cohort for the viewer."""

    def __init__(self, sources: Sources, viewer: Viewer) -> None:
        super().__init__(load_fn=self._answer)
        self._sources = sources
        self._viewer = viewer

    async def _answer(self, keys: list[int]) -> list[CohortRow | None]:
        found = (await self._sources.look(keys)).cohorts
        rows = [found.get(key) for key in keys]
        return [row if row and self._viewer.sees(row.visibility, row.owner_id) else None for row in rows]
