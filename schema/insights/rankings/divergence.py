"""Divergence: where the cohort likes a film better than everyone else does, so far as its numbers carry that."""

import numpy as np

from schema.insights.aggregates import Aggregates, Floats
from schema.insights.rankings import prior
from schema.insights.rankings.strategy import Strategy, Term


def score(counts: Aggregates, world: Floats) -> Floats:
    """n/(n + w)·(mean − global mean), in stars; nan where either mean is not known.

    With w as in the Bayesian score, three raters do not outrank thirty.
    """
    _, weight = prior.prior(counts)
    with np.errstate(invalid="ignore", divide="ignore"):
        return counts.rated / (counts.rated + weight) * (counts.average - world)


def terms(counts: Aggregates, world: Floats, row: int) -> list[Term]:
    """Its terms for one film."""
    _, weight = prior.terms(counts)
    return [
        Term("n", float(counts.rated[row]), "members who rated it"),
        Term("mean", float(counts.average[row]), "their mean rating, in stars"),
        Term("g", float(world[row]), "mean rating of everyone on Letterboxd, in stars"),
        weight,
    ]


DIVERGENCE = Strategy("divergence", "n/(n + w)·(mean - g)", score, terms)
