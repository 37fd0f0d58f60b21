"""Film filters that are kept as JSON: whether films would take one, and if not, why."""

from graphql import GraphQLError, OperationDefinitionNode, parse
from graphql.execution.values import get_variable_values
from strawberry.types.arguments import convert_argument

from api.graphql.context import Info
from api.graphql.inputs.film_filter import FilmFilter
from schema.insights.rankings import DEFAULT

_OPERATION = parse("query ($filter: FilmFilter) { __typename }").definitions[0]
assert isinstance(_OPERATION, OperationDefinitionNode)


def problem_with(info: Info, document: object) -> str | None:
    """What `Cohort.films(filter:)` would say against a filter sent as variable `$filter`; None when it takes it."""
    schema = info.schema
    found = get_variable_values(
        schema._schema, _OPERATION.variable_definitions, {"filter": document}, hide_suggestions=True
    )
    if isinstance(found, list):
        return found[0].message
    converter = schema.schema_converter
    try:
        given = convert_argument(found.coerced["filter"], FilmFilter, converter.scalar_registry, converter.config)
        given.checked(DEFAULT)
    except GraphQLError as error:
        return error.message
    return None
