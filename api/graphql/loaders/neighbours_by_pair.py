"""Whom, and which cohorts, two members have in common: one statement for all pairs of a level."""

from typing import NamedTuple

from sqlalchemy import Connection

from api.database import Database
from api.graphql.loaders.loader import Loader, PageLoader
from api.graphql.sources import Sources
from schema.insights import cohorts, neighbours
from schema.insights.cohorts import CohortRow
from schema.insights.groups import MemberRow
from schema.insights.neighbours import Pair
from schema.viewer import Viewer


class CommonKey(NamedTuple):
    """A page of whom `pair` has in common by a relation: behind the username `after`, `limit` of them."""

    relation: str
    after: str
    limit: int
    pair: Pair


class CountKey(NamedTuple):
    """How many `pair` has in common by a relation."""

    relation: str
    pair: Pair


class CohortsKey(NamedTuple):
    """The first `limit` cohorts that hold both of `pair`."""

    limit: int
    pair: Pair


class CommonByPair(PageLoader[list[MemberRow]]):
    """The members of a page, none when there are none."""

    def __init__(self, database: Database, sources: Sources) -> None:
        super().__init__(database, sources, neighbours.common, list)


class CommonCountByPair(PageLoader[int]):
    """The number of members, 0 when there are none."""

    def __init__(self, database: Database, sources: Sources) -> None:
        super().__init__(database, sources, neighbours.count_common, int)


class FollowsByPair(Loader[Pair, bool]):
    """True for a pair of which the first follows the second, else None."""

    def __init__(self, database: Database, sources: Sources) -> None:
        super().__init__(database, sources, neighbours.followed)


class CohortsByPair(PageLoader[list[CohortRow]]):
    """The cohorts that exist for the viewer, none when there are none."""

    def __init__(self, database: Database, sources: Sources, viewer: Viewer) -> None:
        def question(connection: Connection, limit: int, pairs: list[Pair]) -> dict[Pair, list[CohortRow]]:
            return cohorts.common(connection, limit, pairs, viewer)

        super().__init__(database, sources, question, list)
