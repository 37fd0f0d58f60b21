"""A group's reactions by film: one statement for all films of a page."""

from typing import NamedTuple

from api.database import Database
from api.graphql.loaders.loader import PageLoader
from api.graphql.sources import Sources
from schema.insights import reactions
from schema.insights.groups import Group
from schema.insights.reactions import ReactionRow


class ReactionsKey(NamedTuple):
    """A page of the reactions to a film: those of `group`, behind the username `after`, `limit` of them."""

    group: Group
    after: str
    limit: int
    film_id: int


class ReactionsByFilm(PageLoader[list[ReactionRow]]):
    """The reactions of a page, none when there are none."""

    def __init__(self, database: Database, sources: Sources) -> None:
        super().__init__(database, sources, reactions.by_film, list)
