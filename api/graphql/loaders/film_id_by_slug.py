"""Film ids by slug, today's or an earlier one."""

from api.database import Database
from api.graphql.loaders.loader import FilmLoader
from api.graphql.sources import Sources
from schema.insights import films


class FilmIdBySlug(FilmLoader[str, int]):
    """The id of the film that has or had a slug, None when no film did."""

    def __init__(self, database: Database, sources: Sources) -> None:
        super().__init__(database, sources, films.ids_by_slug)
