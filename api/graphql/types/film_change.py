"""The GraphQL types CohortChanges and FilmChange."""

from datetime import UTC, datetime

import strawberry
from sqlalchemy import Connection as DatabaseConnection

from api.graphql import cursors
from api.graphql.connections import After, Connection, First, connection, page_size, place
from api.graphql.context import Info
from api.graphql.nullable import nullable
from api.graphql.types.film import Film
from schema.insights.aggregates import Floats, Ints, Vector, aggregate
from schema.insights.changes import Changes, Deltas, changes, deltas
from schema.insights.groups import Group
from schema.insights.ordering import Numeric, marks, rows_until


@strawberry.type(description="What changed in a cohort's mind about a film.")
class FilmChange:
    rated_then: int = strawberry.field(description="Members of today who had rated it then.")
    rated_now: int = strawberry.field(description="Members who have rated it now.")
    average_then: float | None = strawberry.field(
        description="Mean rating then, in stars, of today's members. Null when none of them had rated it."
    )
    average_now: float | None = strawberry.field(description="Mean rating now, in stars. Null when nobody rated it.")
    rise: float = strawberry.field(
        description="How much its Bayesian score moved, in stars, with today's prior on both sides; negative when it"
        " fell. A film without ratings stands at the prior."
    )
    likes_gained: int = strawberry.field(description="Likes given less likes taken back.")
    favorites_gained: int = strawberry.field(description="Times it became a favourite less times it ceased to be one.")
    film_id: strawberry.Private[int]

    @strawberry.field(description="The film.")
    async def film(self, info: Info) -> Film:
        return await Film.load(info, self.film_id)

    @classmethod
    def of(cls, found: Changes, row: int) -> "FilmChange":
        """The change in this row."""
        return cls(
            film_id=int(found.film_ids[row]),
            rated_then=int(found.rated_then[row]),
            rated_now=int(found.rated_now[row]),
            average_then=nullable(found.average_then[row]),
            average_now=nullable(found.average_now[row]),
            rise=float(found.rise[row]),
            likes_gained=int(found.liked[row]),
            favorites_gained=int(found.favorite[row]),
        )


@strawberry.type(
    description="What today's members of a cohort changed since a moment. What was already there when a member was"
    " first read in full is no change."
)
class CohortChanges:
    since: datetime = strawberry.field(description="From when on changes count, UTC.")
    total_count: int = strawberry.field(description="Films about which anything changed.")
    found: strawberry.Private[Changes]
    scope: strawberry.Private[str]

    @strawberry.field(description="Films whose score rose, most first.")
    def risers(self, first: First = strawberry.UNSET, after: After = strawberry.UNSET) -> Connection[FilmChange]:
        return self._page("risers", self.found.risers(), self.found.rise, first, after)

    @strawberry.field(description="Films whose score fell, most first.")
    def fallers(self, first: First = strawberry.UNSET, after: After = strawberry.UNSET) -> Connection[FilmChange]:
        return self._page("fallers", self.found.fallers(), -self.found.rise, first, after)

    @strawberry.field(description="Films that gained likes, most first.")
    def newly_liked(self, first: First = strawberry.UNSET, after: After = strawberry.UNSET) -> Connection[FilmChange]:
        return self._page("newly liked", self.found.newly_liked(), self.found.liked, first, after)

    @strawberry.field(description="Films that became favourites, of most members first.")
    def new_favorites(self, first: First = strawberry.UNSET, after: After = strawberry.UNSET) -> Connection[FilmChange]:
        return self._page("new favorites", self.found.new_favorites(), self.found.favorite, first, after)

    def _page(
        self, name: str, rows: Ints, gain: Floats | Ints, first: int | None, after: str | None
    ) -> Connection[FilmChange]:
        size, scope = page_size(first), f"{self.scope}:{name}"
        columns = [
            Numeric(gain[rows], descending=True),
            Numeric(self.found.film_ids[rows], descending=False),
        ]
        begin = place(scope, after, [float, float])
        start = 0 if begin is None else rows_until(columns, begin)
        page = range(start, min(start + size, len(rows)))
        return connection(
            [FilmChange.of(self.found, rows[number]) for number in page],
            [cursors.encode(scope, mark) for mark in marks(columns, page)],
            more=start + size < len(rows),
            skipped=start > 0,
            count=lambda: len(rows),
        )


async def cohort_changes(info: Info, group: Group, scope: str, since: datetime) -> CohortChanges:
    """What the group's members changed since a moment; one without an offset is taken for UTC."""
    since = since.replace(tzinfo=since.tzinfo or UTC)
    vectors, gained = await info.context.database.read(_fetch, group, since)
    found = await info.context.compute(_compute, vectors, gained)
    return CohortChanges(
        since=since, total_count=len(found.film_ids), found=found, scope=f"{scope}:since {since.isoformat()}"
    )


def _fetch(connection: DatabaseConnection, group: Group, since: datetime) -> tuple[list[Vector], Deltas]:
    return group.vectors(connection), deltas(connection, group, since)


def _compute(vectors: list[Vector], gained: Deltas) -> Changes:
    return changes(aggregate(vectors), gained)
