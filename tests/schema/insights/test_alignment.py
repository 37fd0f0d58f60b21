"""Alignment equals what plain Python makes of the same reactions, pair by pair."""

from dataclasses import fields
from math import isnan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.insights.aggregates import LIKED, Vector
from schema.insights.alignment import SHRINKAGE, Members, align, matrix

# film → (half-stars or 0, liked)
_taste = st.dictionaries(st.integers(1, 12), st.tuples(st.integers(0, 10), st.booleans()), max_size=12)


def _vector(taste):
    films = sorted(taste)
    return Vector(
        np.array(films, dtype=">i4"),
        np.array([taste[film][0] for film in films], dtype=np.uint8),
        np.array([LIKED * taste[film][1] for film in films], dtype=np.uint8),
    )


def _pair(one, other):
    """Shared films, cosine, matching, difference and overlap of likes, by their definitions."""
    rated = [{film: rating for film, (rating, _) in taste.items() if rating} for taste in (one, other)]
    liked = [{film for film, (_, like) in taste.items() if like} for taste in (one, other)]
    common = rated[0].keys() & rated[1].keys()
    away = [
        [ratings[film] - sum(ratings.values()) / len(ratings) for film in common] if ratings else []
        for ratings in rated
    ]
    product = sum(a * b for a, b in zip(*away, strict=True)) if common else 0
    norms = sqrt(sum(a * a for a in away[0]) * sum(b * b for b in away[1])) if common else 0
    either = liked[0] | liked[1]
    return (
        len(common),
        product / norms if norms else None,
        sum(rated[0][film] == rated[1][film] for film in common) / len(common) if common else None,
        sum(abs(rated[0][film] - rated[1][film]) for film in common) / len(common) / 2 if common else None,
        len(liked[0] & liked[1]) / len(either) if either else None,
    )


def _same(found, expected):
    if expected is None:
        return isnan(found)
    return found == pytest.approx(expected, abs=1e-9)


@given(_taste, st.lists(_taste, max_size=5))
def test_equals_the_definitions(one, others):
    vector, vectors = _vector(one), [_vector(other) for other in others]
    found = align(vector, Members.of(vectors))
    over_mine = align(vector, Members.of(vectors, vector.film_ids))
    for field in fields(found):
        assert np.array_equal(getattr(over_mine, field.name), getattr(found, field.name), equal_nan=True)
    expected = [_pair(one, other) for other in others]
    for row, (shared, cosine, matching, difference, likes) in enumerate(expected):
        assert found.shared[row] == shared
        assert _same(found.cosine[row], cosine)
        assert _same(found.matching[row], matching)
        assert _same(found.difference[row], difference)
        assert _same(found.likes_overlap[row], likes)


@given(st.lists(_taste, max_size=5))
def test_a_matrix_is_every_member_beside_the_others(tastes):
    vectors = [_vector(taste) for taste in tastes]
    rows = matrix(vectors)
    for one, row in zip(vectors, rows, strict=True):
        others = [other for other in vectors if other is not one]
        alone = align(one, Members.of(others))
        among = [number for number, other in enumerate(vectors) if other is not one]
        for name in ("shared", "score", "cosine", "matching", "difference", "likes_overlap"):
            assert np.array_equal(getattr(row, name)[among], getattr(alone, name), equal_nan=True), name
        [itself] = set(range(len(vectors))) - set(among)
        assert row.shared[itself] == 0 and isnan(row.score[itself]) and isnan(row.cosine[itself])
    assert np.array_equal([row.shared for row in rows], np.transpose([row.shared for row in rows]))


def test_few_films_in_common_prove_little():
    one = {film: (1 + film % 10, False) for film in range(1, 101)}
    twin = dict(one)
    brief = {film: one[film] for film in (1, 5, 9)}
    contrary = {film: (11 - rating, False) for film, (rating, _) in one.items()}
    stranger = dict.fromkeys(range(200, 210), (7, False))
    found = align(_vector(one), Members.of([_vector(each) for each in (brief, stranger, contrary, twin)]))
    assert found.cosine[0] == pytest.approx(1.0, abs=0.2)
    assert found.order().tolist() == [3, 0, 2, 1]
    assert found.order(least_first=True).tolist() == [2, 0, 3, 1]
    assert isnan(found.score[1])


def test_the_score_is_drawn_to_what_is_usual():
    tastes = [
        {1: (10, False), 2: (2, False), 3: (6, False)},
        {1: (9, False), 2: (1, False)},
        {1: (2, False), 2: (8, False)},
    ]
    one = tastes[0]
    found = align(_vector(one), Members.of([_vector(taste) for taste in tastes]))
    usual = sum(found.cosine * found.shared) / sum(found.shared)
    assert found.usual == pytest.approx(usual)
    assert found.score == pytest.approx((found.shared * found.cosine + SHRINKAGE * usual) / (found.shared + SHRINKAGE))
