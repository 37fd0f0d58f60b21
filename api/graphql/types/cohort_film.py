"""The GraphQL type CohortFilm."""

import math

import numpy as np
import strawberry

from api.graphql import cursors
from api.graphql.connections import After, Connection, First, connection, page_size, place
from api.graphql.context import Info
from api.graphql.loaders.reactions_by_film import ReactionsKey
from api.graphql.types.distribution_shape import DistributionShape
from api.graphql.types.film import Film
from api.graphql.types.reaction import Reaction
from api.graphql.types.score_term import ScoreExplanation, ScoreTerm
from schema.insights.groups import Group
from schema.insights.numbers import Selection
from schema.insights.rankings import Ranking
from schema.insights.shapes import SHAPES
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
    film_id: strawberry.Private[int]
    numbers: strawberry.Private[Selection]
    place: strawberry.Private[int]
    ranking: strawberry.Private[Ranking]
    group: strawberry.Private[Group]
    scope: strawberry.Private[str]

    @strawberry.field(description="The film.")
    async def film(self, info: Info) -> Film:
        row = await info.context.load.film_by_id.load(self.film_id)
        if row is None:
            raise LookupError(f"film {self.film_id} has reactions but no row")
        return Film.of(row)

    @strawberry.field(
        description=f"How the ratings of everyone on Letterboxd are distributed: {_TEN}. Null until fetched."
    )
    async def global_histogram(self, info: Info) -> list[int] | None:
        histogram = await info.context.load.histogram_by_film.load(self.film_id)
        return histogram.counts if histogram else None

    @strawberry.field(
        description="Per cent of the films the cohort rated that have a lower Bayesian score, half of the equals"
        " counted: 0 to 100. Null when nobody rated it."
    )
    def rating_percentile(self) -> float | None:
        return _nullable(self.numbers.rating_percentile[self.place])

    @strawberry.field(
        description="Per cent of the cohort's films that have fewer watchers, half of the equals counted: 0 to 100."
    )
    def watcher_percentile(self) -> float | None:
        return _nullable(self.numbers.watcher_percentile[self.place])

    @strawberry.field(
        description="Van der Eijk's agreement of the ratings in whole stars: 1 when all are equal, 0 for none, -1 when"
        " half are at either end. Null when nobody rated it."
    )
    def agreement(self) -> float | None:
        return _nullable(self.numbers.counts.agreement[self.place])

    @strawberry.field(description="Words for what is special about it in this cohort; the guide explains each.")
    def tags(self) -> list[str]:
        return tags(self.numbers, self.place)

    @strawberry.field(description="Why it has its score, by the chosen ranking. Null when it has none.")
    def explanation(self) -> ScoreExplanation | None:
        if self.score is None:
            return None
        terms = self.ranking.terms(self.numbers.rows[self.place])
        return ScoreExplanation(
            formula=self.ranking.strategy.formula,
            terms=[ScoreTerm(name=each.name, value=each.value, meaning=each.meaning) for each in terms],
        )

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

    @classmethod
    def several(cls, numbers: Selection, ranking: Ranking, group: Group, scope: str) -> list["CohortFilm"]:
        """What a group thinks of each film of `numbers`; ranks and scores by `ranking`.

        Cursors of what hangs on them keep to `scope`, the group's.
        """
        counts, scores = numbers.counts, ranking.score[numbers.rows]
        return [
            cls(
                film_id=int(counts.film_ids[place]),
                numbers=numbers,
                place=place,
                ranking=ranking,
                group=group,
                scope=scope,
                rank=rank,
                score=_nullable(scores[place]),
                average=_nullable(counts.average[place]),
                standard_deviation=_nullable(counts.standard_deviation[place]),
                rated_count=int(counts.rated[place]),
                watchers=int(counts.watchers[place]),
                liked_count=int(counts.liked[place]),
                liked_pct=float(counts.liked_pct[place]),
                favorite_count=int(counts.favorite[place]),
                favorite_pct=float(counts.favorite_pct[place]),
                histogram=counts.histogram[place].tolist(),
                global_average=_nullable(numbers.global_average[place]),
                divergence=_nullable(numbers.divergence[place]),
                shape=DistributionShape(SHAPES[numbers.shape[place]]),
            )
            for place, rank in enumerate(ranking.places(numbers.rows))
        ]


def _nullable(value: np.float64) -> float | None:
    return None if math.isnan(value) else float(value)
