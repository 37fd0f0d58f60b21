"""Words for what is special about a film in a cohort; each is a condition over its numbers."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from schema.insights import shapes
from schema.insights.aggregates import Bools

if TYPE_CHECKING:
    from schema.insights.numbers import Derived

TAGS: dict[str, Callable[["Derived"], Bools]] = {
    # Among the best twentieth by Bayesian score.
    "acclaimed": lambda numbers: numbers.rating_percentile >= 95,
    # Among the most watched twentieth.
    "widely_seen": lambda numbers: numbers.watcher_percentile >= 95,
    # Among the best tenth, but seen by at most a tenth of the members; three of them rated it.
    "hidden_gem": lambda numbers: (
        (numbers.rating_percentile >= 90)
        & (numbers.counts.rated >= 3)
        & (numbers.counts.watchers <= 0.1 * numbers.counts.members)
    ),
    "divisive": lambda numbers: np.isin(
        numbers.shape,
        [shapes.SHAPES.index(name) for name in (shapes.DIVISIVE, shapes.BIMODAL, shapes.LOVE_OR_LEAVE)],
    ),
    # Half a star apart from everyone on Letterboxd after shrinkage, so that it takes more than a few.
    "warmer_than_letterboxd": lambda numbers: numbers.score("divergence") >= 0.5,
    "cooler_than_letterboxd": lambda numbers: numbers.score("divergence") <= -0.5,
    # Everyone who saw it liked it, and they are three or more.
    "all_hearts": lambda numbers: (numbers.counts.liked == numbers.counts.watchers) & (numbers.counts.watchers >= 3),
}


def tags(numbers: "Derived", row: int) -> list[str]:
    """The tags of one film, in the order of TAGS."""
    return [name for name, has in numbers.tagged.items() if has[row]]
