"""A group's reactions by film: one statement for all films of a page."""

from collections import defaultdict
from typing import NamedTuple

from strawberry.dataloader import DataLoader

from api.database import Database
from api.graphql.sources import Sources
from schema.insights import reactions
from schema.insights.groups import Group
from schema.insights.reactions import ReactionRow


class ReactionsKey(NamedTuple):
    """A page of the reactions to a film: those of `group`, behind the username `after`, `limit` of them."""

    group: Group
    film_id: int
    after: str
    limit: int


class ReactionsByFilm(DataLoader[ReactionsKey, list[ReactionRow]]):
    """The reactions of a page, none when there are none."""

    def __init__(self, database: Database, sources: Sources) -> None:
        super().__init__(load_fn=self._answer)
        self._database = database
        self._sources = sources

    async def _answer(self, keys: list[ReactionsKey]) -> list[list[ReactionRow]]:
        self._sources.beyond()
        pages: dict[tuple[Group, str, int], list[int]] = defaultdict(list)
        for group, film_id, after, limit in keys:
            pages[group, after, limit].append(film_id)
        found = {
            (group, after, limit): await self._database.read(reactions.by_film, group, films, after, limit)
            for (group, after, limit), films in pages.items()
        }
        return [found[group, after, limit].get(film_id, []) for group, film_id, after, limit in keys]
