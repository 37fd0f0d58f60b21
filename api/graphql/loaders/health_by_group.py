"""How well groups are known, and how the runs of cohorts went: a statement, or a few, for all groups of a level."""

from collections import defaultdict
from typing import NamedTuple

from strawberry.dataloader import DataLoader

from api.database import Database
from api.graphql.loaders.loader import Loader
from api.graphql.sources import Sources
from schema.insights import completeness, latest_runs
from schema.insights.completeness import Completeness
from schema.insights.groups import Group
from schema.insights.health import coverage, freshness, wholeness
from schema.insights.health.coverage import Backlog, Coverage
from schema.insights.health.freshness import Freshness
from schema.insights.health.wholeness import Wholeness
from schema.insights.latest_runs import RunReport


class FreshnessByGroup(Loader[Group, Freshness]):
    """When the members of a group were last read, None without members."""

    def __init__(self, database: Database, sources: Sources) -> None:
        super().__init__(database, sources, freshness.freshness)


class WholenessByGroup(Loader[Group, Wholeness]):
    """How whole what is known of the members of a group is, None without members."""

    def __init__(self, database: Database, sources: Sources) -> None:
        super().__init__(database, sources, wholeness.wholeness)


class CoverageByGroup(Loader[Group, Coverage]):
    """What is known of the films of a group, None without films."""

    def __init__(self, database: Database, sources: Sources) -> None:
        super().__init__(database, sources, coverage.coverage)


class BacklogByGroup(Loader[Group, dict[str, Backlog]]):
    """What is still to be asked about the films of a group, None when nothing is."""

    def __init__(self, database: Database, sources: Sources) -> None:
        super().__init__(database, sources, coverage.backlog)


class CompletenessByCohort(Loader[int, Completeness]):
    """How whole the latest reading of a saved cohort was, None when nothing was read."""

    def __init__(self, database: Database, sources: Sources) -> None:
        super().__init__(database, sources, completeness.of_cohorts)


class LatestRuns(NamedTuple):
    """The latest runs of a saved cohort, `limit` of them; with `succeeded` syncs that did."""

    limit: int
    succeeded: bool
    cohort_id: int


class RunsByCohort(DataLoader[LatestRuns, list[RunReport]]):
    """Runs, newest first; all that is told of them is of one moment."""

    def __init__(self, database: Database, sources: Sources) -> None:
        super().__init__(load_fn=self._answer)
        self._database = database
        self._sources = sources

    async def _answer(self, keys: list[LatestRuns]) -> list[list[RunReport]]:
        self._sources.beyond()
        asked: dict[tuple[int, bool], list[int]] = defaultdict(list)
        for limit, succeeded, cohort_id in keys:
            asked[limit, succeeded].append(cohort_id)
        found = {
            how: await self._database.read(latest_runs.latest, how[0], cohort_ids, succeeded=how[1])
            for how, cohort_ids in asked.items()
        }
        return [found[limit, succeeded].get(cohort_id, []) for limit, succeeded, cohort_id in keys]
