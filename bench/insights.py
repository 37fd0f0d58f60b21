"""How fast a cohort's numbers are there from nothing, beside the best SQL for the same answer in the same run.

The question: all counts of every film, percentiles, six filters, and the fifty best with all their numbers and ranks.
"""

import asyncio
import os
import random
import resource
import time
from collections.abc import Callable
from statistics import median

import numpy as np
import uvloop
from sqlalchemy import Connection, Engine, text

from api.database import Database
from bench import insights_sql
from bench.insights_upkeep import alignment, film_columns_held, tables, vector_upkeep
from bench.timing import milliseconds, spread
from bench.world import fill_films, fill_members
from schema.async_engine import async_engine
from schema.engine import SNAPSHOT
from schema.insights import catalogue, filters
from schema.insights.aggregates import Vector
from schema.insights.catalogue import Catalogue
from schema.insights.given import FilmFilter, Names, Range
from schema.insights.groups import AdHocGroup
from schema.insights.numbers import numbers
from schema.insights.ordering import Numeric, order, tie_breakers

LIMITS = {
    "alone_p95_ms": 25,
    "ten_at_once_p95_ms": 120,
    "times_faster_than_sql": 8,
    "vector_upkeep_p50_ms": 2,
    "tables_p50_s": 1,
    "alignment_p50_ms": 200,
    "columns_of_100000_films_mb": 100,
}
_SIX = FilmFilter(
    average=Range(2.0, None),
    watchers=Range(3, None),
    rating_percentile=Range(50, None),
    release_year=Range(1950, None),
    runtime=Range(70, 190),
    genres=Names(any=("Drama", "Comedy", "Crime", "Horror")),
)
_TOP, _FEW, _CLIENTS = 50, 500, 10
Members = frozenset[int]


