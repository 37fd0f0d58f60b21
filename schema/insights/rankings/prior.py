"""What a cohort expects of a film before anyone has rated it."""

from schema.insights.aggregates import Aggregates
from schema.insights.rankings.strategy import Term


def prior(counts: Aggregates) -> tuple[float, float]:
    """Mean (stars) and weight (ratings) that a film starts from, both from the cohort itself.

    The mean is that of all its ratings. The weight is Σn²/Σn over films with n ratings: how many
    ratings the film behind a typical rating has. A film needs that many before its own mean counts
    for half of its score, so the bar rises with the cohort's size and shared viewing.
    """
    total = int(counts.rated.sum())
    if not total:
        return 0.0, 0.0
    mean = int(counts.rating_sum.sum()) / total / 2.0
    weight = int((counts.rated**2).sum()) / total
    return mean, weight


def terms(counts: Aggregates) -> list[Term]:
    """The prior as terms of a score."""
    mean, weight = prior(counts)
    return [
        Term("m", mean, "mean of all the cohort's ratings, in stars"),
        Term("w", weight, "weight of that mean, in ratings: as many as the film behind a typical rating has"),
    ]
