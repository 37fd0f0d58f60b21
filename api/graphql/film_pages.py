"""Cuts one page out of a cohort's films, filtered and in whatever order was asked for."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import strawberry

from api.graphql import cursors
from api.graphql.connections import Edge, page_size, place
from api.graphql.context import Info
from api.graphql.errors import BadUserInput, NotFound
from api.graphql.inputs.film_filter import FilmFilter
from api.graphql.inputs.film_order import Direction, FilmOrder, FilmOrderField
from api.graphql.inputs.ranking import RankingStrategy
from api.graphql.loaders.numbers_by_group import Asked, Found
from api.graphql.types.cohort_film import CohortFilm
from schema.insights import filters
from schema.insights.aggregates import Ints
from schema.insights.given import FilmFilter as WantedFilms
from schema.insights.given import FilterError
from schema.insights.groups import Group
from schema.insights.numbers import Numbers
from schema.insights.ordering import Column, Numeric, Textual, marks, order, rows_until, tie_breakers
from schema.insights.rankings import Ranking

_BY_SCORE = FilmOrder(by=FilmOrderField.SCORE, direction=Direction.DESC)


@strawberry.type(description="One page of a cohort's films.")
class CohortFilmConnection:
    edges: list[Edge[CohortFilm]] = strawberry.field(description="The entries, in order.")
    page_info: strawberry.relay.PageInfo = strawberry.field(description="Whether there is more, and from where.")
    total_count: int = strawberry.field(description="Films of the whole list.")
    unknown_count: int = strawberry.field(
        description="Films that fail no filter, but of which something that one asks for is not known yet. Left out,"
        " unless `includeUnknown` is given."
    )


@dataclass(frozen=True, slots=True)
class _Page:
    """`rows` of the numbers with their sort values, `start` films into a list of `total`."""

    rows: list[int]
    places: list[tuple[cursors.Value, ...]]
    start: int
    total: int
    unknown: int


async def film_page(
    info: Info,
    group: Group,
    scope: str,
    given: FilmFilter | None,
    order_by: Sequence[FilmOrder] | None,
    ranking: RankingStrategy,
    first: int | None,
    after: str | None,
) -> CohortFilmConnection:
    """The films of `group` behind the cursor `after`, which must come from the same scope, filter and order."""
    size = page_size(first)
    criteria = criteria_of(order_by)
    given = given or FilmFilter()
    film_filter = given.checked(ranking.value)
    group_scope, scope = scope, _scope(scope, given, criteria, ranking)
    kinds = [str if each.by is FilmOrderField.TITLE else float for each in criteria] + [float] * 3
    begin = place(scope, after, kinds)
    try:
        found = await info.context.load.numbers_by_group.load(Asked(group, filters.look_ups(film_filter)))
        known = await info.context.load.film_by_id.shelved()
        name = f"{scope} {size} {after or ''} {film_filter.recent_years}"  # which go by today's date
        if found.pages and (kept := found.pages.get(name)) and kept[0] is known:
            return kept[1]
        question = (found, film_filter, given.include_unknown, criteria, ranking.value, begin, size)
        # Only the first page of numbers, a search and titles take long enough to be worth a thread.
        quick = (
            found.pages and film_filter.search is None and FilmOrderField.TITLE not in {each.by for each in criteria}
        )
        page = _cut(*question) if quick else await info.context.compute(_cut, *question)
    except FilterError as error:
        raise NotFound(f"filter.{error}") from None
    by = found.numbers.ranking(ranking.value)
    films = await CohortFilm.of(info, found.numbers, by, page.rows, group, group_scope)
    edges = [Edge(mark=cursors.Mark(scope, each), node=film) for each, film in zip(page.places, films, strict=True)]
    made = CohortFilmConnection(
        edges=edges,
        page_info=strawberry.relay.PageInfo(
            has_next_page=page.start + len(page.rows) < page.total,
            has_previous_page=page.start > 0,
            start_cursor=edges[0].cursor() if edges else None,
            end_cursor=edges[-1].cursor() if edges else None,
        ),
        total_count=page.total,
        unknown_count=page.unknown,
    )
    if found.pages is not None:
        found.pages.put(name, (known, made))
    return made


def criteria_of(order_by: Sequence[FilmOrder] | None) -> Sequence[FilmOrder]:
    """The criteria of an order, by score when there are none; raises BadUserInput when a field is named twice."""
    criteria = order_by or [_BY_SCORE]
    if len({criterion.by for criterion in criteria}) < len(criteria):
        raise BadUserInput("orderBy: names the same field twice")
    return criteria


def _scope(scope: str, given: FilmFilter, criteria: Sequence[FilmOrder], ranking: RankingStrategy) -> str:
    parts = [scope, *(f"{each.by.value} {each.direction.value}" for each in criteria)]
    if ranking is not RankingStrategy.BAYESIAN:
        parts.append(ranking.value)
    if given != FilmFilter():
        parts.append(digest(given))
    return ":".join(parts)


def digest(given: FilmFilter) -> str:
    """A short name for a filter, for cursors."""
    return hashlib.sha256(repr(given).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Listed:
    """The films that a filter leaves: their `rows` in the numbers, in no order, and the `columns` that order them.

    `unknown` counts films that fail no filter, but of which not all is known.
    """

    rows: Ints
    columns: list[Column]
    unknown: int

    def ordered(self) -> Ints:
        """The rows in their order."""
        return self.rows[order(self.columns)]


def listed(
    found: Found, film_filter: WantedFilms, include_unknown: bool, criteria: Sequence[FilmOrder], strategy: str
) -> Listed:
    """The films in the numbers of a group that pass a filter; raises FilterError when it names something unknown."""
    numbers, ranking = found.numbers, found.numbers.ranking(strategy)
    verdict = filters.judge(numbers, film_filter, found.looked_up)
    kept = np.flatnonzero(verdict.passes | verdict.unknown if include_unknown else verdict.passes)
    columns = [_column(numbers, ranking, each, kept) for each in criteria] + tie_breakers(numbers.counts, kept)
    return Listed(kept, columns, int(verdict.unknown.sum()))


def _cut(
    found: Found,
    film_filter: WantedFilms,
    include_unknown: bool,
    criteria: Sequence[FilmOrder],
    strategy: str,
    begin: Sequence[cursors.Value] | None,
    size: int,
) -> _Page:
    whole = listed(found, film_filter, include_unknown, criteria, strategy)
    start = 0 if begin is None else rows_until(whole.columns, begin)
    places = order(whole.columns, start + size)[start:].tolist()
    return _Page(
        whole.rows[places].tolist(),
        marks(whole.columns, places),
        start,
        len(whole.rows),
        whole.unknown,
    )


def _column(numbers: Numbers, ranking: Ranking, criterion: FilmOrder, rows: Ints) -> Column:
    descending = criterion.direction is Direction.DESC
    counts, films = numbers.counts, numbers.counts.film_ids[rows]
    match criterion.by:
        case FilmOrderField.TITLE:
            return Textual(np.array(list(map(numbers.films.title, films.tolist())), dtype=np.str_), descending)
        case FilmOrderField.RELEASE_YEAR:
            return Numeric(numbers.films.column("release_year", films), descending)
        case FilmOrderField.RUNTIME:
            return Numeric(numbers.films.column("runtime_minutes", films), descending)
        case FilmOrderField.GLOBAL_AVERAGE:
            return Numeric(numbers.global_average[rows], descending)
        case FilmOrderField.DIVERGENCE:
            return Numeric(numbers.divergence[rows], descending)
    values = {
        FilmOrderField.SCORE: lambda: ranking.score,
        FilmOrderField.AVERAGE: lambda: counts.average,
        FilmOrderField.STANDARD_DEVIATION: lambda: counts.standard_deviation,
        FilmOrderField.RATED_COUNT: lambda: counts.rated,
        FilmOrderField.WATCHERS: lambda: counts.watchers,
        FilmOrderField.LIKED_COUNT: lambda: counts.liked,
        FilmOrderField.LIKED_UNRATED_COUNT: lambda: counts.liked_unrated,
        FilmOrderField.LIKED_PCT: lambda: counts.liked_pct,
        FilmOrderField.FAVORITE_COUNT: lambda: counts.favorite,
    }
    return Numeric(values[criterion.by]()[rows], descending)
