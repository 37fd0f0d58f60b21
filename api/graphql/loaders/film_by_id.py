"""Films by id."""

from api.database import Database
from api.graphql.loaders.loader import FilmLoader
from api.graphql.sources import Sources
from schema.insights import films


class FilmById(FilmLoader[int, films.FilmRow]):
    """The facts of a film, None when there is no such film."""

    def __init__(self, database: Database, sources: Sources) -> None:
        super().__init__(database, sources, films.by_id)
