"""GraphQL over HTTP: POST, GET for queries, websockets, and GraphiQL for browsers that come without a query."""

import asyncio
import hashlib
import json
import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import orjson
from cross_web import AsyncHTTPRequestAdapter, HTTPException
from graphql import GraphQLError
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.http import GraphQLHTTPResponse, GraphQLRequestData
from strawberry.http.base import BaseRequestProtocol
from strawberry.schema import BaseSchema
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.types import ExecutionResult

from api import imports
from api.answers import Made
from api.auth import cookie
from api.auth.admission import Admission, Refused, admit
from api.auth.origin import from_elsewhere
from api.graphql import multipart
from api.graphql.context import Context
from api.graphql.errors import BadUserInput, ClientError, TooComplex, code_of, formatted
from api.graphql.sources import Sources
from api.graphql.trusted import STATUS, TrustedDocuments, names_document
from api.graphql.websocket import Adapter, Handler, introduce
from api.refusal import refusal
from api.web.graphiql import graphiql_page

log = logging.getLogger(__name__)

_MOST_BYTES = 1_000_000  # of a request: room for a definition of ten thousand usernames
_BODY_SECONDS = 10.0  # for it to arrive
_ANSWER_SECONDS = 30.0
_LONGEST_QUESTION = 100_000
_JSON = "application/json"
_INIT_SECONDS = 10.0
_MOST_SUBSCRIPTIONS = 10  # on one connection


class GraphQLView(GraphQL[Context, None]):
    """Answers every request in JSON, refusals included; what is unexpected is masked."""

    graphql_transport_ws_handler_class = Handler
    websocket_adapter_class = Adapter

    def __init__(self, schema: BaseSchema, trusted: TrustedDocuments | None = None) -> None:
        super().__init__(
            schema,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            connection_init_wait_timeout=timedelta(seconds=_INIT_SECONDS),
            max_subscriptions_per_connection=_MOST_SUBSCRIPTIONS,
            multipart_uploads_enabled=True,
        )
        self.trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self.run(WebSocket(scope, receive, send))
            return
        request = Request(scope, _bounded(scope, receive))
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
            if request.method == "POST" and multipart.is_multipart(request.headers):
                response = await self._uploaded(request, admission)
            elif kept and kept.viewer == admission.viewer and kept.stamps.same(admission.look.stamps):
                request.state.origin = "memory"
                await request.app.state.answers.share(question, kept)
                response = _given(request, kept.body, kept.etag)
            else:
                response = await self._made(request, admission, question)
        except Refused as refused:
            response, headers = _refused(request, refused.error, refused.status), {**headers, **refused.headers}
        except HTTPException as error:
            response = _refused(request, BadUserInput(error.reason), error.status_code)
            if error.status_code == 405:
                headers = {**headers, "Allow": "GET, POST"}
        except StarletteHTTPException as error:  # the body is too large, or not the form that it should be
            kind = TooComplex if error.status_code == 413 else BadUserInput
            response = _refused(request, kind(error.detail), error.status_code)
        except TimeoutError:
            response = _refused(request, TooComplex(f"The query took longer than {_ANSWER_SECONDS:.0f} s."), 200)
        except ClientDisconnect:
            response = _refused(request, BadUserInput("The request ended before all of it had come."), 400)
        except Exception as error:
            log.exception("unexpected error about a request")
            response = _refused(request, GraphQLError("", original_error=error), 500)
        response.headers.update(headers)
        response.headers.setdefault("Cache-Control", "no-store")
        _measure(request)
        return response

    async def _uploaded(self, request: Request, admission: Admission) -> Response:
        """An answer to a request that brings a file, read only when whoever sends it may bring one."""
        try:
            with imports.alone(request.app.state, imports.may_act(admission.identity)):
                await multipart.read(request)
                return await self._made(request, admission, None)
        except ClientError as error:
            raise Refused(imports.STATUS[type(error)], error, {}) from None
        finally:
            await request.close()

    async def _made(self, request: Request, admission: Admission, question: str | None) -> Response:
        """An answer made in time, now or, to a question, just before or by another process."""
        async with asyncio.timeout(_ANSWER_SECONDS):
            return await self._answered(request, admission, question)

    async def _answered(self, request: Request, admission: Admission, question: str | None) -> Response:
        answers = request.app.state.answers

        async def run() -> tuple[Response, Sources]:
            context = Context.of(request, admission)
            request.state.sources, request.state.origin = context.sources, "computed"
            return await self.run(request, context), context.sources

        if question is None:
            return (await run())[0]
        request.state.origin = "shared"

        async def make() -> Made:
            response, sources = await run()
            if response.status_code != 200 or response.headers["content-type"] != _JSON:
                raise _Unkept(response)
            return response.body, sources.stamps

        try:
            return _given(request, *await answers.get(question, admission.viewer, make))
        except _Unkept as unkept:
            return unkept.response

    def should_render_graphql_ide(self, request: BaseRequestProtocol) -> bool:
        """Whether a browser came without a question, not even one that is named by its hash."""
        named = self.trusted is not None and names_document(request.query_params)
        return not named and super().should_render_graphql_ide(request)

    async def execute_operation(
        self,
        request: Request,
        request_adapter: AsyncHTTPRequestAdapter,
        request_data: GraphQLRequestData,
        context: Context,
        **others: Any,
    ) -> Any:
        """The result of an operation; where documents are trusted, of one of those."""
        if self.trusted is not None:
            try:
                free = context.viewer.operator
                request_data = await self.trusted.settled_request(request, request_data, free=free)
            except ClientError as error:
                raise Refused(STATUS[type(error)], error, {}) from None
        return await super().execute_operation(
            request=request, request_adapter=request_adapter, request_data=request_data, context=context, **others
        )

    async def parse_multipart(self, request: AsyncHTTPRequestAdapter) -> dict[str, Any]:
        """The operation of a multipart request, its file among the variables."""
        return multipart.operation((await request.get_form_data()).form)

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
            request.state.outcome = code_of(answer["errors"][0])
        return answer

    def encode_json(self, data: object) -> str:
        """Compact JSON."""
        try:
            # Nothing but what JSON has: objects that orjson would take to pieces belong to us.
            return orjson.dumps(data, option=orjson.OPT_PASSTHROUGH_DATACLASS).decode()
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


