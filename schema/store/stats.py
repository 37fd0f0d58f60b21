"""Writes a cohort's numbers down for SQL users and dashboards, computed by the same insights the API answers from."""

import numpy as np
from sqlalchemy import Connection, text

from schema.insights.aggregates import aggregate
from schema.insights.rankings import STRATEGIES, rank
from schema.insights.reading import global_means, vectors_of_cohort
from schema.store.bulk import copy_into


def write_stats(connection: Connection, cohort_id: int) -> int:
    """Replaces the cohort's rows of `cohort_film_stats`; returns how many films they cover."""
    numbers = aggregate(vectors_of_cohort(connection, cohort_id))
    world = global_means(connection, numbers.film_ids)
    average = numbers.average
    connection.execute(text("DELETE FROM cohort_film_stats WHERE cohort_id = :id"), {"id": cohort_id})
    columns = {
        "film_id": numbers.film_ids.tolist(),
        "watchers": numbers.watchers.tolist(),
        "rated_count": numbers.rated.tolist(),
        "rating_sum": numbers.rating_sum.tolist(),
        "rating_sum_squares": numbers.rating_sum_squares.tolist(),
        "average": _nullable(average),
        "standard_deviation": _nullable(numbers.standard_deviation),
        "liked_count": numbers.liked.tolist(),
        "favorite_count": numbers.favorite.tolist(),
        "liked_pct": (100.0 * numbers.liked / numbers.watchers).tolist(),
        "favorite_pct": (100.0 * numbers.favorite / numbers.watchers).tolist(),
        "histogram": numbers.histogram.tolist(),
        "global_average": _nullable(world),
        "divergence": _nullable(average - world),
    }
    copy_into(
        connection,
        "cohort_film_stats",
        ["cohort_id", *columns],
        ((cohort_id, *row) for row in zip(*columns.values(), strict=True)),
    )
    return len(numbers.film_ids)


def write_rankings(connection: Connection, cohort_id: int) -> int:
    """Replaces the cohort's rows of `film_rankings`, every strategy; returns how many it wrote."""
    numbers = aggregate(vectors_of_cohort(connection, cohort_id))
    connection.execute(text("DELETE FROM film_rankings WHERE cohort_id = :id"), {"id": cohort_id})
    written = 0
    for strategy in STRATEGIES:
        ranking = rank(numbers, strategy)
        rows = zip(numbers.film_ids[ranking.order].tolist(), ranking.score[ranking.order].tolist(), strict=True)
        copy_into(
            connection,
            "film_rankings",
            ["cohort_id", "strategy", "film_id", "score", "rank"],
            ((cohort_id, strategy, film, score, place) for place, (film, score) in enumerate(rows, 1)),
        )
        written += len(ranking.order)
    return written


def _nullable(values: np.ndarray) -> list[float | None]:
    return [None if np.isnan(value) else value for value in values.tolist()]
