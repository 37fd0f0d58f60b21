"""Where each film stands among all films of a cohort: percentiles, z-scores, watcher buckets."""

import numpy as np

from schema.insights.aggregates import Floats, Ints


def percentiles(values: Floats | Ints) -> Floats:
    """Per cent of the known values that are smaller, counting half of those that are equal; nan stays nan.

    So the middle film stands at 50 and all-equal films do, too.
    """
    values = np.asarray(values, dtype=np.float64)
    known = np.sort(values[~np.isnan(values)])
    distinct, inverse = np.unique(values, return_inverse=True, equal_nan=True)
    if not len(known):
        return np.full(len(values), np.nan)
    below, up_to = (np.searchsorted(known, distinct, side=side) for side in ("left", "right"))
    standing = 50.0 * (below + up_to) / len(known)
    return np.where(np.isnan(values), np.nan, standing[inverse])


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