def _refused(request: Request, error: GraphQLError, status: int) -> Response:
    request.state.outcome, request.state.origin = code_of(formatted(error)), None
    return refusal(error, status)


def _measure(request: Request) -> None:
    measures = request.app.state.measures
    measures.operation(getattr(request.state, "outcome", "OK"))
    origin = getattr(request.state, "origin", None)
    if origin:
        measures.answer(origin)


def _given(request: Request, body: bytes, etag: str) -> Response:
    """An answer to a question; by GET with its validator, or word that it is what the client has."""
    if request.method == "POST":
        return Response(body, media_type=_JSON)
    validators = {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=validators)
    return Response(body, media_type=_JSON, headers=validators)


def _bounded(scope: Scope, receive: Receive) -> Receive:
    """Like `receive`, but for a request that trickles in, or is too large; one that says so is not read at all."""
    headers = Headers(scope=scope)
    most, seconds = _MOST_BYTES, _BODY_SECONDS
    if multipart.is_multipart(headers):
        most, seconds = imports.MOST_BYTES + _MOST_BYTES, imports.SECONDS
    deadline = asyncio.get_running_loop().time() + seconds
    declared = headers.get("content-length", "")
    size, too_much = 0, declared.isdecimal() and (len(declared) > 18 or int(declared) > most)

    async def receive_bounded() -> Message:
        nonlocal size
        if too_much:
            raise _too_large(most)
        try:
            async with asyncio.timeout_at(deadline):
                message = await receive()
        except TimeoutError:
            raise HTTPException(408, f"The request took longer than {seconds:.0f} s to arrive.") from None
        size += len(message.get("body", b""))
        if size > most:
            raise _too_large(most)
        return message

    return receive_bounded


def _too_large(most: int) -> StarletteHTTPException:
    return StarletteHTTPException(413, f"The request is larger than {most:,} bytes.")
