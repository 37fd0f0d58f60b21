"""Orders a cohort's films. Each strategy gives a score a film; ties fall the same way everywhere."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from schema.insights.aggregates import Aggregates, Floats, Ints
from schema.insights.rankings.affinity import AFFINITY
from schema.insights.rankings.average import AVERAGE
from schema.insights.rankings.bayesian import BAYESIAN
from schema.insights.rankings.divergence import DIVERGENCE
from schema.insights.rankings.strategy import Strategy, Term
from schema.insights.rankings.wilson import WILSON
from schema.insights.standing import Standing

STRATEGIES: dict[str, Strategy] = {each.name: each for each in (BAYESIAN, AVERAGE, WILSON, AFFINITY, DIVERGENCE)}
DEFAULT = BAYESIAN.name


@dataclass(frozen=True)
class Ranking:
    """`score` is parallel to the films of `counts`, nan where the strategy has none."""

    strategy: Strategy
    counts: Aggregates
    world: Floats
    score: Floats

    @cached_property
    def order(self) -> Ints:
        """Rows of the films that have a score, best first.

        Equals go to more ratings, then more watchers, then the older film id.
        """
        return self._ordered(np.flatnonzero(~np.isnan(self.score)))

    def places(self, rows: Ints) -> list[int | None]:
        """The ranks of the films in these rows, 1 is best; None for those without a score."""
        scores = self.score[rows]
        better, equals = self.standing.above(scores), self.standing.equal(scores)  # nan has no equals
        return [
            None if not alike else above + (1 if alike == 1 else self._place_among_equals(row, score))
            for row, score, above, alike in zip(rows, scores.tolist(), better.tolist(), equals.tolist(), strict=True)
        ]

    def place(self, row: int) -> int | None:
        """The rank of one film."""
        return self.places(np.array([row]))[0]

    def terms(self, row: int) -> list[Term]:
        """What the score of a film is computed from; nothing when it has none."""
        return [] if np.isnan(self.score[row]) else self.strategy.terms(self.counts, self.world, row)

    @cached_property
    def standing(self) -> Standing:
        """Percentiles of the scores."""
        return Standing(self.score)

    @cached_property
    def _tied(self) -> dict[float, Ints]:
        return {}

    def _place_among_equals(self, row: int, score: float) -> int:
        if score not in self._tied:  # kept, because a page may hold many of them
            self._tied[score] = self._ordered(np.flatnonzero(self.score == score))
        return int(np.flatnonzero(self._tied[score] == row)[0]) + 1

    def _ordered(self, rows: Ints) -> Ints:
        counts = self.counts
        keys = (counts.film_ids, -counts.watchers, -counts.rated, -self.score)
        return rows[np.lexsort([key[rows] for key in keys])]


def rank(counts: Aggregates, world: Floats, strategy: str = DEFAULT) -> Ranking:
    """The films of `counts` by the strategy of that name; `world` are their global means, nan where not known."""
    chosen = STRATEGIES[strategy]
    return Ranking(chosen, counts, world, chosen.score(counts, world))
