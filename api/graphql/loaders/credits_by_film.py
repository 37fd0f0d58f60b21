"""Directors, writers and cast by film id."""

from api.database import Database
from api.graphql.loaders.loader import FilmLoader
from api.graphql.sources import Sources
from schema.insights import films


class CreditsByFilm(FilmLoader[int, list[films.Credit]]):
    """Everyone credited on a film, None when nobody is known."""

    def __init__(self, database: Database, sources: Sources) -> None:
        super().__init__(database, sources, films.credits_by_film)
