"""The class of a rating distribution, from van der Eijk's agreement and where its peaks are."""

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from schema.insights.aggregates import Aggregates, Bools
from schema.insights.agreement import of_stars, whole_stars

TOO_FEW, ALL_LIKES, LOVE_OR_LEAVE, BIMODAL, DIVISIVE, BROAD_AGREEMENT, TIGHT_CONSENSUS = SHAPES = (
    "too_few",
    "all_likes",
    "love_or_leave",
    "bimodal",
    "divisive",
    "broad_agreement",
    "tight_consensus",
)

LEAST_RATINGS = 5
TIGHT, BROAD = 0.8, 0.5
ENDS_SHARE = 0.25
"""Of the ratings, at most two stars; and as many four and a half or five."""
VALLEY_SHARE, VALLEY_RATINGS = 0.1, 2
"""How deep the gap between two peaks is, at least."""


def shapes(counts: Aggregates) -> NDArray[np.int8]:
    """The shape of each film's ratings, as its place in SHAPES."""
    found = np.full(len(counts.film_ids), SHAPES.index(TOO_FEW), dtype=np.int8)
    found[(counts.rated == 0) & (counts.liked > 0)] = SHAPES.index(ALL_LIKES)
    enough = np.flatnonzero(counts.rated >= LEAST_RATINGS)
    agreed = of_stars(counts.histogram[enough])
    found[enough] = np.where(
        agreed >= TIGHT,
        SHAPES.index(TIGHT_CONSENSUS),
        np.where(agreed >= BROAD, SHAPES.index(BROAD_AGREEMENT), SHAPES.index(DIVISIVE)),
    )
    split = enough[agreed < BROAD]
    stars = whole_stars(counts.histogram[split])
    found[split[_two_peaks(stars)]] = SHAPES.index(BIMODAL)
    found[split[_both_ends(stars)]] = SHAPES.index(LOVE_OR_LEAVE)
    return found


def _both_ends(stars: NDArray[np.int64]) -> Bools:
    least = ENDS_SHARE * stars.sum(axis=1)
    return (stars[:, :2].sum(axis=1) >= least) & (stars[:, 4] >= least)


def _two_peaks(stars: NDArray[np.int64]) -> Bools:
    depth = np.zeros(len(stars), dtype=np.int64)
    for left, valley, right in combinations(range(5), 3):
        depth = np.maximum(depth, np.minimum(stars[:, left], stars[:, right]) - stars[:, valley])
    return (depth >= VALLEY_RATINGS) & (depth >= VALLEY_SHARE * stars.sum(axis=1))
