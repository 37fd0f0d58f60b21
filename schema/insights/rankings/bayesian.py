"""Bayesian: the mean rating, drawn toward the cohort's mean, the more so the fewer have rated."""

import numpy as np

from schema.insights.aggregates import Aggregates, Floats
from schema.insights.rankings import prior
from schema.insights.rankings.strategy import Strategy, Term


def score(counts: Aggregates, world: Floats) -> Floats:
    """(w·m + Σ stars) / (w + n), in stars; nan where nobody rated."""
    mean, weight = prior.prior(counts)
    with np.errstate(invalid="ignore", divide="ignore"):
        drawn = (weight * mean + counts.rating_sum / 2.0) / (weight + counts.rated)
    return np.where(counts.rated > 0, drawn, np.nan)


def terms(counts: Aggregates, world: Floats, row: int) -> list[Term]:
    """Its terms for one film."""
    return [
        Term("n", float(counts.rated[row]), "members who rated it"),
        Term("sum", float(counts.rating_sum[row]) / 2.0, "sum of their ratings, in stars"),
        *prior.terms(counts),
    ]


BAYESIAN = Strategy("bayesian", "(w·m + sum) / (w + n)", score, terms)
