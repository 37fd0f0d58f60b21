"""The GraphQL type CohortFilm."""

from collections.abc import Sequence

import strawberry

from api.graphql import cursors
from api.graphql.connections import After, Connection, First, connection, page_size, place
from api.graphql.context import Info
from api.graphql.loaders.reactions_by_film import ReactionsKey
from api.graphql.nullable import nullable, nullables
from api.graphql.types.distribution_shape import DistributionShape
from api.graphql.types.film import Film
from api.graphql.types.reaction import Reaction
from api.graphql.types.score_term import ScoreExplanation
from schema.insights.groups import Group
from schema.insights.numbers import Numbers, Selection
from schema.insights.rankings import Ranking
from schema.insights.shapes import SHAPES
from schema.insights.standing import watcher_buckets
from schema.insights.tags import tags

_TEN = "ten counts, from half a star to five"


@strawberry.type(description="What a cohort thinks of a film that at least one of its members has reacted to.")
class CohortFilm:
    rank: int | None = strawberry.field(
        description="Place among all the cohort's films by the chosen ranking, whatever the filter; 1 is best. Null"
        " when the ranking has no score for it."
    )
    score: float | None = strawberry.field(
        description="Score by the chosen ranking, in its unit. Null when it has none, as when nobody rated the film."
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
    liked_unrated_count: int = strawberry.field(description="Members who liked it without rating it.")
    liked_pct: float | None = strawberry.field(description="Per cent of the watchers who liked it, 0 to 100.")
    favorite_count: int = strawberry.field(description="Members who have it among their favourites.")
    favorite_pct: float | None = strawberry.field(
        description="Per cent of the watchers who have it among their favourites, 0 to 100."
    )
    histogram: list[int] = strawberry.field(description=f"How the cohort's ratings are distributed: {_TEN}.")
    global_average: float | None = strawberry.field(
        description="Mean rating in stars of everyone on Letterboxd; not the weighted average that the site shows."
        " Null until it has been fetched."
    )
    divergence: float | None = strawberry.field(
        description="The cohort's average minus the global one, in stars: positive where the cohort likes it better."
    )
    shape: DistributionShape = strawberry.field(description="The class of the distribution.")
    film: Film = strawberry.field(description="The film.")
    row: strawberry.Private[int]
    numbers: strawberry.Private[Numbers]
    part: strawberry.Private[Selection]
    place: strawberry.Private[int]
    ranking: strawberry.Private[Ranking]
    group: strawberry.Private[Group]
    scope: strawberry.Private[str]

    @strawberry.field(
        description=f"How the ratings of everyone on Letterboxd are distributed: {_TEN}. Null until fetched."
    )
    async def global_histogram(self, info: Info) -> list[int] | None:
        histogram = await info.context.load.histogram_by_film.load(self.film.key)
        return histogram.counts if histogram else None

    @strawberry.field(
        description="Per cent of the films the cohort rated that have a lower Bayesian score, half of the equals"
        " counted: 0 to 100. Null when nobody rated it."
    )
    def rating_percentile(self) -> float | None:
        return nullable(self.part.rating_percentile[self.place])

    @strawberry.field(
        description="Per cent of the cohort's films that have fewer watchers, half of the equals counted: 0 to 100."
    )
    def watcher_percentile(self) -> float | None:
        return nullable(self.part.watcher_percentile[self.place])

    @strawberry.field(
        description="How far its Bayesian score is from the mean one of the films the cohort rated, in their standard"
        " deviations. Null when nobody rated it."
    )
    def rating_z(self) -> float | None:
        return nullable(self.numbers.rating_z[self.row])

    @strawberry.field(
        description="How far the logarithm of its watchers is from the mean one of the cohort's films, in their"
        " standard deviations."
    )
    def watcher_z(self) -> float:
        return float(self.numbers.watcher_z[self.row])

    @strawberry.field(description="How large its audience is by factors of two: n for 2ⁿ to 2ⁿ⁺¹-1 watchers.")
    def watcher_bucket(self) -> int:
        return int(watcher_buckets(self.part.counts.watchers)[self.place])

    @strawberry.field(
        description="Van der Eijk's agreement of the ratings in whole stars: 1 when all are equal, 0 for none, -1 when"
        " half are at either end. Null when nobody rated it."
    )
    def agreement(self) -> float | None:
        return nullable(self.part.counts.agreement[self.place])

    @strawberry.field(description="Words for what is special about it in this cohort; the guide explains each.")
    def tags(self) -> list[str]:
        return tags(self.part, self.place)

    @strawberry.field(description="Why it has its score, by the chosen ranking. Null when it has none.")
    def explanation(self) -> ScoreExplanation | None:
        if self.score is None:
            return None
        return ScoreExplanation.of(self.ranking.strategy.formula, self.ranking.terms(self.row))

    @strawberry.field(description="Who gave what, by username, and where each reaction is known from.")
    async def reactions(
        self, info: Info, first: First = strawberry.UNSET, after: After = strawberry.UNSET
    ) -> Connection[Reaction]:
        size, scope = page_size(first), f"{self.scope}:reactions:{self.film.key}"
        begin = place(scope, after, [str])
        key = ReactionsKey(self.group, begin[0] if begin else "", size + 1, self.film.key)
        rows = await info.context.load.reactions_by_film.load(key)
        page = rows[:size]
        return connection(
            [Reaction.of(row) for row in page],
            [cursors.encode(scope, [row.member.username]) for row in page],
            more=len(rows) > size,
            skipped=begin is not None,
            count=lambda: self.watchers,
        )

    @classmethod
    async def of(
        cls, info: Info, numbers: Numbers, ranking: Ranking, rows: Sequence[int], group: Group, scope: str
    ) -> "list[CohortFilm]":
        """What a group thinks of the films in these rows of its numbers; rank and score by `ranking`.

        Cursors of what hangs on them keep to `scope`, the group's.
        """
        part = numbers.take(rows)
        counts = part.counts
        keys = counts.film_ids.tolist()
        films = await info.context.load.film_by_id.load_many(keys)
        if None in films:
            raise LookupError(f"film {keys[films.index(None)]} has reactions but no row")
        columns = {
            "row": part.rows.tolist(),
            "rank": ranking.places(part.rows),
            "score": nullables(ranking.score[part.rows]),
            "average": nullables(counts.average),
            "standard_deviation": nullables(counts.standard_deviation),
            "rated_count": counts.rated.tolist(),
            "watchers": counts.watchers.tolist(),
            "liked_count": counts.liked.tolist(),
            "liked_unrated_count": counts.liked_unrated.tolist(),
            "liked_pct": counts.liked_pct.tolist(),
            "favorite_count": counts.favorite.tolist(),
            "favorite_pct": counts.favorite_pct.tolist(),
            "histogram": counts.histogram.tolist(),
            "global_average": nullables(part.global_average),
            "divergence": nullables(part.divergence),
            "shape": [_SHAPES[number] for number in part.shape.tolist()],
            "film": map(Film.of, films),
        }
        shared = {"numbers": numbers, "part": part, "ranking": ranking, "group": group, "scope": scope}
        return [
            cls(place=place, **shared, **dict(zip(columns, values, strict=True)))
            for place, values in enumerate(zip(*columns.values(), strict=True))
        ]


_SHAPES = [DistributionShape(name) for name in SHAPES]
