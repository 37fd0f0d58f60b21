"""Bulk upserts write what is new, leave what is not, and never go back in time."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from schema.store import films, members, reactions
from schema.store.bulk import empty_temporary
from schema.store.films import Identity
from schema.store.reactions import Reaction

T0 = datetime(2026, 1, 1, tzinfo=UTC)
LATER = T0 + timedelta(hours=1)


@pytest.fixture
def world(connection):
    ids = members.upsert(connection, {"ada": None, "bo": None})
    found = films.resolve(connection, [Identity(f"f{n}", n, f"F{n}", 2000) for n in range(1, 6)])
    return ids["ada"], ids["bo"], found


def rows(connection):
    return connection.execute(
        text("SELECT member_id, film_id, rating, liked, favorite FROM ratings ORDER BY 1, 2")
    ).all()


def rate(connection, batch, at=T0, facets=("rating", "liked"), record=True):
    return reactions.upsert(connection, batch, facets, source="crawl", observed_at=at, record=record)


def test_unchanged_rows_are_not_written(connection, world):
    ada, bo, f = world
    batch = [Reaction(ada, f[0], 8, True), Reaction(bo, f[0], 2)]
    assert rate(connection, batch) == 2
    before = connection.execute(text("SELECT ctid, xmin FROM ratings ORDER BY ctid")).all()
    assert rate(connection, batch, at=LATER) == 0
    assert connection.execute(text("SELECT ctid, xmin FROM ratings ORDER BY ctid")).all() == before
    assert rate(connection, [Reaction(ada, f[0], 9, True), Reaction(bo, f[0], 2)], at=LATER) == 1


def test_of_two_reactions_to_one_film_the_later_in_order_counts(connection, world):
    ada, _, f = world
    assert rate(connection, [Reaction(ada, f[0], 3), Reaction(ada, f[0], 7, True)]) == 1
    assert rows(connection) == [(ada, f[0], 7, True, False)]


def test_an_older_observation_never_wins(connection, world):
    ada, _, f = world
    rate(connection, [Reaction(ada, f[0], 8)], at=LATER)
    assert rate(connection, [Reaction(ada, f[0], 1)], at=T0) == 0
    assert rows(connection) == [(ada, f[0], 8, False, False)]
    assert connection.execute(text("SELECT count(*) FROM rating_events WHERE after = 1")).scalar() == 0


def test_facets_that_a_source_cannot_know_stay(connection, world):
    ada, _, f = world
    rate(connection, [Reaction(ada, f[0], 8, True)])
    reactions.upsert(connection, [Reaction(ada, f[0], favorite=True)], ("favorite",), source="crawl", observed_at=LATER)
    assert rows(connection) == [(ada, f[0], 8, True, True)]


def test_changes_are_recorded_and_a_baseline_is_not(connection, world):
    ada, _, f = world
    rate(connection, [Reaction(ada, f[0], 8)], record=False)
    rate(connection, [Reaction(ada, f[0], 9, True), Reaction(ada, f[1], 4)], at=LATER)
    events = connection.execute(
        text("SELECT film_id, facet, before, after FROM rating_events ORDER BY film_id, facet")
    ).all()
    assert events == [(f[0], "liked", 0, 1), (f[0], "rating", 8, 9), (f[1], "rating", None, 4)]


def test_what_is_withdrawn_is_recorded_and_empty_rows_go(connection, world):
    ada, bo, f = world
    rate(connection, [Reaction(ada, f[0], 8, True), Reaction(ada, f[1], 5), Reaction(bo, f[0], 5)], record=False)
    empty_temporary(connection, reactions.INCOMING, reactions.INCOMING_COLUMNS)
    gone = reactions.not_incoming(connection, ada, "rating", observed_at=LATER)
    assert sorted(gone) == [f[0], f[1]]
    reactions.withdraw(connection, ada, ["rating"], gone, source="crawl", observed_at=LATER)
    assert rows(connection) == [(ada, f[0], None, True, False), (bo, f[0], 5, False, False)]
    events = connection.execute(text("SELECT film_id, facet, before, after FROM rating_events ORDER BY film_id")).all()
    assert events == [(f[0], "rating", 8, None), (f[1], "rating", 5, None)]


def test_a_row_observed_later_is_not_taken_back(connection, world):
    ada, _, f = world
    rate(connection, [Reaction(ada, f[0], 8)], at=LATER)
    empty_temporary(connection, reactions.INCOMING, reactions.INCOMING_COLUMNS)
    assert reactions.not_incoming(connection, ada, "rating", observed_at=T0) == []


def test_ratings_outside_the_scale_are_refused_by_the_database(connection, world):
    ada, _, f = world
    with pytest.raises(Exception, match="half_stars"):
        rate(connection, [Reaction(ada, f[0], 11)])
