"""Five hundred random histories through the store: vectors, tables and plain SQL all equal a recomputation.

Every step commits, so that film columns are brought up to date as in a process that lives through it all.
"""

import random
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import Engine, text

from schema.engine import SNAPSHOT
from schema.insights import catalogue
from schema.insights.catalogue import Catalogue
from schema.insights.numbers import numbers
from schema.insights.rankings import STRATEGIES
from schema.insights.reading import vectors_of_cohort, vectors_of_members
from schema.insights.shapes import SHAPES
from schema.store import cohorts, facts, film_columns, films, members, reactions, stats, vectors
from schema.store.films import Identity
from schema.store.reactions import Reaction
from tests.schema.insights import plain

HISTORIES, PARTS = 520, 13
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
ROWS = """
    SELECT member_id, film_id, rating, liked, favorite FROM ratings JOIN cohort_members USING (member_id)
    WHERE cohort_id = :cohort
"""
MEMBERS = "SELECT member_id FROM cohort_members WHERE cohort_id = :cohort"
COUNTS = """
    SELECT film_id, count(*), count(rating), coalesce(sum(rating), 0), coalesce(sum(rating * rating), 0),
           count(*) FILTER (WHERE liked), count(*) FILTER (WHERE favorite), avg(rating::float8) / 2,
           stddev_pop(rating::float8) / 2, array(SELECT count(*) FILTER (WHERE r.rating = n)::int
               FROM generate_series(1, 10) n LEFT JOIN ratings r ON r.film_id = outside.film_id
               AND r.member_id IN (SELECT member_id FROM cohort_members WHERE cohort_id = :cohort)
               GROUP BY n ORDER BY n)
    FROM ratings outside JOIN cohort_members USING (member_id) WHERE cohort_id = :cohort GROUP BY film_id
"""


class History:
    """A small world to which things happen, and what must be true of it afterwards."""

    def __init__(self, engine: Engine, shared: Catalogue, seed: int) -> None:
        self.engine, self.shared, self.chance = engine, shared, random.Random(seed)
        self.now = BEGAN
        names = [f"{seed}_{number}" for number in range(9)]
        tiles = [Identity(f"{seed}-{n}", seed * 100 + n, f"Film {n}", 2000 + n) for n in range(7)]
        with engine.begin() as connection:
            self.members = list(members.upsert(connection, dict.fromkeys(names)).values())
            self.films = films.resolve(connection, tiles)
            self.cohort = cohorts.create(connection, f"circle {seed}", {"usernames": names})
        self.happen("refresh")

    def happen(self, what: str | None = None) -> None:
        """Anything that may happen, once."""
        self.now += timedelta(days=1)
        with self.engine.begin() as self.connection:
            getattr(self, what or self.chance.choice(HAPPENINGS))()

    def react(self) -> None:
        # Some members agree and some do not, so that every shape comes up.
        level = self.chance.choice([1, 3, 6, 9, 10])
        said = [
            Reaction(
                member,
                self.chance.choice(self.films),
                self.chance.choice([None, level, min(10, level + 1), self.chance.randint(1, 10)]),
                self.chance.random() < 0.5,
                self.chance.random() < 0.2,
            )
            for member in self.chance.sample(self.members, self.chance.randint(1, 9))
            for _ in range(self.chance.randint(1, 4))
        ]
        facets = self.chance.choice([reactions.FACETS, ("rating", "liked"), ("favorite",)])
        at = self.now - timedelta(days=self.chance.choice([0, 0, 3]))  # news may come late
        reactions.upsert(self.connection, said, facets, source="crawl", observed_at=at)
        vectors.rewrite(self.connection, list({each.member_id for each in said}))

    def take_back(self) -> None:
        member = self.chance.choice(self.members)
        facets = self.chance.sample(reactions.FACETS, self.chance.randint(1, 3))
        gone = self.chance.sample(self.films, self.chance.randint(1, len(self.films)))
        reactions.withdraw(self.connection, member, facets, gone, source="crawl", observed_at=self.now)
        vectors.rewrite(self.connection, [member])

    def erase(self) -> None:
        member = self.chance.choice(self.members)
        everything = list(reactions.FACETS)
        reactions.withdraw(self.connection, member, everything, self.films, source="export", observed_at=self.now)
        vectors.rewrite(self.connection, [member])

    def refresh(self) -> None:
        cohorts.set_members(
            self.connection, self.cohort, self.chance.sample(self.members, self.chance.randint(0, len(self.members)))
        )

    def fetch(self) -> None:
        counts = [self.chance.randrange(4) for _ in range(10)]
        film = self.chance.choice(self.films)
        facts.keep_histogram(self.connection, film, counts, average=None, rating_count=sum(counts), fetched_at=self.now)

    def merge(self) -> None:
        """Two rows turn out to be one film: the older one takes over what the newer one has."""
        kept, gone = sorted(self.chance.sample(self.films, 2))
        if len(self.films) < 4:
            return
        where = {"kept": kept, "gone": gone}
        moved = text(
            "UPDATE ratings r SET film_id = :kept WHERE film_id = :gone AND NOT EXISTS"
            " (SELECT FROM ratings o WHERE o.member_id = r.member_id AND o.film_id = :kept) "
        )
        self.connection.execute(moved, where)
        for table in ("ratings", "rating_events"):
            self.connection.execute(text(f"DELETE FROM {table} WHERE film_id = :gone"), where)
        self.connection.execute(text("DELETE FROM films WHERE id = :gone"), where)
        film_columns.rewrite(self.connection, [kept])
        vectors.rewrite(self.connection, self.members)
        self.films.remove(gone)

    def check(self) -> None:
        """Everything that can be asked, asked in every way."""
        where = {"cohort": self.cohort}
        with self.engine.connect().execution_options(**SNAPSHOT) as self.connection:
            rows = [plain.Row(*row) for row in self.connection.execute(text(ROWS), where)]
            ids = list(self.connection.execute(text(MEMBERS), where).scalars())
            expected = plain.films(rows, self.world(), len(ids))
            columns = catalogue.changes(self.connection, self.shared.columns).columns()
            self.shared.publish(columns)
            found = numbers(vectors_of_cohort(self.connection, self.cohort), columns)
            assert_numbers(found, expected)
            ad_hoc = numbers(vectors_of_members(self.connection, ids), columns)
            assert ad_hoc.ranking().score.tobytes() == found.ranking().score.tobytes()
            assert ad_hoc.counts.histogram.tolist() == found.counts.histogram.tolist()
            assert_sql(self.connection.execute(text(COUNTS), where).all(), expected)
            assert vectors.wrong(self.connection, self.members) == []
            assert film_columns.wrong(self.connection, self.films) == []
        with self.engine.begin() as connection:
            for write in (stats.write_stats, stats.write_rankings, stats.write_insights):
                write(connection, self.cohort, found)
            assert_tables(connection, self.cohort, expected)

    def world(self) -> dict[int, float]:
        known = text("SELECT film_id, counts FROM film_histograms WHERE film_id = ANY(:films)")
        found = self.connection.execute(known, {"films": self.films})
        return {
            film: sum(n * count for n, count in enumerate(counts, 1)) / sum(counts) / 2
            for film, counts in found
            if sum(counts)
        }


