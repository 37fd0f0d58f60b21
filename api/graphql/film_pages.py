"""Cuts one page out of a cohort's films, in whatever order was asked for."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from api.graphql import cursors
from api.graphql.connections import Connection, connection, page_size, place
from api.graphql.context import Info
from api.graphql.errors import BadUserInput
from api.graphql.inputs.film_order import Direction, FilmOrder, FilmOrderField
from api.graphql.types.cohort_film import CohortFilm
from schema.insights import films, histograms
from schema.insights.groups import Group
from schema.insights.histograms import GlobalHistogram
from schema.insights.numbers import Numbers
from schema.insights.ordering import Column, Numeric, Textual, folded, order, rows_until, tie_breakers

_BY_SCORE = FilmOrder(by=FilmOrderField.SCORE, direction=Direction.DESC)


@dataclass(frozen=True, slots=True)
class Facts:
    """What an order needs to know of films beyond a group's numbers; empty where it needs nothing."""

    titles: Mapping[int, tuple[str, int | None]]
    histograms: Mapping[int, GlobalHistogram]


async def film_page(
    info: Info, group: Group, scope: str, order_by: Sequence[FilmOrder] | None, first: int | None, after: str | None
) -> Connection[CohortFilm]:
    """The films of `group` behind the cursor `after`, which must come from the same `scope` and order."""
    size = page_size(first)
    criteria = order_by or [_BY_SCORE]
    fields = {criterion.by for criterion in criteria}
    if len(fields) < len(criteria):
        raise BadUserInput("orderBy: names the same field twice")
    ordered = ":".join([scope, *(f"{each.by.value} {each.direction.value}" for each in criteria)])
    kinds = [str if each.by is FilmOrderField.TITLE else float for each in criteria] + [float] * 3
    begin = place(ordered, after, kinds)

    numbers = await info.context.load.numbers_by_group.load(group)
    facts = await _facts(info, numbers, fields)
    start, rows, places = await asyncio.to_thread(_cut, numbers, facts, criteria, begin, size)
    if FilmOrderField.DIVERGENCE in fields:
        shown = numbers.aggregates.film_ids[rows].tolist()
        info.context.load.histogram_by_film.prime_many({film: facts.histograms.get(film) for film in shown})
    total = len(numbers.aggregates.film_ids)
    return connection(
        [CohortFilm.of(numbers, row, group, scope) for row in rows],
        [cursors.encode(ordered, place) for place in places],
        more=start + len(rows) < total,
        skipped=start > 0,
        count=lambda: total,
    )


async def _facts(info: Info, numbers: Numbers, fields: set[FilmOrderField]) -> Facts:
    ids = numbers.aggregates.film_ids.tolist()
    read = info.context.database.read
    named = fields & {FilmOrderField.TITLE, FilmOrderField.RELEASE_YEAR}
    return Facts(
        titles=await read(films.titles, ids) if named else {},
        histograms=await read(histograms.by_film, ids) if FilmOrderField.DIVERGENCE in fields else {},
    )


def _cut(
    numbers: Numbers, facts: Facts, criteria: Sequence[FilmOrder], begin: Sequence[cursors.Value] | None, size: int
) -> tuple[int, list[int], list[list[cursors.Value]]]:
    """Where the page starts, its rows in the numbers, and their sort values."""
    columns = [_column(numbers, facts, each) for each in criteria] + tie_breakers(numbers.aggregates)
    start = 0 if begin is None else rows_until(columns, begin)
    rows = order(columns)[start : start + size].tolist()
    return start, rows, [[column.at(row) for column in columns] for row in rows]


def _column(numbers: Numbers, facts: Facts, criterion: FilmOrder) -> Column:
    descending = criterion.direction is Direction.DESC
    counts = numbers.aggregates
    ids = counts.film_ids.tolist()
    match criterion.by:
        case FilmOrderField.TITLE:
            return Textual(np.array([folded(facts.titles[film][0]) for film in ids], dtype=np.str_), descending)
        case FilmOrderField.RELEASE_YEAR:
            return Numeric(_floats([facts.titles[film][1] for film in ids]), descending)
        case FilmOrderField.DIVERGENCE:
            means = [histogram.mean if (histogram := facts.histograms.get(film)) else None for film in ids]
            return Numeric(numbers.average - _floats(means), descending)
    values = {
        FilmOrderField.SCORE: numbers.score,
        FilmOrderField.AVERAGE: numbers.average,
        FilmOrderField.RATED_COUNT: counts.rated,
        FilmOrderField.WATCHERS: counts.watchers,
        FilmOrderField.LIKED_COUNT: counts.liked,
    }
    return Numeric(values[criterion.by], descending)


def _floats(values: Sequence[float | None]) -> np.ndarray:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
