"""Orders a cohort's films. Each strategy gives a score a film; ties fall the same way everywhere."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from schema.insights.aggregates import Aggregates, Floats, Ints


@dataclass(frozen=True, slots=True)
class Ranking:
    """Scores in stars, parallel to the aggregates' films, and the rows of rated films, best first."""

    strategy: str
    score: Floats
    order: Ints


def prior(aggregates: Aggregates) -> tuple[float, float]:
    """Mean (stars) and weight (ratings) that a film starts from, both from the cohort itself.

    The mean is that of all its ratings. The weight is Σn²/Σn over films with n ratings: how many
    ratings the film behind a typical rating has. A film needs that many before its own mean counts
    for half of its score, so the bar rises with the cohort's size and shared viewing.
    """
    total = int(aggregates.rated.sum())
    if not total:
        return 0.0, 0.0
    mean = int(aggregates.rating_sum.sum()) / total / 2.0
    weight = int((aggregates.rated**2).sum()) / total
    return mean, weight


def bayesian(aggregates: Aggregates) -> Floats:
    """Mean rating drawn toward the cohort's mean: (w·m + Σ stars) / (w + n). nan where nobody rated."""
    mean, weight = prior(aggregates)
    with np.errstate(invalid="ignore", divide="ignore"):
        score = (weight * mean + aggregates.rating_sum / 2.0) / (weight + aggregates.rated)
    return np.where(aggregates.rated > 0, score, np.nan)


STRATEGIES: dict[str, Callable[[Aggregates], Floats]] = {"bayesian": bayesian}


def rank(aggregates: Aggregates, strategy: str = "bayesian") -> Ranking:
    """Rated films by descending score; equals go to more ratings, then more watchers, then the older film id."""
    score = STRATEGIES[strategy](aggregates)
    order = np.lexsort((aggregates.film_ids, -aggregates.watchers, -aggregates.rated, -score))
    return Ranking(strategy, score, order[: int((aggregates.rated > 0).sum())])
