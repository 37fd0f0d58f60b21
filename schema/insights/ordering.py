"""Orders rows by any columns, and finds the place in that order where reading goes on."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from schema.insights.aggregates import Aggregates, Floats, Ints


@dataclass(frozen=True, slots=True)
class Numeric:
    """A column of numbers. Rows without a value (nan) come last in either direction."""

    values: Floats | Ints
    descending: bool

    def cost(self, rows: Ints | None = None) -> Floats:
        """What sorts the rows, or some of them, when ascending."""
        values = self.values if rows is None else self.values[rows]
        return self._cost(np.asarray(values, dtype=np.float64))

    def cost_of(self, value: float | None) -> float:
        """The cost of a row that holds `value`, whether there is such a row or not."""
        return float(self._cost(np.array([np.nan if value is None else value]))[0])

    def at(self, rows: Sequence[int]) -> list[float | None]:
        """The values of rows, for cursors."""
        values = np.asarray(self.values[rows], dtype=np.float64).tolist()
        return [None if value != value else value for value in values]  # nan alone is not itself

    def _cost(self, values: Floats) -> Floats:
        return np.where(np.isnan(values), np.inf, -values if self.descending else values)


@dataclass(frozen=True, slots=True)
class Textual:
    """A column of texts, compared by code point; give them `folded` to compare as people do."""

    values: NDArray[np.str_]
    descending: bool

    def cost(self, rows: Ints | None = None) -> Floats:
        """What sorts the rows, or some of them, when ascending."""
        _, places = np.unique(self.values if rows is None else self.values[rows], return_inverse=True)
        return self._directed(places.astype(np.float64))

    def cost_of(self, value: str) -> float:
        """The cost of a row that holds `value`: between two places when there is no such row."""
        known = np.unique(self.values)
        place = float(np.searchsorted(known, value))
        exact = place < len(known) and known[int(place)] == value
        return float(self._directed(np.array([place if exact else place - 0.5]))[0])

    def at(self, rows: Sequence[int]) -> list[str]:
        """The values of rows, for cursors."""
        return self.values[rows].tolist()

    def _directed(self, places: Floats) -> Floats:
        return -places if self.descending else places


Column = Numeric | Textual


def tie_breakers(counts: Aggregates, rows: Ints) -> list[Column]:
    """What decides between `rows` that are otherwise equal: more ratings, then more watchers, then the older film."""
    return [
        Numeric(counts.rated[rows], descending=True),
        Numeric(counts.watchers[rows], descending=True),
        Numeric(counts.film_ids[rows], descending=False),
    ]


def order(columns: Sequence[Column], until: int | None = None) -> Ints:
    """Row numbers, sorted by the first column, equals by the second, and so on; the first `until` when given."""
    first, *others = columns
    if until is None or until >= len(first.values):
        return np.lexsort([column.cost() for column in reversed(columns)])
    if until == 0:
        return np.empty(0, dtype=np.int64)
    # Most rows stand behind the last one wanted by their first column alone, and need no sorting.
    cost = first.cost()
    near = np.flatnonzero(cost <= np.partition(cost, until - 1)[until - 1])
    return near[np.lexsort([*(column.cost(near) for column in reversed(others)), cost[near]])][:until]


def marks(columns: Sequence[Column], rows: Sequence[int]) -> list[tuple]:
    """Each row's value in every column: what `rows_until` finds its place by."""
    return list(zip(*(column.at(rows) for column in columns), strict=True))


def rows_until(columns: Sequence[Column], values: Sequence) -> int:
    """How many rows come before, or stand exactly at, the place that a row with `values` has or would have."""
    before = np.zeros(len(columns[0].values), dtype=bool)
    level = ~before
    for column, value in zip(columns, values, strict=True):
        cost, mark = column.cost(), column.cost_of(value)
        before |= level & (cost < mark)
        level &= cost == mark
    return int((before | level).sum())


def folded(text: str) -> str:
    """`text` without case and accents, so that "Élan" stands beside "elan"."""
    if text.isascii():
        return text.casefold()  # most titles, at a tenth of the cost
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()
