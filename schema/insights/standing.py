"""Where each film stands among all films of a cohort: percentiles, z-scores, watcher buckets."""

import numpy as np

from schema.insights.aggregates import Floats, Ints
from schema.insights.given import Range


class Standing:
    """Percentiles of values among themselves: per cent that are smaller, counting half of those that are equal.

    So the middle one stands at 50, and all do when all are equal. Values that are nan stand nowhere.
    """

    def __init__(self, values: Floats | Ints) -> None:
        self._ascending = np.sort(values[~np.isnan(values)])

    def __len__(self) -> int:
        return len(self._ascending)

    def above(self, values: Floats) -> Ints:
        """How many values are larger than each of these."""
        return len(self) - np.searchsorted(self._ascending, values, side="right")

    def equal(self, values: Floats) -> Ints:
        """How many values are the same as each of these."""
        return len(self) - self.above(values) - np.searchsorted(self._ascending, values, side="left")

    def of(self, values: Floats | Ints) -> Floats:
        """The percentiles of any of the values."""
        if not len(self):
            return np.full(len(values), np.nan)
        below, up_to = (np.searchsorted(self._ascending, values, side=side) for side in ("left", "right"))
        return np.where(np.isnan(values), np.nan, 50.0 * (below + up_to) / len(self))

    def values_within(self, percentiles: Range) -> Range:
        """The range of values whose percentiles lie in a range: a hundred times faster than all percentiles."""
        if not len(self):
            return Range(np.inf, -np.inf)
        changes = np.flatnonzero(self._ascending[1:] != self._ascending[:-1]) + 1
        below, up_to = np.append(0, changes), np.append(changes, len(self))
        distinct = self._ascending[below]
        standing = 50.0 * (below + up_to) / len(self)
        low = 0 if percentiles.min is None else int(np.searchsorted(standing, percentiles.min, side="left"))
        high = len(standing) if percentiles.max is None else int(np.searchsorted(standing, percentiles.max, "right"))
        if low >= high:
            return Range(np.inf, -np.inf)
        return Range(float(distinct[low]), float(distinct[high - 1]))


def z_scores(values: Floats) -> Floats:
    """Distance from the mean of the known values in their population standard deviations; 0 when all are equal."""
    known = values[~np.isnan(values)]
    spread = known.std() if len(known) else 0.0
    # Equal values differ from their own mean by rounding alone.
    if not len(known) or spread <= 1e-12 * np.abs(known).max():
        return np.where(np.isnan(values), np.nan, 0.0)
    return (values - known.mean()) / spread


def watcher_buckets(watchers: Ints) -> Ints:
    """n for films with 2^n to 2^(n+1)-1 watchers: audiences differ by factors, not by heads."""
    return np.frexp(watchers.astype(np.float64))[1].astype(np.int64) - 1
