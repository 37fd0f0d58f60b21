"""Average: the mean rating as it is, for cohorts in which everyone has rated everything."""

from schema.insights.aggregates import Aggregates, Floats
from schema.insights.rankings.strategy import Strategy, Term


def score(counts: Aggregates, world: Floats) -> Floats:
    """Σ stars / n, in stars; nan where nobody rated."""
    return counts.average


def terms(counts: Aggregates, world: Floats, row: int) -> list[Term]:
    """Its terms for one film."""
    return [
        Term("n", float(counts.rated[row]), "members who rated it"),
        Term("sum", float(counts.rating_sum[row]) / 2.0, "sum of their ratings, in stars"),
    ]


AVERAGE = Strategy("average", "sum / n", score, terms)
