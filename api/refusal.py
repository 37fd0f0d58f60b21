"""How a request is answered that is not taken at all."""

from collections.abc import Mapping

from graphql import GraphQLError
from starlette.responses import JSONResponse

from api.graphql.errors import formatted


def refusal(error: GraphQLError, status: int, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The error as GraphQL answers it, with an HTTP status."""
    return JSONResponse({"errors": [formatted(error)]}, status, headers)
