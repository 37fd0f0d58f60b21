"""The GraphQL type CohortFilm."""

from collections.abc import Callable, Sequence
from typing import Any

import strawberry

from api.graphql import cursors
from api.graphql.connections import After, Connection, First, connection, page_size, place
from api.graphql.context import Info
from api.graphql.loaders.reactions_by_film import ReactionsKey
from api.graphql.nullable import nullables
from api.graphql.types.distribution_shape import DistributionShape
from api.graphql.types.film import Film
from api.graphql.types.reaction import Reaction
from api.graphql.types.score_term import ScoreExplanation
from schema.insights.groups import Group
from schema.insights.numbers import Numbers
from schema.insights.rankings import Ranking
from schema.insights.shapes import SHAPES
from schema.insights.standing import watcher_buckets
from schema.insights.tags import tags

_TEN = "ten counts, from half a star to five"


class _Page:
    """Films of a cohort that are shown together, their figures computed for all of them when first asked for."""

    def __init__(self, numbers: Numbers, ranking: Ranking, rows: Sequence[int], group: Group, scope: str) -> None:
        self.numbers = numbers
        self.ranking = ranking
        self.part = numbers.take(rows)
        self.group = group
        self.scope = scope
        self._columns: dict[_Figures, list[Any]] = {}

    def column(self, figures: "_Figures") -> list[Any]:
        """One figure of all the films."""
        found = self._columns.get(figures)
        if found is None:
            found = self._columns[figures] = figures(self)
        return found


_Figures = Callable[[_Page], list[Any]]


def _column(figures: _Figures) -> Callable[["CohortFilm"], Any]:
    def figure(self):  # noqa: ANN001, ANN202 - the field says what it is
        return self.page.column(figures)[self.place]

    return figure


