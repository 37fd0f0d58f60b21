"""How fast members are set beside each other from nothing: a whole matrix, and one member beside many."""

import random
import statistics
import time
from collections.abc import Callable

from sqlalchemy import Connection, Engine, text

from bench.world import fill_films, fill_members
from schema.engine import SNAPSHOT
from schema.insights.alignment import Members, align, matrix
from schema.insights.company import company
from schema.insights.groups import AdHocGroup

MATRIX_MS = 200


def run(
    engine: Engine, *, members: int = 1_000, ratings_each: int = 1_900, films: int = 40_000, rounds: int = 20
) -> dict:
    """Medians and 95th percentiles in milliseconds, fetching included; `ok` when the matrix keeps its limit."""
    fill_films(engine, films)
    fill_members(engine, 1, members, ratings_each=ratings_each, films=films)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM (ANALYZE) member_vectors"))
    hundred = _measured(engine, members, min(100, members), rounds, _matrix)
    return {
        "matrix_of_100_ms": hundred,
        "one_beside_ms": {
            size: _measured(engine, members, size, rounds, _beside) for size in (100, 1_000) if size <= members
        },
        "limits": {"matrix_of_100_p95_ms": MATRIX_MS},
        "ok": hundred["p95"] <= MATRIX_MS,
    }


def _matrix(connection: Connection, group: AdHocGroup) -> None:
    found = company(connection, group)
    rows = matrix(found.vectors)
    assert len(rows) == len(found.members) == len(group.member_ids)


def _beside(connection: Connection, group: AdHocGroup) -> None:
    found = company(connection, group)
    one = found.vectors[0]
    align(one, Members.of(found.vectors, one.film_ids), 0).order()


def _measured(
    engine: Engine, members: int, size: int, rounds: int, work: Callable[[Connection, AdHocGroup], None]
) -> dict[str, float]:
    times = []
    for seed in range(rounds):
        group = AdHocGroup(frozenset(random.Random(seed).sample(range(1, members + 1), size)))
        with engine.connect().execution_options(**SNAPSHOT) as connection:
            began = time.perf_counter()
            work(connection, group)
            times.append((time.perf_counter() - began) * 1000)
    times.sort()
    return {"p50": round(statistics.median(times), 1), "p95": round(times[int(0.95 * (len(times) - 1))], 1)}
