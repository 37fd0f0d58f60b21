"""Aggregates and scores equal a plain computation over the same reactions."""

import math
import random
from collections import defaultdict

import numpy as np
import pytest

from schema.insights.aggregates import Vector, aggregate
from schema.insights.rankings import rank
from schema.insights.rankings.prior import prior


def vector(reactions):
    ordered = sorted(reactions)
    return Vector.unpack(
        np.array([film for film, _, _ in ordered], dtype=">i4").tobytes(),
        bytes(rating or 0 for _, rating, _ in ordered),
        bytes(flags for _, _, flags in ordered),
    )


def ranked(counts, strategy="bayesian"):
    """The films of a world that nobody outside the cohort has rated."""
    return rank(counts, np.full(len(counts.film_ids), np.nan), strategy)


def invented(seed, members=30, films=60):
    draw = random.Random(seed)
    return [
        [(film, draw.choice([None, *range(1, 11)]), draw.randrange(4)) for film in draw.sample(range(films), 20)]
        for _ in range(members)
    ]


@pytest.mark.parametrize("seed", range(5))
def test_aggregates_equal_plain_counting(seed):
    people = invented(seed)
    found = aggregate([vector(person) for person in people])
    by_film = defaultdict(list)
    for person in people:
        for film, rating, flags in person:
            by_film[film].append((rating, flags))
    assert found.film_ids.tolist() == sorted(by_film)
    for row, film in enumerate(sorted(by_film)):
        ratings = [rating for rating, _ in by_film[film] if rating]
        assert found.watchers[row] == len(by_film[film])
        assert found.rated[row] == len(ratings)
        assert found.rating_sum[row] == sum(ratings)
        assert found.rating_sum_squares[row] == sum(r * r for r in ratings)
        assert found.liked_unrated[row] == sum(flags & 1 for rating, flags in by_film[film] if not rating)
        assert found.liked[row] == sum(flags & 1 for _, flags in by_film[film])
        assert found.favorite[row] == sum(flags >> 1 for _, flags in by_film[film])
        assert found.histogram[row].tolist() == [ratings.count(n) for n in range(1, 11)]
        if ratings:
            mean = sum(ratings) / len(ratings)
            spread = math.sqrt(sum((r - mean) ** 2 for r in ratings) / len(ratings))
            assert found.average[row] == pytest.approx(mean / 2, abs=1e-12)
            assert found.standard_deviation[row] == pytest.approx(spread / 2, abs=1e-9)
        else:
            assert math.isnan(found.average[row])


def test_a_film_needs_the_typical_number_of_ratings_for_half_of_its_score():
    # Film 1 has three ratings and film 2 one: weight (9 + 1) / 4, mean 2.5 stars.
    people = [[(1, 6, 0)], [(1, 6, 0)], [(1, 6, 0), (2, 2, 0)]]
    found = aggregate([vector(person) for person in people])
    assert prior(found) == (2.5, 2.5)
    scores = ranked(found).score
    assert scores.tolist() == pytest.approx([(2.5 * 2.5 + 9) / 5.5, (2.5 * 2.5 + 1) / 3.5], abs=1e-12)


def test_equal_scores_fall_to_more_ratings_then_more_watchers_then_the_older_film():
    people = [
        [(1, 6, 0), (2, 6, 0), (3, 6, 0), (4, 6, 0), (5, None, 1)],
        [(2, 6, 0), (3, None, 1), (4, 6, 0)],
    ]
    found = aggregate([vector(person) for person in people])
    assert found.film_ids[ranked(found).order].tolist() == [2, 4, 3, 1]  # 5 has no rating and no rank


def test_nobody_and_nothing_give_empty_answers():
    for people in ([], [[]], [[(1, None, 1)]]):
        found = aggregate([vector(person) for person in people])
        assert ranked(found).order.tolist() == []
        assert prior(found) == (0.0, 0.0)
    assert found.watchers.tolist() == [1]
