"""Affinity: ratings, likes, favourites and agreement together: what this cohort holds dear as one."""

import numpy as np

from schema.insights.aggregates import Aggregates, Floats
from schema.insights.rankings import prior
from schema.insights.rankings.strategy import Strategy, Term

LIKE, FAVORITE = 4.5, 5.0
"""Stars that a like and a favourite count for, beside the rating that may go with them."""


def score(counts: Aggregates, world: Floats) -> Floats:
    """m + (warmth − m)·(1 + A)/2 in stars; nan where there is neither rating nor like nor favourite.

    warmth is the Bayesian mean over ratings, likes as 4.5 and favourites as 5 stars. Disagreement (A, van der
    Eijk's; 1 where nobody rated) draws it back to the cohort's mean m.
    """
    mean, weight = prior.prior(counts)
    drawn = mean + (_warmth(counts, mean, weight) - mean) * (1 + _agreement(counts)) / 2
    return np.where(counts.rated + counts.liked + counts.favorite > 0, drawn, np.nan)


def terms(counts: Aggregates, world: Floats, row: int) -> list[Term]:
    """Its terms for one film."""
    mean, weight = prior.prior(counts)
    return [
        Term("n", float(counts.rated[row]), "members who rated it"),
        Term("sum", float(counts.rating_sum[row]) / 2.0, "sum of their ratings, in stars"),
        Term("l", float(counts.liked[row]), "members who liked it; each counts as a rating of 4.5 stars more"),
        Term("f", float(counts.favorite[row]), "members with it among their favourites; each counts as 5 stars more"),
        *prior.terms(counts),
        Term("warmth", float(_warmth(counts, mean, weight)[row]), "(w·m + sum + 4.5·l + 5·f) / (w + n + l + f)"),
        Term("A", float(_agreement(counts)[row]), "van der Eijk's agreement of the ratings, -1 to 1"),
    ]


def _warmth(counts: Aggregates, mean: float, weight: float) -> Floats:
    stars = counts.rating_sum / 2.0 + LIKE * counts.liked + FAVORITE * counts.favorite
    with np.errstate(invalid="ignore", divide="ignore"):
        return (weight * mean + stars) / (weight + counts.rated + counts.liked + counts.favorite)


def _agreement(counts: Aggregates) -> Floats:
    return np.where(counts.rated > 0, counts.agreement, 1.0)


AFFINITY = Strategy("affinity", "m + (warmth - m)·(1 + A)/2", score, terms)
