"""The GraphQL inputs FloatRange and IntRange."""

import strawberry

from api.graphql.errors import BadUserInput
from schema.insights.given import Range

_MIN, _MAX = "Smallest value that belongs; none when left out.", "Largest value that belongs; none when left out."


@strawberry.input(description="A range of numbers; both ends belong to it.")
class FloatRange:
    min: float | None = strawberry.field(default=None, description=_MIN)
    max: float | None = strawberry.field(default=None, description=_MAX)


@strawberry.input(description="A range of whole numbers; both ends belong to it.")
class IntRange:
    min: int | None = strawberry.field(default=None, description=_MIN)
    max: int | None = strawberry.field(default=None, description=_MAX)


def checked(name: str, given: FloatRange | IntRange) -> Range:
    """The same range for insights; raises BadUserInput, naming the filter, when it can hold nothing."""
    if given.min is not None and given.max is not None and given.min > given.max:
        raise BadUserInput(f"filter.{name}: min {given.min} is more than max {given.max}")
    return Range(given.min, given.max)
