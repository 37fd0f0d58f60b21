"""What a way of ranking films is made of."""

from collections.abc import Callable
from dataclasses import dataclass

from schema.insights.aggregates import Aggregates, Floats


@dataclass(frozen=True, slots=True)
class Term:
    """A number that a score is computed from, named as in the formula, and what it means."""

    name: str
    value: float
    meaning: str


@dataclass(frozen=True, slots=True)
class Strategy:
    """`score(counts, world)` gives each film its score, nan where it has none; more is better.

    `world` are the global means in stars, parallel to the films, nan where not known. `terms(counts, world,
    row)` are what the score of one film that has one is computed from; `formula` says how.
    """

    name: str
    formula: str
    score: Callable[[Aggregates, Floats], Floats]
    terms: Callable[[Aggregates, Floats, int], list[Term]]
