"""What changed equals the difference between two states of the same rows."""

import random
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from schema.insights.aggregates import aggregate
from schema.insights.changes import changes, deltas
from schema.insights.groups import AdHocGroup
from schema.insights.rankings.prior import prior
from schema.insights.reading import vectors_of_members
from schema.store import films, members, reactions, vectors
from schema.store.reactions import Reaction

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def world(connection):
    """Four members and six films."""
    ids = members.upsert(connection, dict.fromkeys(("ada", "bo", "cy", "di")))
    found = films.resolve(connection, [films.Identity(f"film-{n}", n, f"Film {n}", 2000 + n) for n in range(1, 7)])
    return list(ids.values()), found


def _react(connection, reactions_, at, *, record=True):
    reactions.upsert(
        connection, reactions_, ("rating", "liked", "favorite"), source="crawl", observed_at=at, record=record
    )
    vectors.rewrite(connection, sorted({reaction.member_id for reaction in reactions_}))


def _state(connection, people):
    numbers = aggregate(vectors_of_members(connection, people))
    return {
        int(film): tuple(
            int(column[row]) for column in (numbers.rated, numbers.rating_sum, numbers.liked, numbers.favorite)
        )
        for row, film in enumerate(numbers.film_ids)
    }, numbers


@pytest.mark.parametrize("seed", range(20))
def test_rolled_back_to_what_it_was(connection, world, seed):
    people, catalogue = world
    rng = random.Random(seed)

    def some(count):
        pairs = rng.sample([(person, film) for person in people for film in catalogue], count)
        return [
            Reaction(person, film, rng.choice([None, *range(1, 11)]), rng.random() < 0.3, rng.random() < 0.2)
            for person, film in pairs
        ]

    _react(connection, some(15), NOON - timedelta(days=9), record=False)
    _react(connection, some(5), NOON - timedelta(days=1))
    before, _ = _state(connection, people)
    for hour in range(1, 4):
        _react(connection, some(6), NOON + timedelta(hours=hour))
    after, numbers = _state(connection, people)

    found = changes(numbers, deltas(connection, AdHocGroup(frozenset(people)), NOON))
    nothing = (0, 0, 0, 0)
    expected = {
        film: (before.get(film, nothing), after.get(film, nothing))
        for film in before.keys() | after.keys()
        if before.get(film, nothing) != after.get(film, nothing)
    }
    assert found.film_ids.tolist() == sorted(expected)
    mean, weight = prior(numbers)
    for row, film in enumerate(found.film_ids.tolist()):
        (rated, total, liked, favorite), (rated_now, total_now, liked_now, favorite_now) = expected[film]
        assert (found.rated_then[row], found.rated_now[row]) == (rated, rated_now)
        assert found.average_then[row] == pytest.approx(total / rated / 2 if rated else np.nan, nan_ok=True)
        assert found.average_now[row] == pytest.approx(total_now / rated_now / 2 if rated_now else np.nan, nan_ok=True)
        assert (found.liked[row], found.favorite[row]) == (liked_now - liked, favorite_now - favorite)
        then, now = ((weight * mean + s / 2) / (weight + n) for s, n in ((total, rated), (total_now, rated_now)))
        assert found.rise[row] == pytest.approx(now - then)


def test_risers_and_fallers(connection, world):
    people, (up, down, same, *_) = world
    start = [Reaction(person, film, 6) for person in people for film in (up, down, same)]
    _react(connection, start, NOON - timedelta(days=1), record=False)
    _react(
        connection,
        [Reaction(people[0], up, 10), Reaction(people[0], down, 1), Reaction(people[0], same, 6, True)],
        NOON + timedelta(1),
    )
    _, numbers = _state(connection, people)
    found = changes(numbers, deltas(connection, AdHocGroup(frozenset(people)), NOON))
    assert found.film_ids[found.risers()].tolist() == [up]
    assert found.film_ids[found.fallers()].tolist() == [down]
    assert found.film_ids[found.newly_liked()].tolist() == [same]
    assert found.new_favorites().tolist() == []


def test_nothing_changed(connection, world):
    people, _ = world
    numbers = aggregate(vectors_of_members(connection, people))
    found = changes(numbers, deltas(connection, AdHocGroup(frozenset(people)), NOON))
    assert len(found.film_ids) == len(found.risers()) == 0
