"""GraphQL over HTTP: POST, GET for queries, websockets, and GraphiQL for browsers that come without a query."""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import orjson
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

from api.answers import Made
from api.auth import cookie
from api.auth.admission import Admission, Refused, admit
from api.auth.origin import from_elsewhere
from api.graphql.context import Context
from api.graphql.errors import BadUserInput, TooComplex, formatted
from api.graphql.websocket import Adapter, Handler, introduce
from api.refusal import refusal
from api.web.graphiql import graphiql_page

_BODY_SECONDS = 10.0  # for a request of at most 1 MB to arrive
_ANSWER_SECONDS = 30.0
_LONGEST_QUESTION = 100_000
_JSON = "application/json"
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
            question = await _question(request)
            kept = request.app.state.answers.here(question) if question else None
            admission = await admit(request, cohort_ids=kept.stamps.cohorts if kept else None)
            headers = admission.headers
            if kept and kept.viewer == admission.viewer and kept.stamps.same(admission.look.stamps):
                await request.app.state.answers.share(question, kept)
                response = _given(request, kept.body, kept.etag)
            else:
                async with asyncio.timeout(_ANSWER_SECONDS):
                    response = await self._made(request, admission, question)
        except Refused as refused:
            response, headers = refusal(refused.error, refused.status), refused.headers
        except HTTPException as error:
            response = refusal(BadUserInput(error.reason), error.status_code)
        except StarletteHTTPException as error:  # the body is too large
            response = refusal(TooComplex(error.detail), error.status_code)
        except TimeoutError:
            response = refusal(TooComplex(f"The query took longer than {_ANSWER_SECONDS:.0f} s."), 200)
        response.headers.update(headers)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    async def _made(self, request: Request, admission: Admission, question: str | None) -> Response:
        """An answer made now or, to a question, just before or by another process."""
        if question is None:
            return await self.run(request, Context.of(request, admission))
        answers = request.app.state.answers

        async def make() -> Made:
            context = Context.of(request, admission)
            request.state.sources = context.sources
            response = await self.run(request, context)
            if response.status_code != 200 or response.headers["content-type"] != _JSON:
                raise _Unkept(response)
            return response.body, context.sources.stamps

        try:
            return _given(request, *await answers.get(question, admission.viewer, make))
        except _Unkept as unkept:
            return unkept.response

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
            request.state.sources.beyond()
            answer["errors"] = [formatted(error) for error in result.errors]
        return answer

    def encode_json(self, data: object) -> str:
        """Compact JSON."""
        try:
            return orjson.dumps(data).decode()
        except TypeError:  # lone surrogates that a client sent, or whole numbers beyond 64 bits
            return super().encode_json(data)

    def decode_json(self, data: str | bytes) -> object:
        """JSON that can be a request; everything else is refused."""
        try:
            document = json.loads(data)
        except (ValueError, RecursionError):
            raise HTTPException(400, "The request is not valid JSON.") from None
        if not isinstance(document, dict | list):
            raise HTTPException(400, "The request must be a JSON object.")
        return document


class _Unkept(Exception):  # noqa: N818 - no error: it carries an answer past those who keep answers
    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


async def _question(request: Request) -> str | None:
    """A digest of what is asked and with which credentials, None for what is no question that is answered in JSON."""
    if request.method == "GET":
        asked = request.scope["query_string"]
    elif request.method == "POST" and request.headers.get("content-type", "").startswith(_JSON):
        asked = await request.body()
    else:
        return None
    if len(asked) > _LONGEST_QUESTION or "multipart" in request.headers.get("accept", ""):
        return None
    session = cookie.of(request) if "cookie" in request.headers and not from_elsewhere(request) else None
    credentials = repr((request.method, request.headers.get("authorization"), session)).encode()
    return hashlib.sha256(credentials + asked).hexdigest()


def _given(request: Request, body: bytes, etag: str) -> Response:
    """An answer to a question; by GET with its validator, or word that it is what the client has."""
    if request.method == "POST":
        return Response(body, media_type=_JSON)
    validators = {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=validators)
    return Response(body, media_type=_JSON, headers=validators)


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
