"""Writes a cohort's numbers down for SQL users and dashboards, computed by the same insights the API answers from."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, text

from schema.insights import catalogue
from schema.insights.numbers import Numbers, numbers
from schema.insights.rankings import STRATEGIES
from schema.insights.reading import vectors_of_cohort
from schema.insights.shapes import SHAPES
from schema.insights.standing import watcher_buckets
from schema.store.bulk import copy_arrays, integer_arrays, text_array


def numbers_of(connection: Connection, cohort_id: int) -> Numbers:
    """The cohort's numbers now, to be written. Exact in a REPEATABLE READ transaction."""
    return numbers(vectors_of_cohort(connection, cohort_id), catalogue.load(connection))


def write_stats(connection: Connection, cohort_id: int, found: Numbers) -> int:
    """Makes the cohort's rows of `cohort_film_stats` equal `found`; returns how many films they cover."""
    counts = found.counts
    columns = {
        "film_id": counts.film_ids.astype(np.int32),
        "watchers": counts.watchers.astype(np.int32),
        "rated_count": counts.rated.astype(np.int32),
        "rating_sum": counts.rating_sum.astype(np.int32),
        "rating_sum_squares": counts.rating_sum_squares.astype(np.int32),
        "average": counts.average,
        "standard_deviation": counts.standard_deviation,
        "liked_count": counts.liked.astype(np.int32),
        "favorite_count": counts.favorite.astype(np.int32),
        "liked_pct": counts.liked_pct,
        "favorite_pct": counts.favorite_pct,
        "histogram": integer_arrays(counts.histogram),
        "global_average": found.global_average,
        "divergence": found.divergence,
        "agreement": counts.agreement,
        "shape": np.array([name.encode() for name in SHAPES])[found.shape],
    }
    return _replace(connection, "cohort_film_stats", cohort_id, ["film_id"], [columns])


def write_rankings(connection: Connection, cohort_id: int, found: Numbers) -> int:
    """Makes the cohort's rows of `film_rankings` equal every strategy's; returns how many there are."""
    return _replace(
        connection,
        "film_rankings",
        cohort_id,
        ["strategy", "film_id"],
        [_ranked(found, strategy) for strategy in STRATEGIES],
    )


def write_insights(connection: Connection, cohort_id: int, found: Numbers) -> int:
    """Makes the cohort's rows of `ranking_insights` equal `found`; returns how many films they cover."""
    columns = {
        "film_id": found.counts.film_ids.astype(np.int32),
        "rating_percentile": found.rating_percentile,
        "watcher_percentile": found.watcher_percentile,
        "rating_z": found.rating_z,
        "watcher_z": found.watcher_z,
        "watcher_bucket": watcher_buckets(found.counts.watchers).astype(np.int16),
        "tags": _tags(found),
    }
    return _replace(connection, "ranking_insights", cohort_id, ["film_id"], [columns])


def _ranked(found: Numbers, strategy: str) -> dict[str, NDArray]:
    ranking = found.ranking(strategy)
    ranks = np.empty(len(found), dtype=np.int32)
    ranks[ranking.order] = np.arange(1, len(ranking.order) + 1)
    rows = np.sort(ranking.order)  # as the primary key has them, which is faster than best first
    return {
        "strategy": np.full(len(rows), strategy.encode()),
        "film_id": found.counts.film_ids[rows].astype(np.int32),
        "score": ranking.score[rows],
        "rank": ranks[rows],
    }


def _tags(found: Numbers) -> NDArray[np.bytes_]:
    """Each film's tags as a text[]; few of the combinations exist, so that each is packed once."""
    bits = sum(has.astype(np.int64) << place for place, has in enumerate(found.tagged.values()))
    combinations, places = np.unique(bits, return_inverse=True)
    packed = [
        text_array([name for place, name in enumerate(found.tagged) if combination >> place & 1])
        for combination in combinations.tolist()
    ]
    return np.array(packed, dtype=np.bytes_)[places]


def _replace(
    connection: Connection, table: str, cohort_id: int, key: Sequence[str], parts: Sequence[Mapping[str, NDArray]]
) -> int:
    """Makes `parts` all rows of the cohort, which `key` tells apart, and returns their number.

    Writes only what differs, and that in place, which leaves the index alone: to delete and insert costs twice that.
    """
    staged, names = f"staged_{table}", ["cohort_id", *parts[0]]
    connection.execute(text(f"CREATE TEMP TABLE IF NOT EXISTS {staged} (LIKE {table}) ON COMMIT DELETE ROWS"))
    connection.execute(text(f"TRUNCATE {staged}"))
    for part in parts:
        owner = np.full(len(part["film_id"]), cohort_id, dtype=np.int64)
        copy_arrays(connection, staged, {"cohort_id": owner, **part})
    same = " AND ".join(["t.cohort_id = :cohort", *(f"t.{name} = s.{name}" for name in key)])
    held = [name for name in parts[0] if name not in key]
    where = {"cohort": cohort_id}
    connection.execute(
        text(
            f"MERGE INTO {table} t USING {staged} s ON {same}"
            f" WHEN MATCHED AND ({_listed('t', held)}) IS DISTINCT FROM ({_listed('s', held)})"
            f" THEN UPDATE SET {', '.join(f'{name} = s.{name}' for name in held)}"
            f" WHEN NOT MATCHED THEN INSERT ({', '.join(names)}) VALUES ({_listed('s', names)})"
        ),
        where,
    )
    rows = sum(len(part["film_id"]) for part in parts)
    there = connection.execute(text(f"SELECT count(*) FROM {table} WHERE cohort_id = :cohort"), where).scalar_one()
    if there > rows:  # rarely, and looking for them takes as long as half of the above
        gone = f"DELETE FROM {table} t WHERE cohort_id = :cohort AND NOT EXISTS (SELECT FROM {staged} s WHERE {same})"
        connection.execute(text(gone), where)
    return rows


def _listed(alias: str, names: Sequence[str]) -> str:
    return ", ".join(f"{alias}.{name}" for name in names)
