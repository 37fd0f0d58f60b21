"""Van der Eijk's coefficient of agreement for ordered ratings.

C. van der Eijk, "Measuring Agreement in Ordered Rating Scales", Quality & Quantity 35 (2001), 325-341.
1: all chose one category. 0: no agreement, as when all categories are equally full. -1: half at either end.
A distribution is taken apart into layers, each a set of categories that are equally full in it; a layer's
agreement falls with the number of its categories and with the gaps between them.
"""

from itertools import combinations

import numpy as np
from numpy.typing import NDArray

CATEGORIES = 5
_BITS = 3  # enough for the number of a category


def _of_pattern(filled: tuple[int, ...]) -> float:
    """Agreement of one layer, given which categories it fills (0 or 1 each)."""
    number = len(filled)
    triples = [tuple(filled[place] for place in places) for places in combinations(range(number), 3)]
    unimodal = sum(triple in {(1, 1, 0), (0, 1, 1)} for triple in triples)
    deviating = triples.count((1, 0, 1))
    total = unimodal + deviating
    unimodality = ((number - 2) * unimodal - (number - 1) * deviating) / ((number - 2) * total) if total else 1.0
    return unimodality * (1 - (sum(filled) - 1) / (number - 1))


# By the layer's categories as bits.
_PATTERNS = np.array(
    [0.0] + [_of_pattern(tuple(bits >> place & 1 for place in range(CATEGORIES))) for bits in range(1, 2**CATEGORIES)]
)


def agreement(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Agreement of each row of `counts`, (rows, CATEGORIES); nan where a row is empty."""
    # Counts carry their categories in the lowest bits, so that one plain sort does what `argsort` would.
    ordered = np.sort(counts << _BITS | np.arange(CATEGORIES), axis=1)[:, ::-1]
    fullest_first, ordered = ordered & (1 << _BITS) - 1, ordered >> _BITS
    total = np.zeros(len(counts))
    filled = np.zeros(len(counts), dtype=np.int64)
    for place in range(CATEGORIES):
        filled |= 1 << fullest_first[:, place]
        below = ordered[:, place + 1] if place + 1 < CATEGORIES else 0
        total += (ordered[:, place] - below) * (place + 1) * _PATTERNS[filled]
    with np.errstate(invalid="ignore", divide="ignore"):
        return total / counts.sum(axis=1)


def of_stars(histogram: NDArray[np.int64]) -> NDArray[np.float64]:
    """Agreement of each ten-bucket histogram over whole stars, half a star counting as one, and so on up.

    Whole stars, because many members never give halves: their gaps would pass for disagreement.
    """
    return agreement(whole_stars(histogram))


def whole_stars(histogram: NDArray[np.int64]) -> NDArray[np.int64]:
    """Ten buckets as five: half and one star, one and a half and two, and so on."""
    return histogram[:, 0::2] + histogram[:, 1::2]
