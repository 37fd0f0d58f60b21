"""Writing a cohort's numbers down costs what has changed."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from schema.store import cohorts, films, members, reactions, stats, vectors
from schema.store.films import Identity
from schema.store.reactions import Reaction

TABLES = ("cohort_film_stats", "film_rankings", "ranking_insights")


@pytest.fixture
def world(connection):
    """Two cohorts of the same four members, who have rated ten films; the first has been written down."""
    people = list(members.upsert(connection, dict.fromkeys(["ada", "bob", "cy", "dee"])).values())
    shelf = films.resolve(connection, [Identity(f"film-{n}", n, f"Film {n}", 2000) for n in range(1, 11)])
    said = [Reaction(member, film, 1 + (member + film) % 10) for member in people for film in shelf]
    _say(connection, said)
    both = [cohorts.create(connection, label, {"usernames": ["ada"]}) for label in ("one", "other")]
    for cohort in both:
        cohorts.set_members(connection, cohort, people)
        _write(connection, cohort)
    return both, people, shelf


def _say(connection, said, rating=("rating",)):
    reactions.upsert(connection, said, rating, source="crawl", observed_at=datetime.now(UTC))
    vectors.rewrite(connection, list({each.member_id for each in said}))


def _write(connection, cohort):
    found = stats.numbers_of(connection, cohort)
    for write in (stats.write_stats, stats.write_rankings, stats.write_insights):
        write(connection, cohort, found)


def _versions(connection, cohort):
    """Where each row lies, by its key: a row that is written anew lies elsewhere."""
    return {
        (table, *key): place
        for table in TABLES
        for place, *key in connection.execute(
            text(
                f"SELECT ctid::text, film_id{', strategy' if table == 'film_rankings' else ''} FROM {table}"
                " WHERE cohort_id = :cohort"
            ),
            {"cohort": cohort},
        )
    }


def test_equal_numbers_write_nothing(connection, world):
    (cohort, _), _, _ = world
    before = _versions(connection, cohort)
    _write(connection, cohort)
    assert before == _versions(connection, cohort)
    assert len(before) >= 10 * 6


def test_a_change_writes_its_rows_and_nobody_elses(connection, world):
    (cohort, other), people, shelf = world
    before, theirs = _versions(connection, cohort), _versions(connection, other)
    rating = connection.execute(
        text("SELECT 11 - rating FROM ratings WHERE member_id = :member AND film_id = :film"),
        {"member": people[0], "film": shelf[3]},
    ).scalar_one()
    _say(connection, [Reaction(people[0], shelf[3], rating)])
    _write(connection, cohort)
    after = _versions(connection, cohort)
    changed = {key[1] for key in before if key[0] == "cohort_film_stats" and before[key] != after[key]}
    assert changed == {shelf[3]}
    assert before.keys() == after.keys()
    assert _versions(connection, other) == theirs


def test_films_that_nobody_has_any_more_are_gone(connection, world):
    (cohort, other), people, shelf = world
    theirs = _versions(connection, other)
    for member in people:
        reactions.withdraw(
            connection, member, reactions.FACETS, [shelf[0]], source="crawl", observed_at=datetime.now(UTC)
        )
    vectors.rewrite(connection, people)
    _write(connection, cohort)
    assert {key[1] for key in _versions(connection, cohort)} == set(shelf[1:])
    assert _versions(connection, other) == theirs
