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

    def cost(self) -> Floats:
        """What sorts the rows when ascending."""
        return self._cost(np.asarray(self.values, dtype=np.float64))

    def cost_of(self, value: float | None) -> float:
        """The cost of a row that holds `value`, whether there is such a row or not."""
        return float(self._cost(np.array([np.nan if value is None else value]))[0])

    def at(self, row: int) -> float | None:
        """The value of a row, for a cursor."""
        value = float(self.values[row])
        return None if np.isnan(value) else value

    def _cost(self, values: Floats) -> Floats:
        return np.where(np.isnan(values), np.inf, -values if self.descending else values)


@dataclass(frozen=True, slots=True)
class Textual:
    """A column of texts, compared by code point; give them `folded` to compare as people do."""

    values: NDArray[np.str_]
    descending: bool

    def cost(self) -> Floats:
        """What sorts the rows when ascending."""
        _, places = np.unique(self.values, return_inverse=True)
        return self._directed(places.astype(np.float64))

    def cost_of(self, value: str) -> float:
        """The cost of a row that holds `value`: between two places when there is no such row."""
        known = np.unique(self.values)
        place = float(np.searchsorted(known, value))
        exact = place < len(known) and known[int(place)] == value
        return float(self._directed(np.array([place if exact else place - 0.5]))[0])

    def at(self, row: int) -> str:
        """The value of a row, for a cursor."""
        return str(self.values[row])

    def _directed(self, places: Floats) -> Floats:
        return -places if self.descending else places


Column = Numeric | Textual


def tie_breakers(aggregates: Aggregates) -> list[Column]:
    """What decides between films that are otherwise equal: more ratings, then more watchers, then the older film."""
    return [
        Numeric(aggregates.rated, descending=True),
        Numeric(aggregates.watchers, descending=True),
        Numeric(aggregates.film_ids, descending=False),
    ]


def order(columns: Sequence[Column]) -> Ints:
    """Row numbers, sorted by the first column, equals by the second, and so on."""
    return np.lexsort([column.cost() for column in reversed(columns)])


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