@strawberry.type(description="What a cohort thinks of a film that at least one of its members has reacted to.")
class CohortFilm:
    rank: int | None = strawberry.field(
        resolver=_column(lambda page: page.ranking.places(page.part.rows)),
        description="Place among all the cohort's films by the chosen ranking, whatever the filter; 1 is best. Null"
        " when the ranking has no score for it.",
    )
    score: float | None = strawberry.field(
        resolver=_column(lambda page: nullables(page.ranking.score[page.part.rows])),
        description="Score by the chosen ranking, in its unit. Null when it has none, as when nobody rated the film.",
    )
    average: float | None = strawberry.field(
        resolver=_column(lambda page: nullables(page.part.counts.average)),
        description="Mean rating in stars. Null when nobody rated it.",
    )
    standard_deviation: float | None = strawberry.field(
        resolver=_column(lambda page: nullables(page.part.counts.standard_deviation)),
        description="Population standard deviation of the ratings, in stars. Null when nobody rated it.",
    )
    rated_count: int = strawberry.field(
        resolver=_column(lambda page: page.part.counts.rated.tolist()), description="Members who rated it."
    )
    watchers: int = strawberry.field(
        resolver=_column(lambda page: page.part.counts.watchers.tolist()),
        description="Members with any reaction: a rating, a like, a favourite, or word that they watched it.",
    )
    liked_count: int = strawberry.field(
        resolver=_column(lambda page: page.part.counts.liked.tolist()),
        description="Members who liked it, with or without a rating.",
    )
    liked_unrated_count: int = strawberry.field(
        resolver=_column(lambda page: page.part.counts.liked_unrated.tolist()),
        description="Members who liked it without rating it.",
    )
    liked_pct: float | None = strawberry.field(
        resolver=_column(lambda page: page.part.counts.liked_pct.tolist()),
        description="Per cent of the watchers who liked it, 0 to 100.",
    )
    favorite_count: int = strawberry.field(
        resolver=_column(lambda page: page.part.counts.favorite.tolist()),
        description="Members who have it among their favourites.",
    )
    favorite_pct: float | None = strawberry.field(
        resolver=_column(lambda page: page.part.counts.favorite_pct.tolist()),
        description="Per cent of the watchers who have it among their favourites, 0 to 100.",
    )
    histogram: list[int] = strawberry.field(
        resolver=_column(lambda page: page.part.counts.histogram.tolist()),
        description=f"How the cohort's ratings are distributed: {_TEN}.",
    )
    global_average: float | None = strawberry.field(
        resolver=_column(lambda page: nullables(page.part.global_average)),
        description="Mean rating in stars of everyone on Letterboxd; not the weighted average that the site shows."
        " Null until it has been fetched.",
    )
    divergence: float | None = strawberry.field(
        resolver=_column(lambda page: nullables(page.part.divergence)),
        description="The cohort's average minus the global one, in stars: positive where the cohort likes it better.",
    )
    shape: DistributionShape = strawberry.field(
        resolver=_column(lambda page: [_SHAPES[number] for number in page.part.shape.tolist()]),
        description="The class of the distribution.",
    )
    film: Film = strawberry.field(description="The film.")
    rating_percentile: float | None = strawberry.field(
        resolver=_column(lambda page: nullables(page.part.rating_percentile)),
        description="Per cent of the films the cohort rated that have a lower Bayesian score, half of the equals"
        " counted: 0 to 100. Null when nobody rated it.",
    )
    watcher_percentile: float | None = strawberry.field(
        resolver=_column(lambda page: page.part.watcher_percentile.tolist()),
        description="Per cent of the cohort's films that have fewer watchers, half of the equals counted: 0 to 100.",
    )
    rating_z: float | None = strawberry.field(
        resolver=_column(lambda page: nullables(page.numbers.rating_z[page.part.rows])),
        description="How far its Bayesian score is from the mean one of the films the cohort rated, in their standard"
        " deviations. Null when nobody rated it.",
    )
    watcher_z: float = strawberry.field(
        resolver=_column(lambda page: page.numbers.watcher_z[page.part.rows].tolist()),
        description="How far the logarithm of its watchers is from the mean one of the cohort's films, in their"
        " standard deviations.",
    )
    watcher_bucket: int = strawberry.field(
        resolver=_column(lambda page: watcher_buckets(page.part.counts.watchers).tolist()),
        description="How large its audience is by factors of two: n for 2ⁿ to 2ⁿ⁺¹-1 watchers.",
    )
    agreement: float | None = strawberry.field(
        resolver=_column(lambda page: nullables(page.part.counts.agreement)),
        description="Van der Eijk's agreement of the ratings in whole stars: 1 when all are equal, 0 for none, -1 when"
        " half are at either end. Null when nobody rated it.",
    )
    tags: list[str] = strawberry.field(
        resolver=_column(lambda page: [tags(page.part, place) for place in range(len(page.part))]),
        description="Words for what is special about it in this cohort; the guide explains each.",
    )
    page: strawberry.Private[_Page]
    place: strawberry.Private[int]

    @strawberry.field(
        description=f"How the ratings of everyone on Letterboxd are distributed: {_TEN}. Null until fetched."
    )
    async def global_histogram(self, info: Info) -> list[int] | None:
        histogram = await info.context.load.histogram_by_film.load(self.film.key)
        return histogram.counts if histogram else None

    @strawberry.field(description="Why it has its score, by the chosen ranking. Null when it has none.")
    def explanation(self) -> ScoreExplanation | None:
        ranking = self.page.ranking
        terms = ranking.terms(int(self.page.part.rows[self.place]))
        return ScoreExplanation.of(ranking.strategy.formula, terms) if terms else None

    @strawberry.field(description="Who gave what, by username, and where each reaction is known from.")
    async def reactions(
        self, info: Info, first: First = strawberry.UNSET, after: After = strawberry.UNSET
    ) -> Connection[Reaction]:
        size, scope = page_size(first), f"{self.page.scope}:reactions:{self.film.key}"
        begin = place(scope, after, [str])
        key = ReactionsKey(self.page.group, begin[0] if begin else "", size + 1, self.film.key)
        rows = await info.context.load.reactions_by_film.load(key)
        page = rows[:size]
        return connection(
            [Reaction.of(row) for row in page],
            [cursors.encode(scope, [row.member.username]) for row in page],
            more=len(rows) > size,
            skipped=begin is not None,
            count=lambda: int(self.page.part.counts.watchers[self.place]),
        )

    @classmethod
    async def of(
        cls, info: Info, numbers: Numbers, ranking: Ranking, rows: Sequence[int], group: Group, scope: str
    ) -> "list[CohortFilm]":
        """What a group thinks of the films in these rows of its numbers; rank and score by `ranking`.

        Cursors of what hangs on them keep to `scope`, the group's.
        """
        page = _Page(numbers, ranking, rows, group, scope)
        keys = page.part.counts.film_ids.tolist()
        films = await info.context.load.film_by_id.all_of(keys)
        if None in films:
            raise LookupError(f"film {keys[films.index(None)]} has reactions but no row")
        return [cls(film=Film.of(film), page=page, place=place) for place, film in enumerate(films)]


_SHAPES = [DistributionShape(name) for name in SHAPES]
