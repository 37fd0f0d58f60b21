"""Films by words of their titles: all searches of a level in one look at the catalogue and one count of watchers."""

from collections.abc import Sequence

from strawberry.dataloader import DataLoader

from api.database import Database
from api.graphql.sources import Sources
from schema.insights import catalogue, film_search
from schema.insights.film_search import FoundFilms, Matches

Words = tuple[str, ...]


class FilmsBySearch(DataLoader[Words, FoundFilms]):
    """The films in whose titles the words are, best first."""

    def __init__(self, database: Database, sources: Sources) -> None:
        super().__init__(load_fn=self._answer)
        self._database = database
        self._sources = sources

    async def _answer(self, keys: list[Words]) -> list[FoundFilms]:
        self._sources.beyond()
        database = self._database
        fetched = await database.read(catalogue.changes, database.catalogue.columns)
        found = await database.compute(_match, fetched, database.catalogue, keys)
        films = {film for each in found for film in each.film_ids.tolist()}
        counted = await database.look(film_search.watchers, sorted(films))
        return await database.compute(lambda: [film_search.ordered(each, counted) for each in found])


def _match(fetched: catalogue.Fetched, shared: catalogue.Catalogue, searches: Sequence[Words]) -> list[Matches]:
    columns = fetched.columns()
    shared.publish(columns)
    return [film_search.matches(columns, words) for words in searches]
