"""The GraphQL type CohortFilm."""

import strawberry

from api.graphql import cursors
from api.graphql.connections import After, Connection, First, connection, page_size, place
from api.graphql.context import Info
from api.graphql.loaders.reactions_by_film import ReactionsKey
from api.graphql.types.film import Film
from api.graphql.types.reaction import Reaction
from schema.insights.groups import Group
from schema.insights.histograms import GlobalHistogram
from schema.insights.numbers import Numbers

_TEN = "ten counts, from half a star to five"


@strawberry.type(description="What a cohort thinks of a film that at least one of its members has reacted to.")
class CohortFilm:
    rank: int | None = strawberry.field(
        description="Place among the films the cohort has rated, by score; 1 is best. Null when nobody rated it."
    )
    score: float | None = strawberry.field(
        description="Stars, 0.5 to 5: the average, drawn toward the mean of all the cohort's ratings, the more so"
        " the fewer have rated the film. Null when nobody rated it."
    )
    average: float | None = strawberry.field(description="Mean rating in stars. Null when nobody rated it.")
    standard_deviation: float | None = strawberry.field(
        description="Population standard deviation of the ratings, in stars. Null when nobody rated it."
    )
    rated_count: int = strawberry.field(description="Members who rated it.")
    watchers: int = strawberry.field(
        description="Members with any reaction: a rating, a like, a favourite, or word that they watched it."
    )
    liked_count: int = strawberry.field(description="Members who liked it, with or without a rating.")
    liked_pct: float | None = strawberry.field(description="Per cent of the watchers who liked it, 0 to 100.")
    favorite_count: int = strawberry.field(description="Members who have it among their favourites.")
    favorite_pct: float | None = strawberry.field(
        description="Per cent of the watchers who have it among their favourites, 0 to 100."
    )
    histogram: list[int] = strawberry.field(description=f"How the cohort's ratings are distributed: {_TEN}.")
    film_id: strawberry.Private[int]
    group: strawberry.Private[Group]
    scope: strawberry.Private[str]

    @strawberry.field(description="The film.")
    async def film(self, info: Info) -> Film:
        row = await info.context.load.film_by_id.load(self.film_id)
        if row is None:
            raise LookupError(f"film {self.film_id} has reactions but no row")
        return Film.of(row)

    @strawberry.field(
        description="Mean rating in stars of everyone on Letterboxd; not the weighted average that the site shows."
        " Null until it has been fetched."
    )
    async def global_average(self, info: Info) -> float | None:
        histogram = await self._global(info)
        return histogram.mean if histogram else None

    @strawberry.field(
        description="The cohort's average minus the global one, in stars: positive where the cohort likes it better."
    )
    async def divergence(self, info: Info) -> float | None:
        average = await self.global_average(info)
        return None if average is None or self.average is None else self.average - average

    @strawberry.field(
        description=f"How the ratings of everyone on Letterboxd are distributed: {_TEN}. Null until fetched."
    )
    async def global_histogram(self, info: Info) -> list[int] | None:
        histogram = await self._global(info)
        return histogram.counts if histogram else None

    @strawberry.field(description="Who gave what, by username, and where each reaction is known from.")
    async def reactions(
        self, info: Info, first: First = strawberry.UNSET, after: After = strawberry.UNSET
    ) -> Connection[Reaction]:
        size, scope = page_size(first), f"{self.scope}:reactions:{self.film_id}"
        begin = place(scope, after, [str])
        key = ReactionsKey(self.group, self.film_id, begin[0] if begin else "", size + 1)
        rows = await info.context.load.reactions_by_film.load(key)
        page = rows[:size]
        return connection(
            [Reaction.of(row) for row in page],
            [cursors.encode(scope, [row.member.username]) for row in page],
            more=len(rows) > size,
            skipped=begin is not None,
            count=lambda: self.watchers,
        )

    async def _global(self, info: Info) -> GlobalHistogram | None:
        return await info.context.load.histogram_by_film.load(self.film_id)

    @classmethod
    def of(cls, numbers: Numbers, row: int, group: Group, scope: str) -> "CohortFilm":
        """What a group thinks of the film in this row of its numbers; cursors keep to `scope`."""
        counts = numbers.aggregates
        watchers, liked, favorite = (int(each[row]) for each in (counts.watchers, counts.liked, counts.favorite))
        rated = int(counts.rated[row])
        return cls(
            film_id=int(counts.film_ids[row]),
            group=group,
            scope=scope,
            rank=int(numbers.rank[row]) if rated else None,
            score=float(numbers.score[row]) if rated else None,
            average=float(numbers.average[row]) if rated else None,
            standard_deviation=float(numbers.standard_deviation[row]) if rated else None,
            rated_count=rated,
            watchers=watchers,
            liked_count=liked,
            liked_pct=100.0 * liked / watchers,
            favorite_count=favorite,
            favorite_pct=100.0 * favorite / watchers,
            histogram=counts.histogram[row].tolist(),
        )
