"""A group's numbers, computed once a request however many of its fields ask."""

from typing import NamedTuple

from sqlalchemy import Connection
from strawberry.dataloader import DataLoader

from api.database import Database
from schema.insights import catalogue, filters
from schema.insights.aggregates import Vector
from schema.insights.given import FilmFilter, FilterError
from schema.insights.groups import Group
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

    def __init__(self, database: Database, viewer: Viewer) -> None:
        super().__init__(load_fn=self._answer)
        self._database = database
        self._viewer = viewer

    async def _answer(self, keys: list[Asked]) -> list[Found | Exception]:
        # One group after the other: the vectors of one may weigh megabytes, its numbers do not.
        return [await self._one(key) for key in keys]

    async def _one(self, asked: Asked) -> Found | Exception:
        shared = self._database.catalogue
        try:
            vectors, films, looked_up = await self._database.read(_fetch, asked, shared.columns, self._viewer)
        except FilterError as error:
            return error
        return Found(await self._database.compute(_compute, vectors, films, shared), looked_up)


def _fetch(
    connection: Connection, asked: Asked, films: catalogue.FilmColumns, viewer: Viewer
) -> tuple[list[Vector], catalogue.Fetched, filters.Wanted]:
    return (
        asked.group.vectors(connection),
        catalogue.changes(connection, films),
        filters.looked_up(connection, asked.group, asked.look_ups, viewer),
    )


def _compute(vectors: list[Vector], films: catalogue.Fetched, shared: catalogue.Catalogue) -> Numbers:
    columns = films.columns()
    shared.publish(columns)
    return numbers(vectors, columns)