HAPPENINGS = ("react", "react", "react", "take_back", "erase", "refresh", "fetch", "merge")


@pytest.fixture(scope="module")
def shared() -> Catalogue:
    """Film columns of a process that lives through all histories."""
    return Catalogue()


@pytest.mark.parametrize("part", range(PARTS))
def test_vectors_tables_and_sql_equal_a_recomputation(database, shared, part):
    for seed in range(part, HISTORIES, PARTS):
        history = History(database, shared, seed)
        for _ in range(history.chance.randint(1, 10)):
            history.happen()
        history.check()


def near(value):
    return None if value is None else pytest.approx(value, abs=1e-9)


def assert_numbers(found, expected) -> None:
    counts = found.counts
    assert counts.film_ids.tolist() == list(expected)
    for row, about in enumerate(expected.values()):
        exact = (
            ("watchers", counts.watchers),
            ("rated_count", counts.rated),
            ("rating_sum", counts.rating_sum),
            ("rating_sum_squares", counts.rating_sum_squares),
            ("liked_count", counts.liked),
            ("liked_unrated", counts.liked_unrated),
            ("favorite_count", counts.favorite),
        )
        for name, column in exact:
            assert column[row] == about[name], name
        assert counts.histogram[row].tolist() == about["histogram"]
        assert SHAPES[found.shape[row]] == about["shape"]
        close = (
            ("average", counts.average),
            ("standard_deviation", counts.standard_deviation),
            ("agreement", counts.agreement),
            ("global_average", found.global_average),
            ("divergence", found.divergence),
            ("rating_percentile", found.rating_percentile),
            ("rating_z", found.rating_z),
            ("watcher_percentile", found.watcher_percentile),
            ("watcher_z", found.watcher_z),
        )
        for name, column in close:
            value = None if column[row] != column[row] else column[row]
            assert value == near(about[name]), name
        assert [name for name, has in found.tagged.items() if has[row]] == about["tags"]
    for strategy in STRATEGIES:
        ranking = found.ranking(strategy)
        order = [int(counts.film_ids[row]) for row in ranking.order]
        assert order == plain.ranking(expected, strategy), strategy
        assert ranking.places(ranking.order) == list(range(1, len(order) + 1))
        places = ranking.places(np.arange(len(found)))
        for row, about in enumerate(expected.values()):
            score = about["scores"][strategy]
            assert places[row] == ranking.place(row)
            assert (places[row] is None) == (score is None)
            assert (None if ranking.score[row] != ranking.score[row] else ranking.score[row]) == near(score)


def assert_tables(connection, cohort: int, expected) -> None:
    for table in ("cohort_film_stats", "ranking_insights"):
        select = text(f"SELECT * FROM {table} WHERE cohort_id = :cohort ORDER BY film_id")
        rows = connection.execute(select, {"cohort": cohort}).mappings().all()
        assert [row["film_id"] for row in rows] == list(expected)
        for row, about in zip(rows, expected.values(), strict=True):
            for name in set(row) - {"cohort_id", "film_id"}:
                wanted = about[name]
                assert row[name] == (near(wanted) if isinstance(wanted, float) else wanted), name
    select = text("SELECT strategy, film_id, score, rank FROM film_rankings WHERE cohort_id = :cohort ORDER BY 1, 4")
    rows = connection.execute(select, {"cohort": cohort}).all()
    for strategy in STRATEGIES:
        mine = [row for row in rows if row.strategy == strategy]
        assert [row.rank for row in mine] == list(range(1, len(mine) + 1))
        assert [row.film_id for row in mine] == plain.ranking(expected, strategy)
        for row in mine:
            assert row.score == near(expected[row.film_id]["scores"][strategy])


def assert_sql(rows, expected) -> None:
    assert {row[0] for row in rows} == set(expected)
    names = (
        "watchers", "rated_count", "rating_sum", "rating_sum_squares", "liked_count", "favorite_count", "average",
        "standard_deviation", "histogram",
    )  # fmt: skip
    for film, *values in rows:
        for name, value in zip(names, values, strict=True):
            wanted = expected[film][name]
            assert value == (near(wanted) if isinstance(wanted, float) else wanted), name
