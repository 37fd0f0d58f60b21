"""Numbers as GraphQL has them: what NumPy calls nan is null."""

import math
from collections.abc import Iterable


def nullable(value: float) -> float | None:
    """A number; None for nan."""
    return None if math.isnan(value) else float(value)


def nullables(values: Iterable[float]) -> list[float | None]:
    """Numbers, None for each nan."""
    return [nullable(value) for value in values]
