"""Film ids by slug, today's or an earlier one."""

from api.database import Database
from api.graphql.loaders.loader import Loader
from schema.insights import films


class FilmIdBySlug(Loader[str, int]):
    """The id of the film that has or had a slug, None when no film did."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, films.ids_by_slug)
