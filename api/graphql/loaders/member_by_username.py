"""Members by username."""

from api.database import Database
from api.graphql.loaders.loader import Loader
from api.graphql.sources import Sources
from schema.insights import groups


class MemberByUsername(Loader[str, groups.MemberRow]):
    """The member of a lower-case username, None when there is no such member."""

    def __init__(self, database: Database, sources: Sources) -> None:
        super().__init__(database, sources, groups.members_by_username)
