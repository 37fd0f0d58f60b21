"""Earlier slugs by film id."""

from api.database import Database
from api.graphql.loaders.loader import FilmLoader
from api.graphql.sources import Sources
from schema.insights import films


class FormerSlugsByFilm(FilmLoader[int, list[str]]):
    """The slugs that a film had before, None when it had no other."""

    def __init__(self, database: Database, sources: Sources) -> None:
        super().__init__(database, sources, films.former_slugs)
