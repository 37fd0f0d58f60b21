"""How a request is answered that is not taken at all."""

import json
from collections.abc import Mapping

from graphql import GraphQLError
from starlette.responses import Response

from api.graphql.errors import formatted


def refusal(error: GraphQLError, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """The error as GraphQL answers it, with an HTTP status."""
    # In ASCII, because what a client sent may be in it, and not all of that could be written in UTF-8.
    return Response(json.dumps({"errors": [formatted(error)]}), status, headers, media_type="application/json")
