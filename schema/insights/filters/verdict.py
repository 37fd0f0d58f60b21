"""What a filter says of each film: it passes, it fails, or nobody can tell."""

from dataclasses import dataclass

import numpy as np

from schema.insights.aggregates import Bools, Floats, Ints
from schema.insights.given import Range


@dataclass(frozen=True, slots=True)
class Verdict:
    """Parallel to the films; no film both `passes` and is `unknown`, and one that is neither fails."""

    passes: Bools
    unknown: Bools


def known(passes: Bools) -> Verdict:
    """A verdict without doubt."""
    return Verdict(passes, np.zeros(len(passes), dtype=np.bool_))


def within(values: Floats | Ints, wanted: Range, unknown: Bools | None = None) -> Verdict:
    """Films whose value lies in the range. Without a value (nan) a film fails, unless it is `unknown`."""
    passes = ~np.isnan(values)
    if wanted.min is not None:
        passes &= values >= wanted.min
    if wanted.max is not None:
        passes &= values <= wanted.max
    return known(passes) if unknown is None else Verdict(passes & ~unknown, unknown)


def all_of(verdicts: list[Verdict], films: int) -> Verdict:
    """A film passes when it passes all, and is unknown when it fails none but not all are known."""
    possible, certain = np.ones(films, dtype=np.bool_), np.ones(films, dtype=np.bool_)
    for verdict in verdicts:
        certain &= verdict.passes
        possible &= verdict.passes | verdict.unknown
    return Verdict(certain, possible & ~certain)
