"""A group's numbers, computed once a request however many of its fields ask."""

import asyncio

from strawberry.dataloader import DataLoader

from api.database import Database
from schema.insights.groups import Group
from schema.insights.numbers import Numbers, numbers


class NumbersByGroup(DataLoader[Group, Numbers]):
    """The numbers of a group of members."""

    def __init__(self, database: Database) -> None:
        super().__init__(load_fn=self._answer)
        self._database = database

    async def _answer(self, groups: list[Group]) -> list[Numbers]:
        # One group after the other: the vectors of one may weigh megabytes, its numbers do not.
        return [await self._one(group) for group in groups]

    async def _one(self, group: Group) -> Numbers:
        vectors = await self._database.read(group.vectors)
        # Milliseconds of arithmetic, which would keep all other requests waiting.
        return await asyncio.to_thread(numbers, vectors)
