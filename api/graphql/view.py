"""GraphQL over HTTP: POST, GET for queries, websockets, and GraphiQL for browsers that come without a query."""

import asyncio
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from cross_web import HTTPException
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLHTTPResponse
from strawberry.schema import BaseSchema
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult

from api.auth.admission import Admission, Refused, admit
from api.graphql.context import Context
from api.graphql.errors import BadUserInput, TooComplex, formatted
from api.graphql.websocket import Adapter, Handler, introduce
from api.refusal import refusal
from api.web.graphiql import graphiql_page

_BODY_SECONDS = 10.0  # for a request of at most 1 MB to arrive
_ANSWER_SECONDS = 30.0
_INIT_SECONDS = 10.0
_MOST_SUBSCRIPTIONS = 10  # on one connection


class GraphQLView(GraphQL[Context, None]):
    """Answers every request in JSON, refusals included; what is unexpected is masked."""

    graphql_transport_ws_handler_class = Handler
    websocket_adapter_class = Adapter

    def __init__(self, schema: BaseSchema) -> None:
        super().__init__(
            schema,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            connection_init_wait_timeout=timedelta(seconds=_INIT_SECONDS),
            max_subscriptions_per_connection=_MOST_SUBSCRIPTIONS,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self.run(WebSocket(scope, receive, send))
            return
        request = Request(scope, _in_time(receive))
        response = await self._answer(request)
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if self.should_render_graphql_ide(self.request_adapter_class(request)):
            return graphiql_page()
        headers: Mapping[str, str] = {}
        try:
            admission = await admit(request)
            headers = admission.headers
            async with asyncio.timeout(_ANSWER_SECONDS):
                response = await self.run(request, Context.of(request, admission))
        except Refused as refused:
            response, headers = refusal(refused.error, refused.status), refused.headers
        except HTTPException as error:
            response = refusal(BadUserInput(error.reason), error.status_code)
        except StarletteHTTPException as error:  # the body is too large
            response = refusal(TooComplex(error.detail), error.status_code)
        except TimeoutError:
            response = refusal(TooComplex(f"The query took longer than {_ANSWER_SECONDS:.0f} s."), 200)
        response.headers.update(headers)
        response.headers["Cache-Control"] = "no-store"
        return response

    async def get_context(self, request: WebSocket, response: object) -> Context:
        """What a websocket begins with: nobody, until the client has introduced itself."""
        return Context.of(request, Admission(None))

    async def on_ws_connect(self, context: Context) -> Any:
        """Lets a client in that has introduced itself, or closes the connection."""
        await introduce(context)
        return await super().on_ws_connect(context)

    async def process_result(self, request: Request, result: ExecutionResult) -> GraphQLHTTPResponse:
        """The answer; its errors typed or masked."""
        answer: GraphQLHTTPResponse = {"data": result.data}
        if result.errors:
            answer["errors"] = [formatted(error) for error in result.errors]
        return answer

    def decode_json(self, data: str | bytes) -> object:
        """JSON that can be a request; everything else is refused."""
        try:
            document = json.loads(data)
        except (ValueError, RecursionError):
            raise HTTPException(400, "The request is not valid JSON.") from None
        if not isinstance(document, dict | list):
            raise HTTPException(400, "The request must be a JSON object.")
        return document


def _in_time(receive: Receive) -> Receive:
    """Like `receive`, but for a request that trickles in."""
    deadline = asyncio.get_running_loop().time() + _BODY_SECONDS

    async def receive_in_time() -> Message:
        try:
            async with asyncio.timeout_at(deadline):
                return await receive()
        except TimeoutError:
            raise HTTPException(408, f"The request took longer than {_BODY_SECONDS:.0f} s to arrive.") from None

    return receive_in_time
