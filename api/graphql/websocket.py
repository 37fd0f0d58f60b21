"""GraphQL over websockets (graphql-transport-ws): every operation let in as a request of its own."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError, GraphQLFormattedError
from starlette.websockets import WebSocketDisconnect, WebSocketState
from strawberry.asgi import ASGIWebSocketAdapter
from strawberry.exceptions import ConnectionRejectionError
from strawberry.http.exceptions import NonJsonMessageReceived, NonTextMessageReceived
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
    Operation,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.types import SubscribeMessage
from strawberry.types.execution import PreExecutionError

from api.auth.admission import Admission, Refused, admit, recognise
from api.graphql.context import Context
from api.graphql.errors import BadUserInput, ClientError, code_of, formatted
from api.graphql.trusted import names_document
from schema.viewer import Viewer

_LONGEST_MESSAGE = 100_000


class Adapter(ASGIWebSocketAdapter):
    """Hands on only what has a message's form; the library would fail on anything else."""

    async def iter_json(self, *, ignore_parsing_errors: bool = False) -> AsyncIterator[object]:
        """The client's messages; raises what the handler answers by closing the connection."""
        try:
            while self.ws.application_state != WebSocketState.DISCONNECTED:
                yield _message(await self.ws.receive_text())
        except KeyError as error:
            raise NonTextMessageReceived from error
        except WebSocketDisconnect:
            return


class Handler(BaseGraphQLTransportWSHandler[Context, None]):
    """Lets in, limits and answers like the view does over HTTP."""

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        """Begins an operation with loaders of its own, unless whoever asks is no longer let in."""
        if self.connection_acknowledged:
            try:
                self.context = await _admitted(self.context)
                message = self._settled(message)
            except (Refused, ClientError) as refused:
                shown = formatted(refused.error if isinstance(refused, Refused) else refused)
                self._note(code_of(shown))
                await self.send_message({"id": message["id"], "type": "error", "payload": [shown]})
                return
        await super().handle_subscribe(message)

    def _settled(self, message: SubscribeMessage) -> SubscribeMessage:
        """The message with the document that it names, where documents are trusted; raises what refuses it."""
        trusted, payload = self.view.trusted, message["payload"]
        query = payload.get("query")
        if trusted is not None:
            query = trusted.settled(payload, free=self.context.viewer.operator)
        elif query is None:
            raise NonJsonMessageReceived
        if not query:  # the library would fail on it
            raise BadUserInput("No GraphQL query found in the request")
        return {**message, "payload": {**payload, "query": query}}

    async def _send_result_stream(self, operation: Operation, result_source: AsyncIterator[Any]) -> None:
        await super()._send_result_stream(operation, _shown(result_source, self._note))

    def _note(self, outcome: str) -> None:
        self.context.request.app.state.measures.operation(outcome)


async def introduce(context: Context) -> None:
    """Lets a client in that has said who it is; raises ConnectionRejectionError, which closes the connection."""
    try:
        await _admitted(context)
    except Refused:
        raise ConnectionRejectionError from None


async def recognised(context: Context) -> Viewer:
    """Who asks, looked up anew, because a key may be revoked while a subscription lasts; raises Refused."""
    return Admission(await recognise(context.request, _authorization(context))).viewer


async def _admitted(context: Context) -> Context:
    admission = await admit(context.request, _authorization(context))
    return Context.of(context.request, admission, context.connection_params)


def _authorization(context: Context) -> str | None:
    params = context.connection_params or {}
    said = next((value for name, value in params.items() if name.lower() == "authorization"), None)
    return said if isinstance(said, str) else None


@dataclass(frozen=True, slots=True)
class _Shown:
    """An error as clients see it, in the place of one that says too much."""

    formatted: GraphQLFormattedError
    original_error: None = None


async def _shown(results: AsyncIterator[Any], note: Callable[[str], None]) -> AsyncIterator[Any]:
    """The results as clients see them; `note` is told how the first came out."""
    first = True
    try:
        async for result in results:
            errors = [_Shown(formatted(error)) for error in getattr(result, "errors", None) or ()]
            if errors:
                result.errors = errors
            if first:
                note(code_of(errors[0].formatted) if errors else "OK")
            first = False
            yield result
    except GraphQLError as error:  # with a parser cache, strawberry 0.341 raises here what it answers over HTTP
        shown = _Shown(formatted(error))
        note(code_of(shown.formatted))
        yield PreExecutionError(data=None, errors=[shown])


def _message(text: str) -> dict[str, Any]:
    try:
        message = json.loads(text) if len(text) <= _LONGEST_MESSAGE else None
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict) or not _complete(message):
        raise NonJsonMessageReceived
    return message


def _names_only(payload: dict[str, Any]) -> bool:
    return payload.get("query") is None and names_document(payload)


def _complete(message: dict[str, Any]) -> bool:
    if message.get("type") not in {"subscribe", "complete"}:
        return True
    payload = message.get("payload", {})
    return (
        isinstance(message.get("id"), str)
        and isinstance(payload, dict)
        and (message["type"] == "complete" or isinstance(payload.get("query"), str) or _names_only(payload))
        and isinstance(payload.get("variables"), dict | None)
        and isinstance(payload.get("operationName"), str | None)
    )
