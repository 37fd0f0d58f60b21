"""GraphQL over HTTP: POST, GET for queries, and GraphiQL for browsers that come without a query."""

from cross_web import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLHTTPResponse
from strawberry.types import ExecutionResult

from api.graphql.context import Context
from api.graphql.errors import BadUserInput, formatted
from api.graphql.loaders import DataLoaders
from api.web.graphiql import graphiql_page


class GraphQLView(GraphQL[Context, None]):
    """Answers every request in JSON, refusals included; what is unexpected is masked."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await self.run(Request(scope, receive))
        except HTTPException as error:
            refusal = formatted(BadUserInput(error.reason))
            response = JSONResponse({"errors": [refusal]}, status_code=error.status_code)
        await response(scope, receive, send)

    async def get_context(self, request: Request, response: Response) -> Context:
        """What resolvers share, made anew for each request."""
        database = request.app.state.database
        return Context(database, DataLoaders.of(database))

    async def process_result(self, request: Request, result: ExecutionResult) -> GraphQLHTTPResponse:
        """The answer; its errors typed or masked."""
        answer: GraphQLHTTPResponse = {"data": result.data}
        if result.errors:
            answer["errors"] = [formatted(error) for error in result.errors]
        return answer

    async def render_graphql_ide(self, request: Request) -> Response:
        """GraphiQL."""
        return graphiql_page()

    def decode_json(self, data: str | bytes) -> object:
        """JSON that can be a request; everything else is refused."""
        try:
            document = super().decode_json(data)
        except (ValueError, RecursionError):
            raise HTTPException(400, "The request is not valid JSON.") from None
        if not isinstance(document, dict | list):
            raise HTTPException(400, "The request must be a JSON object.")
        return document