def run(
    engine: Engine, *, members: int = 4_000, ratings_each: int = 1_900, films: int = 40_000, rounds: int = 100
) -> dict:
    """Medians and 95th percentiles in milliseconds; `ok` when every limit holds."""
    few = min(members, _FEW)
    most = members + members // 3
    fill_films(engine, films)
    shared = Catalogue()
    among_all: dict[int, dict[str, float]] = {}
    small = [_cohort(draw, few, 100) for draw in range(rounds)]
    there = 0
    for size in sorted({few, members}):
        there = _grow(engine, there, size, ratings_each, films)
        among_all[size * ratings_each] = _alone(engine, shared, small)
    chosen = [_cohort(draw, members, 100) for draw in range(rounds)]
    against = _against_sql(engine, shared, chosen[: max(5, rounds // 10)])
    found = {
        "ratings": members * ratings_each,
        "alone_ms": _alone(engine, shared, chosen),
        "ten_at_once_ms": uvloop.run(_together(engine, chosen)),
        **against,
        "ms_by_members": {
            size: _alone(engine, shared, [_cohort(draw, members, size) for draw in range(7)])
            for size in (10, 100, 1_000, 4_000)
            if size <= members
        },
        "alignment_of_100_ms": alignment(engine, chosen[:20]),
        "vector_upkeep_ms": vector_upkeep(engine, members),
        "tables": tables(engine),
        "film_columns": film_columns_held(engine),
    }
    _grow(engine, there, most, ratings_each, films)
    among_all[most * ratings_each] = _alone(engine, shared, small)
    kept = {
        "alone_p95_ms": found["alone_ms"]["p95"] <= LIMITS["alone_p95_ms"],
        "ten_at_once_p95_ms": found["ten_at_once_ms"]["p95"] <= LIMITS["ten_at_once_p95_ms"],
        "times_faster_than_sql": found["times_faster_than_sql"] >= LIMITS["times_faster_than_sql"],
        "same_answer": found["same_answer"],
        "vector_upkeep_p50_ms": found["vector_upkeep_ms"]["p50"] <= LIMITS["vector_upkeep_p50_ms"],
        "tables_p50_s": found["tables"]["all_changed_s"]["p50"] <= LIMITS["tables_p50_s"],
        "alignment_p50_ms": found["alignment_of_100_ms"]["p50"] <= LIMITS["alignment_p50_ms"],
        "columns_of_100000_films_mb": found["film_columns"]["mb_for_100000"] <= LIMITS["columns_of_100000_films_mb"],
    }
    return {
        **found,
        "same_cohorts_ms_by_ratings_of_all": among_all,
        "load_average": os.getloadavg(),
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "limits": LIMITS,
        "missed": [name for name, holds in kept.items() if not holds],
        "ok": all(kept.values()),
    }


def fetch(
    connection: Connection, columns: catalogue.FilmColumns, members: Members
) -> tuple[list[Vector], catalogue.Fetched]:
    """What the answer is computed from."""
    return AdHocGroup(members).vectors(connection), catalogue.changes(connection, columns)


def answer(shared: Catalogue, vectors: list[Vector], fetched: catalogue.Fetched) -> list[dict]:
    """The question, asked of the packed vectors."""
    columns = fetched.columns()
    shared.publish(columns)
    found = numbers(vectors, columns)
    ranking = found.ranking()
    kept = np.flatnonzero(filters.judge(found, _SIX, {}).passes)
    best = kept[order([Numeric(ranking.score[kept], descending=True), *tie_breakers(found.counts, kept)], _TOP)]
    films = found.take(best)
    values = {
        "film": films.counts.film_ids,
        "score": films.score(),
        "average": films.counts.average,
        "standard_deviation": films.counts.standard_deviation,
        "divergence": films.divergence,
        "rated": films.counts.rated,
        "watchers": films.counts.watchers,
        "liked_pct": films.counts.liked_pct,
        "favorite_pct": films.counts.favorite_pct,
        "global_average": films.global_average,
        "histogram": films.counts.histogram,
        "shape": films.shape,
        "rating_percentile": films.rating_percentile,
        "watcher_percentile": films.watcher_percentile,
    }
    lists = {name: column.tolist() for name, column in values.items()} | {"rank": ranking.places(best)}
    return [dict(zip(lists, row, strict=True)) for row in zip(*lists.values(), strict=True)]


def _grow(engine: Engine, there: int, members: int, ratings_each: int, films: int) -> int:
    """Adds members to the `there` first ones until there are as many as asked for; returns their number."""
    fill_members(engine, there + 1, members - there, ratings_each=ratings_each, films=films)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (ANALYZE) ratings, member_vectors, film_columns, films, cohort_members"))
        connection.execute(text("CHECKPOINT"))
    return members


def _cohort(seed: int, members: int, size: int) -> Members:
    return frozenset(random.Random(seed).sample(range(1, members + 1), size))


def _ask(engine: Engine, shared: Catalogue, members: Members) -> list[dict]:
    with engine.connect().execution_options(**SNAPSHOT) as connection:
        fetched = fetch(connection, shared.columns, members)
    return answer(shared, *fetched)


def _alone(engine: Engine, shared: Catalogue, chosen: list[Members]) -> dict[str, float]:
    _ask(engine, shared, chosen[0])  # the connection and the films, not the cohort: every one of them is new
    return spread([milliseconds(lambda each=each: _ask(engine, shared, each)) for each in chosen])


async def _together(engine: Engine, chosen: list[Members]) -> dict[str, float]:
    """Ten clients of one process, served as the API serves them."""
    serving = async_engine(engine.url)
    database = Database(serving)

    async def ask(members: Members) -> None:
        fetched = await database.read(fetch, database.catalogue.columns, members)
        await database.compute(answer, database.catalogue, *fetched)

    async def client(number: int) -> list[float]:
        times = []
        for members in chosen[number::_CLIENTS]:
            began = time.perf_counter()
            await ask(members)
            times.append((time.perf_counter() - began) * 1000)
        return times

    async def everyone() -> list[float]:
        return [each for times in await asyncio.gather(*map(client, range(_CLIENTS))) for each in times]

    try:
        await everyone()  # ten connections
        return spread(await everyone())
    finally:
        await serving.dispose()


def _against_sql(engine: Engine, shared: Catalogue, chosen: list[Members]) -> dict:
    """Every cohort asked in every way, one right after the other, so that the machine's load falls on all alike."""
    ways: dict[str, Callable[[Members], list]] = {
        name: lambda members, name=name: _by_sql(engine, name, members) for name in insights_sql.FORMULATIONS
    } | {"vectors": lambda members: _ask(engine, shared, members)}
    times: dict[str, list[float]] = {name: [] for name in ways}
    for members in chosen:
        for name, ask in ways.items():
            times[name].append(milliseconds(lambda ask=ask, members=members: ask(members)))
    mine = times.pop("vectors")
    best = min(times, key=lambda name: median(times[name]))
    return {
        "sql_ms": {name: spread(each) for name, each in times.items()},
        "times_faster_than_sql": round(median(sql / ours for sql, ours in zip(times[best], mine, strict=True)), 1),
        "same_answer": all(
            _same(_ask(engine, shared, members), _by_sql(engine, name, members))
            for members in chosen[:3]
            for name in insights_sql.FORMULATIONS
        ),
    }


def _by_sql(engine: Engine, formulation: str, members: Members) -> list[tuple]:
    with engine.connect().execution_options(**SNAPSHOT) as connection:
        return insights_sql.answer(connection, formulation, members)


def _same(mine: list[dict], theirs: list[tuple]) -> bool:
    if [(row["film"], row["rank"]) for row in mine] != [row[:2] for row in theirs]:
        return False
    names = ("score", "average", "standard_deviation", "divergence")
    ours = np.array([[row[name] for name in names] for row in mine], dtype=np.float64)
    return bool(np.allclose(ours, np.array([row[2:6] for row in theirs], dtype=np.float64), 0, 1e-9, equal_nan=True))
