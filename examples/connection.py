"""Sends the generated operations: queries and mutations over HTTP, subscriptions over a websocket, both with gql."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from almanac_client import Operations
from gql import Client, GraphQLRequest
from gql.client import AsyncClientSession
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.websockets import WebsocketsTransport


class Almanac(Operations):
    """The API at one address. What the server refuses raises gql's TransportQueryError, with `errors`."""

    def __init__(self, session: AsyncClientSession, address: str, headers: dict[str, str]) -> None:
        self._session, self._address, self._headers = session, address, headers

    async def aexecute(self, operation: Any, variables: dict[str, Any]) -> Any:
        """The answer to a query or a mutation, as the class that was generated for it."""
        return operation(**await self._session.execute(_request(operation, variables)))

    async def asubscribe(self, operation: Any, variables: dict[str, Any]) -> AsyncIterator[Any]:
        """Each piece of news that a subscription tells."""
        address = self._address.replace("http", "ws", 1)
        transport = WebsocketsTransport(address, headers=self._headers, subprotocols=["graphql-transport-ws"])
        async with Client(transport=transport) as socket:
            async for news in socket.subscribe(_request(operation, variables)):
                yield operation(**news)


@asynccontextmanager
async def almanac(address: str, key: str | None = None) -> AsyncIterator[Almanac]:
    """A connection to the API at `address`, such as http://127.0.0.1:8000/graphql, with an API key if one is given."""
    headers = {"authorization": f"Bearer {key}"} if key else {}
    async with Client(transport=AIOHTTPTransport(address, headers=headers)) as session:
        yield Almanac(session, address, headers)


def _request(operation: Any, variables: dict[str, Any]) -> GraphQLRequest:
    arguments = operation.Arguments(**variables).model_dump(mode="json", by_alias=True, exclude_unset=True)
    return GraphQLRequest(operation.Meta.document, variable_values=arguments)
