"""Films by id."""

from api.database import Database
from api.graphql.loaders.loader import Loader
from schema.insights import films


class FilmById(Loader[int, films.FilmRow]):
    """The facts of a film, None when there is no such film."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, films.by_id)
