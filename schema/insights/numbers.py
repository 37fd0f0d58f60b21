"""A group's numbers, film by film: the aggregates with everything that follows from them, computed when asked."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from schema.insights.aggregates import Aggregates, Bools, Floats, Ints, Vector, aggregate
from schema.insights.film_columns import FilmColumns
from schema.insights.rankings import DEFAULT, Ranking, rank
from schema.insights.shapes import shapes
from schema.insights.standing import Standing, z_scores
from schema.insights.tags import TAGS


class Derived(ABC):
    """What follows from `counts` and from what is known of the films: arrays parallel to `counts.film_ids`.

    Stars throughout; nan where nobody rated or it is not known. Each is computed when first asked for.
    """

    def __init__(self, counts: Aggregates, films: FilmColumns) -> None:
        self.counts = counts
        self.films = films

    def __len__(self) -> int:
        return len(self.counts.film_ids)

    @abstractmethod
    def score(self, strategy: str = DEFAULT) -> Floats:
        """The scores by a strategy, among all the group's films."""

    @property
    @abstractmethod
    def rating_standing(self) -> Standing:
        """Percentiles of the Bayesian scores, among the group's rated films."""

    @property
    @abstractmethod
    def watcher_standing(self) -> Standing:
        """Percentiles of the watchers, among all the group's films."""

    @cached_property
    def global_average(self) -> Floats:
        """Mean of Letterboxd's histogram; nan where none is known.

        The mean, not the average the site shows: that one is weighted and would make every cohort look harsh.
        """
        return self.films.column("global_average", self.counts.film_ids)

    @cached_property
    def divergence(self) -> Floats:
        """The group's average minus the global one."""
        return self.counts.average - self.global_average

    @cached_property
    def shape(self) -> NDArray[np.int8]:
        """Places in `shapes.SHAPES`."""
        return shapes(self.counts)

    @cached_property
    def rating_percentile(self) -> Floats:
        """Per cent of the rated films with a lower Bayesian score, half of the equals counted."""
        return self.rating_standing.of(self.score())

    @cached_property
    def watcher_percentile(self) -> Floats:
        """Per cent of all films with fewer watchers, half of the equals counted."""
        return self.watcher_standing.of(self.counts.watchers)

    @cached_property
    def tagged(self) -> dict[str, Bools]:
        """Which films have each tag."""
        return {name: condition(self) for name, condition in TAGS.items()}


class Numbers(Derived):
    """The numbers of all films that anyone in the group has reacted to."""

    def __init__(self, counts: Aggregates, films: FilmColumns) -> None:
        super().__init__(counts, films)
        self._rankings: dict[str, Ranking] = {}

    def row(self, film_id: int) -> int | None:
        """Where a film stands in the arrays; None when nobody in the group has reacted to it."""
        films = self.counts.film_ids
        row = int(np.searchsorted(films, film_id))
        return row if row < len(films) and films[row] == film_id else None

    def take(self, rows: Sequence[int]) -> "Selection":
        """The numbers of the films in these rows, in their order."""
        return Selection(self, np.array(rows, dtype=np.int64))

    def ranking(self, strategy: str = DEFAULT) -> Ranking:
        """The group's films by a strategy."""
        if strategy not in self._rankings:
            self._rankings[strategy] = rank(self.counts, self.global_average, strategy)
        return self._rankings[strategy]

    def score(self, strategy: str = DEFAULT) -> Floats:
        return self.ranking(strategy).score

    @property
    def rating_standing(self) -> Standing:
        return self.ranking().standing

    @cached_property
    def watcher_standing(self) -> Standing:
        return Standing(self.counts.watchers)

    @cached_property
    def rating_z(self) -> Floats:
        """Standard deviations between a film's Bayesian score and the mean one."""
        return z_scores(self.score())

    @cached_property
    def watcher_z(self) -> Floats:
        """The same of the watchers' logarithm, because few films have most of them."""
        return z_scores(np.log2(self.counts.watchers))


class Selection(Derived):
    """The numbers of some films, still among all of their group's: what a page costs is then the page's size."""

    def __init__(self, whole: Numbers, rows: Ints) -> None:
        super().__init__(whole.counts.take(rows), whole.films)
        self.rows = rows
        self._whole = whole

    def score(self, strategy: str = DEFAULT) -> Floats:
        return self._whole.score(strategy)[self.rows]

    @property
    def rating_standing(self) -> Standing:
        return self._whole.rating_standing

    @property
    def watcher_standing(self) -> Standing:
        return self._whole.watcher_standing


def numbers(vectors: Sequence[Vector], films: FilmColumns) -> Numbers:
    """The numbers of the group whose members' reactions are `vectors`."""
    return Numbers(aggregate(vectors), films)
