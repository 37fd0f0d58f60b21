"""Which films an export holds, in which order: the arguments of `Cohort.films`, given as JSON."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from graphql import OperationDefinitionNode, parse
from graphql.execution.values import get_variable_values
from strawberry.types.arguments import convert_arguments

from api.graph import schema
from api.graphql.errors import BadUserInput
from api.graphql.film_pages import Listed, criteria_of, listed
from api.graphql.inputs.film_filter import FilmFilter
from api.graphql.inputs.film_order import FilmOrder
from api.graphql.inputs.ranking import RankingStrategy
from api.graphql.loaders.numbers_by_group import Found
from schema.insights import given

_LONGEST = 10_000
_ARGUMENTS = "query ($filter: FilmFilter, $orderBy: [FilmOrder!], $ranking: RankingStrategy! = BAYESIAN) { __typename }"
_REFUSED = re.compile(r"Variable '\$(\w+)' has invalid value(?: at (\S+))?: ")


@dataclass(frozen=True, slots=True)
class Question:
    """A filter as checked, the criteria of an order, and the ranking that ranks and scores go by."""

    film_filter: given.FilmFilter = given.FilmFilter()
    include_unknown: bool = False
    criteria: Sequence[FilmOrder] = field(default_factory=lambda: criteria_of(None))
    ranking: RankingStrategy = RankingStrategy.BAYESIAN

    def rows(self, found: Found) -> Listed:
        """The films in the numbers of a group; raises FilterError when the filter names something unknown."""
        return listed(found, self.film_filter, self.include_unknown, self.criteria, self.ranking.value)


def question(arguments: Mapping[str, str]) -> Question:
    """What is asked by `filter` and `orderBy`, JSON documents, and `ranking`, a name; each may be left out.

    Raises BadUserInput, with the name of the argument first, for whatever GraphQL would refuse.
    """
    inputs: dict[str, Any] = {name: _read(name, arguments[name]) for name in ("filter", "orderBy") if name in arguments}
    if "ranking" in arguments:
        inputs["ranking"] = arguments["ranking"]
    values = get_variable_values(schema._schema, _operation().variable_definitions, inputs, 1, True)
    if isinstance(values, list):
        raise BadUserInput(_told(values[0].message))
    converted = convert_arguments(
        values.coerced, _films_arguments(), schema.schema_converter.scalar_registry, schema.config
    )
    film_filter: FilmFilter = converted.get("filter") or FilmFilter()
    ranking: RankingStrategy = converted["ranking"]
    return Question(
        film_filter.checked(ranking.value),
        film_filter.include_unknown,
        criteria_of(converted.get("order_by")),
        ranking,
    )


def _read(name: str, document: str) -> Any:
    if len(document) > _LONGEST:
        raise BadUserInput(f"{name}: has {len(document)} characters; at most {_LONGEST} are allowed")
    try:
        return json.loads(document)
    except (ValueError, RecursionError):
        raise BadUserInput(f"{name}: is not valid JSON") from None


def _told(message: str) -> str:
    found = _REFUSED.match(message)
    return f"{found[1]}{found[2] or ''}: {message[found.end() :]}" if found else message


@cache
def _operation() -> OperationDefinitionNode:
    return parse(_ARGUMENTS).definitions[0]


@cache
def _films_arguments() -> list:
    fields = schema.get_type_by_name("Cohort").fields
    return next(each for each in fields if each.name == "films").arguments
