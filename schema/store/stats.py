"""Writes a cohort's numbers down for SQL users and dashboards, computed by the same insights the API answers from."""

from collections.abc import Iterable, Sequence

import numpy as np
from sqlalchemy import Connection, text

from schema.insights import catalogue
from schema.insights.numbers import Numbers, numbers
from schema.insights.rankings import STRATEGIES
from schema.insights.reading import vectors_of_cohort
from schema.insights.shapes import SHAPES
from schema.insights.standing import watcher_buckets
from schema.store.bulk import copy_arrays, copy_into


def numbers_of(connection: Connection, cohort_id: int) -> Numbers:
    """The cohort's numbers now, to be written. Exact in a REPEATABLE READ transaction."""
    return numbers(vectors_of_cohort(connection, cohort_id), catalogue.load(connection))


def write_stats(connection: Connection, cohort_id: int, found: Numbers) -> int:
    """Replaces the cohort's rows of `cohort_film_stats`; returns how many films they cover."""
    counts = found.counts
    columns = {
        "film_id": counts.film_ids.tolist(),
        "watchers": counts.watchers.tolist(),
        "rated_count": counts.rated.tolist(),
        "rating_sum": counts.rating_sum.tolist(),
        "rating_sum_squares": counts.rating_sum_squares.tolist(),
        "average": _nullable(counts.average),
        "standard_deviation": _nullable(counts.standard_deviation),
        "liked_count": counts.liked.tolist(),
        "favorite_count": counts.favorite.tolist(),
        "liked_pct": counts.liked_pct.tolist(),
        "favorite_pct": counts.favorite_pct.tolist(),
        "histogram": counts.histogram.tolist(),
        "global_average": _nullable(found.global_average),
        "divergence": _nullable(found.divergence),
        "agreement": _nullable(counts.agreement),
        "shape": [SHAPES[shape] for shape in found.shape.tolist()],
    }
    _replace(connection, "cohort_film_stats", cohort_id, list(columns), zip(*columns.values(), strict=True))
    return len(found)


def write_rankings(connection: Connection, cohort_id: int, found: Numbers) -> int:
    """Replaces the cohort's rows of `film_rankings`, every strategy; returns how many it wrote."""
    _forget(connection, "film_rankings", cohort_id)
    written = 0
    for strategy in STRATEGIES:
        ranking = found.ranking(strategy)
        ranks = np.empty(len(found), dtype=np.int32)
        ranks[ranking.order] = np.arange(1, len(ranking.order) + 1)
        rows = np.sort(ranking.order)  # as the primary key has them, which is faster than best first
        columns = {
            "cohort_id": np.full(len(rows), cohort_id, dtype=np.int64),
            "strategy": np.full(len(rows), strategy.encode()),
            "film_id": found.counts.film_ids[rows].astype(np.int32),
            "score": ranking.score[rows],
            "rank": ranks[rows],
        }
        copy_arrays(connection, "film_rankings", columns)
        written += len(rows)
    return written


def write_insights(connection: Connection, cohort_id: int, found: Numbers) -> int:
    """Replaces the cohort's rows of `ranking_insights`; returns how many films they cover."""
    columns = {
        "film_id": found.counts.film_ids.tolist(),
        "rating_percentile": _nullable(found.rating_percentile),
        "watcher_percentile": found.watcher_percentile.tolist(),
        "rating_z": _nullable(found.rating_z),
        "watcher_z": found.watcher_z.tolist(),
        "watcher_bucket": watcher_buckets(found.counts.watchers).tolist(),
        "tags": _tags(found),
    }
    _replace(connection, "ranking_insights", cohort_id, list(columns), zip(*columns.values(), strict=True))
    return len(found)


def _tags(found: Numbers) -> list[list[str]]:
    tags: list[list[str]] = [[] for _ in range(len(found))]
    for name, has in found.tagged.items():
        for row in np.flatnonzero(has).tolist():
            tags[row].append(name)
    return tags


def _replace(connection: Connection, table: str, cohort_id: int, columns: Sequence[str], rows: Iterable) -> None:
    _forget(connection, table, cohort_id)
    copy_into(connection, table, ["cohort_id", *columns], ((cohort_id, *row) for row in rows))


def _forget(connection: Connection, table: str, cohort_id: int) -> None:
    connection.execute(text(f"DELETE FROM {table} WHERE cohort_id = :id"), {"id": cohort_id})


def _nullable(values: np.ndarray) -> list[float | None]:
    return [None if value != value else value for value in values.tolist()]  # nan alone differs from itself
