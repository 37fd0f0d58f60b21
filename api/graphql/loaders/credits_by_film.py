"""Directors, writers and cast by film id."""

from api.database import Database
from api.graphql.loaders.loader import Loader
from schema.insights import films


class CreditsByFilm(Loader[int, list[films.Credit]]):
    """Everyone credited on a film, None when nobody is known."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, films.credits_by_film)
