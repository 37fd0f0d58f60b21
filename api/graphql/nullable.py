"""Numbers as GraphQL has them: what NumPy calls nan is null."""

import math

from schema.insights.aggregates import Floats


def nullable(value: float) -> float | None:
    """A number; None for nan."""
    return None if math.isnan(value) else float(value)


def nullables(values: Floats) -> list[float | None]:
    """Numbers, None for each nan."""
    return [None if math.isnan(value) else value for value in values.tolist()]
