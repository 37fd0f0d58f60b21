"""What insights cost beside a cohort's question: keeping vectors true, the three tables, alignment, film columns."""

from collections.abc import Sequence
from dataclasses import replace
from sys import getsizeof

from sqlalchemy import Engine, text

from bench.timing import milliseconds, spread
from schema.engine import SNAPSHOT
from schema.insights import catalogue
from schema.insights.aggregates import Aggregates
from schema.insights.alignment import matrix
from schema.insights.film_columns import FilmColumns
from schema.insights.numbers import Numbers, numbers
from schema.insights.reading import vectors_of_members
from schema.store import cohorts, film_columns, stats, vectors

_MEMBERS = 115
"""Members who have seen 36,000 of 40,000 films between them."""


def tables(engine: Engine) -> dict:
    """Seconds for the three tables of a cohort of 36,000 films: the first time, all rows changed, and none."""
    with engine.begin() as connection:
        cohort = cohorts.create(connection, "a hundred", {"usernames": ["m000001"]})
    with engine.connect().execution_options(**SNAPSHOT) as connection:
        films = catalogue.load(connection)
        one = numbers(vectors_of_members(connection, range(1, _MEMBERS + 1)), films).counts
    # The same films with every rating turned round: five stars for half a one.
    other = replace(one, reactions=one.reactions[:, [0, *range(10, 0, -1)]])

    def seconds(counts: Aggregates) -> float:
        found = Numbers(counts, films)  # nothing that follows from the counts has been computed yet
        return milliseconds(lambda: _write(engine, cohort, found)) / 1000

    first, *changed = [seconds(counts) for counts in [one, *[other, one] * 3]]
    return {
        "films": len(one.film_ids),
        "first_s": round(first, 2),
        "all_changed_s": spread(changed),
        "none_changed_s": spread([seconds(one) for _ in range(5)]),
    }


def _write(engine: Engine, cohort: int, found: Numbers) -> None:
    with engine.begin() as connection:
        for write in (stats.write_stats, stats.write_rankings, stats.write_insights):
            write(connection, cohort, found)


def vector_upkeep(engine: Engine, members: int) -> dict[str, float]:
    """Milliseconds to rewrite the vector of a member who has rated one film anew."""

    def rewrite(member: int) -> float:
        with engine.begin() as connection:
            connection.execute(
                text(
                    "UPDATE ratings SET rating = 11 - rating WHERE ctid = (SELECT ctid FROM ratings"
                    " WHERE member_id = :member AND rating IS NOT NULL LIMIT 1)"
                ),
                {"member": member},
            )
            return milliseconds(lambda: vectors.rewrite(connection, [member]))

    return spread([rewrite(member) for member in range(1, min(members, 100) + 1)])


def alignment(engine: Engine, chosen: Sequence[frozenset[int]]) -> dict[str, float]:
    """Milliseconds from nothing to everyone of a cohort beside everyone."""

    def aligned(members: frozenset[int]) -> None:
        with engine.connect().execution_options(**SNAPSHOT) as connection:
            found = vectors_of_members(connection, members)
        matrix(found)

    return spread([milliseconds(lambda each=each: aligned(each)) for each in chosen])


def film_columns_held(engine: Engine) -> dict[str, float]:
    """Megabytes that the columns hold, and a film changing: from the write to the columns that know it."""
    with engine.connect().execution_options(**SNAPSHOT) as connection:
        loading = milliseconds(lambda: catalogue.load(connection))
        columns = catalogue.load(connection)

    def change(film: int) -> float:
        with engine.begin() as connection:
            connection.execute(text("UPDATE films SET runtime_minutes = 201 WHERE id = :film"), {"film": film})
            film_columns.rewrite(connection, [film])
        with engine.connect().execution_options(**SNAPSHOT) as connection:
            return milliseconds(lambda: catalogue.changes(connection, columns).columns())

    films, total = len(columns.titles) - 1, megabytes(columns)
    return {
        "films": films,
        "mb": round(total, 1),
        "mb_for_100000": round(total * 100_000 / films, 1),
        "load_ms": round(loading),
        "one_film_changed_ms": spread([change(film) for film in range(1, 11)]),
    }


def megabytes(columns: FilmColumns) -> float:
    """What film columns hold in memory: arrays, titles, and the names of genres, countries and languages."""
    arrays = [columns.stamps, *columns.numbers.values(), *columns.described.values()]
    arrays += [array for pairs in columns.pairs.values() for array in (pairs.film_ids, pairs.terms)]
    names = [name for terms in columns.terms.values() for name in terms]
    held = sum(array.nbytes for array in arrays) + getsizeof(columns.titles)
    return (held + sum(map(getsizeof, [*columns.titles, *names]))) / 2**20
