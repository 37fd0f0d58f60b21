"""Wilson: how many of the raters love it, at least, as far as so few of them can tell.

E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927), 209-212.
"""

import numpy as np

from schema.insights.aggregates import Aggregates, Floats
from schema.insights.rankings.strategy import Strategy, Term

LOVED = 8
"""Half-stars from which on a rating counts as love."""
Z = 1.959963984540054
"""Of the normal distribution, for an interval of 95 %."""


def score(counts: Aggregates, world: Floats) -> Floats:
    """Lower bound, 0 to 1, of the share of raters who give four stars or more; nan where nobody rated."""
    n = counts.rated
    with np.errstate(invalid="ignore", divide="ignore"):
        p = _loved(counts) / n
        spread = Z * np.sqrt(p * (1 - p) / n + Z**2 / (4 * n**2))
        lower = (p + Z**2 / (2 * n) - spread) / (1 + Z**2 / n)
    # When nobody loves it the bound is 0, and rounding would make it a little more or less.
    return np.where(p == 0, 0.0, lower)


def terms(counts: Aggregates, world: Floats, row: int) -> list[Term]:
    """Its terms for one film."""
    n, loved = int(counts.rated[row]), int(_loved(counts)[row])
    return [
        Term("n", float(n), "members who rated it"),
        Term("p", loved / n, "share of them who gave four stars or more"),
        Term("z", Z, "standard deviations that an interval of 95 % reaches"),
    ]


def _loved(counts: Aggregates) -> Floats:
    return counts.histogram[:, LOVED - 1 :].sum(axis=1)


WILSON = Strategy("wilson", "(p + z²/2n - z·√(p(1-p)/n + z²/4n²)) / (1 + z²/n)", score, terms)
