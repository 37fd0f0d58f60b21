"""A group's numbers, computed once a request however many of its fields ask."""

from typing import NamedTuple

from sqlalchemy import Connection

from api.database import Database
from api.graphql.loaders.shared import SharedLoader
from api.graphql.sources import Sources
from schema.insights import catalogue, filters
from schema.insights.aggregates import Vector
from schema.insights.given import FilmFilter, FilterError
from schema.insights.groups import AdHocGroup, Group, SavedGroup
from schema.insights.held import Held, Pages, vectors_alone, version_of
from schema.insights.numbers import Numbers, numbers
from schema.viewer import Viewer


class Asked(NamedTuple):
    """A group, and what a filter wants looked up at the same moment."""

    group: Group
    look_ups: FilmFilter = FilmFilter()


class Found(NamedTuple):
    """The numbers of the group, what the names in the filter stand for, and what may be kept beside the numbers.

    Nothing may be that follows from anything else than the numbers, films and what was asked.
    """

    numbers: Numbers
    looked_up: filters.Wanted
    pages: Pages | None = None


class NumbersByGroup(SharedLoader[Asked, Found]):
    """The numbers of a group of members. Raises FilterError when the filter names something unknown."""

    def __init__(self, database: Database, sources: Sources, viewer: Viewer) -> None:
        super().__init__(load_fn=self._answer)
        self._database = database
        self._sources = sources
        self._viewer = viewer

    async def _answer(self, keys: list[Asked]) -> list[Found | Exception]:
        # One group after the other: the vectors of one may weigh megabytes, its numbers do not.
        return [await self._one(key) for key in keys]

    async def _one(self, asked: Asked) -> Found | Exception:
        group, database = asked.group, self._database
        saved, plain = isinstance(group, SavedGroup), asked.look_ups == FilmFilter()
        if not (saved and plain):
            self._sources.beyond()
        held = database.held.get(group)
        if held is not None and plain:
            if saved:
                current = held.holds(group, (await self._sources.look([group.cohort_id])).stamps)
            else:
                current = await database.look(held.is_current, group)
            if current:
                return Found(held.numbers, {}, held.pages)
        elif saved:
            await self._sources.look([group.cohort_id])
        try:
            fetched, looked_up = await self._fetched(asked, held, plain=plain)
        except FilterError as error:
            return error
        found = await database.compute(_compute, fetched, held, database.catalogue)
        database.held.put(group, found)
        return Found(found.numbers, looked_up, found.pages if plain else None)

    async def _fetched(self, asked: Asked, held: Held | None, *, plain: bool) -> "tuple[_Fetched, filters.Wanted]":
        database, films = self._database, self._database.catalogue.columns
        if held is None and plain and isinstance(asked.group, AdHocGroup):
            alone = await database.look(vectors_alone, asked.group, films)
            if alone is not None:
                return _Fetched(*alone), {}
        return await database.read(_fetch, asked, held, films, self._viewer)


class _Fetched(NamedTuple):
    """What numbers are computed from; no vectors when those that are held are of this version."""

    version: str
    vectors: list[Vector] | None
    films: catalogue.Fetched


def _fetch(
    connection: Connection, asked: Asked, held: Held | None, films: catalogue.FilmColumns, viewer: Viewer
) -> tuple[_Fetched, filters.Wanted]:
    looked_up = filters.looked_up(connection, asked.group, asked.look_ups, viewer)
    version, changes = version_of(connection, asked.group), catalogue.changes(connection, films)
    if held is not None and held.version == version:
        return _Fetched(version, None, changes), looked_up
    return _Fetched(version, asked.group.vectors(connection), changes), looked_up


def _compute(fetched: _Fetched, held: Held | None, shared: catalogue.Catalogue) -> Held:
    columns = fetched.films.columns()
    shared.publish(columns)
    if fetched.vectors is not None:
        found = numbers(fetched.vectors, columns)
    elif held.numbers.films.stamps is columns.stamps:
        found = held.numbers
    else:
        found = Numbers(held.numbers.counts, columns)
    return Held(fetched.version, found, columns.since)
