"""What single members gave, and the cohorts that hold them: one statement for all members of a level."""

from typing import NamedTuple

from sqlalchemy import Connection

from api.database import Database
from api.graphql.loaders.loader import Loader, PageLoader
from api.graphql.sources import Sources
from schema.insights import cohorts, profiles
from schema.insights.cohorts import CohortRow
from schema.insights.profiles import Profile, Told
from schema.viewer import Viewer


class ProfileByMember(Loader[int, Profile]):
    """A member's reactions in numbers, None when nothing was ever known."""

    def __init__(self, database: Database, sources: Sources) -> None:
        super().__init__(database, sources, profiles.by_member)


class SourcesByMember(Loader[int, list[Told]]):
    """What told about a member, None when nothing did."""

    def __init__(self, database: Database, sources: Sources) -> None:
        super().__init__(database, sources, profiles.sources)


class CohortsOfMember(NamedTuple):
    """A page of the cohorts that hold a member: behind the cohort of this label and id, `limit` of them."""

    label: str
    cohort_id: int
    limit: int
    member_id: int


class CohortsByMember(PageLoader[list[CohortRow]]):
    """The cohorts of a page that exist for the viewer, none when there are none."""

    def __init__(self, database: Database, sources: Sources, viewer: Viewer) -> None:
        def question(
            connection: Connection, label: str, cohort_id: int, limit: int, members: list[int]
        ) -> dict[int, list[CohortRow]]:
            return cohorts.of_members(connection, (label, cohort_id), limit, members, viewer)

        super().__init__(database, sources, question, list)


class CohortCountByMember(Loader[int, int]):
    """How many cohorts that exist for the viewer hold a member, None when none does."""

    def __init__(self, database: Database, sources: Sources, viewer: Viewer) -> None:
        super().__init__(database, sources, lambda connection, ids: cohorts.count_of_members(connection, ids, viewer))
