"""A group's numbers, film by film: the aggregates with the scores and ranks that follow from them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from schema.insights.aggregates import Aggregates, Floats, Ints, Vector, aggregate
from schema.insights.rankings import rank


@dataclass(frozen=True, slots=True)
class Numbers:
    """Arrays parallel to `aggregates.film_ids`. Stars throughout; nan where nobody rated."""

    aggregates: Aggregates
    average: Floats
    standard_deviation: Floats
    score: Floats
    rank: Ints
    """Place by score, 1 is best; 0 where nobody rated."""

    def row(self, film_id: int) -> int | None:
        """Where a film stands in the arrays; None when nobody in the group has reacted to it."""
        films = self.aggregates.film_ids
        row = int(np.searchsorted(films, film_id))
        return row if row < len(films) and films[row] == film_id else None


def numbers(vectors: Sequence[Vector]) -> Numbers:
    """The numbers of the group whose members' reactions are `vectors`."""
    aggregates = aggregate(vectors)
    ranking = rank(aggregates)
    places = np.zeros(len(aggregates.film_ids), dtype=np.int64)
    places[ranking.order] = np.arange(1, len(ranking.order) + 1)
    return Numbers(aggregates, aggregates.average, aggregates.standard_deviation, ranking.score, places)
