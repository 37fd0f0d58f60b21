"""People credited on films, by id."""

from api.database import Database
from api.graphql.loaders.loader import Loader
from api.graphql.sources import Sources
from schema.insights import credited


class PersonById(Loader[int, tuple[int, str]]):
    """TMDB id and name of a person, None when there is no such person."""

    def __init__(self, database: Database, sources: Sources) -> None:
        super().__init__(database, sources, credited.people)
