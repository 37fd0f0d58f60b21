"""A group's numbers, computed once a request however many of its fields ask."""

import asyncio
from typing import NamedTuple

from sqlalchemy import Connection
from strawberry.dataloader import DataLoader

from api.database import Database
from api.graphql.sources import Sources
from schema.insights import catalogue, filters
from schema.insights.aggregates import Vector
from schema.insights.given import FilmFilter, FilterError
from schema.insights.groups import Group, SavedGroup
from schema.insights.held import Version, is_current, version_of
from schema.insights.numbers import Numbers, numbers
from schema.viewer import Viewer


class Asked(NamedTuple):
    """A group, and what a filter wants looked up at the same moment."""

    group: Group
    look_ups: FilmFilter = FilmFilter()


class Found(NamedTuple):
    """The numbers of the group, and what the names in the filter stand for."""

    numbers: Numbers
    looked_up: filters.Wanted


class NumbersByGroup(DataLoader[Asked, Found]):
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
        if isinstance(asked.group, SavedGroup) and asked.look_ups == FilmFilter():
            await self._sources.note([asked.group.cohort_id])
        else:
            self._sources.beyond()
        shared, held = self._database.catalogue, self._database.held
        version, found = held.get(asked.group) or (None, None)
        if found is None or found.films.stamps is not shared.columns.stamps:
            version = found = None
        elif asked.look_ups == FilmFilter():
            if await self._database.look(is_current, asked.group, version, shared.columns):
                return Found(found, {})
            version = None
        try:
            fetched, looked_up = await self._database.read(_fetch, asked, version, shared.columns, self._viewer)
        except FilterError as error:
            return error
        if fetched is None:
            return Found(found, looked_up)
        # Milliseconds of arithmetic, which would keep all other requests waiting.
        found = await asyncio.to_thread(_compute, fetched, shared)
        held.put(asked.group, fetched.version, found)
        return Found(found, looked_up)


class _Fetched(NamedTuple):
    """What numbers are computed from."""

    version: Version
    vectors: list[Vector]
    films: catalogue.Fetched


def _fetch(
    connection: Connection,
    asked: Asked,
    held: Version | None,
    films: catalogue.FilmColumns,
    viewer: Viewer,
) -> tuple[_Fetched | None, filters.Wanted]:
    """What numbers are computed from, None when those of the version `held` and of `films` still hold."""
    looked_up = filters.looked_up(connection, asked.group, asked.look_ups, viewer)
    version, changes = version_of(connection, asked.group), catalogue.changes(connection, films)
    if held == version and changes.nothing:
        return None, looked_up
    return _Fetched(version, asked.group.vectors(connection), changes), looked_up


def _compute(fetched: _Fetched, shared: catalogue.Catalogue) -> Numbers:
    columns = fetched.films.columns()
    shared.publish(columns)
    return numbers(fetched.vectors, columns)
