"""What clients do over a websocket. They are `gql` and `websockets`."""

import asyncio
import json

from gql import Client, gql
from gql.transport.exceptions import TransportQueryError
from gql.transport.websockets import WebsocketsTransport
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from api.graphql.ids import global_id

WATCH = "subscription ($id: ID!) { syncRunProgress(id: $id) { status steps { name status } } }"
PROTOCOL = "graphql-transport-ws"


def in_the_background(work, *args):
    return asyncio.get_running_loop().run_in_executor(None, work, *args)


def subscribe(server, run_id, *, headers=None, init=None, after_first=None):
    """Everything a subscription told, and the codes of the errors it ended with."""

    async def work():
        transport = WebsocketsTransport(
            f"ws://{server}/graphql", headers=headers or {}, init_payload=init or {}, subprotocols=[PROTOCOL]
        )
        told = []
        watch = gql(WATCH)
        watch.variable_values = {"id": global_id("SyncRun", run_id)}
        try:
            async with Client(transport=transport) as client:
                async for each in client.subscribe(watch):
                    told.append(each["syncRunProgress"]["status"])
                    if after_first and len(told) == 1:
                        in_the_background(after_first)
        except TransportQueryError as error:
            return told, [each["extensions"]["code"] for each in error.errors]
        return told, []

    return asyncio.run(work())


def talk(server, *messages, answers=1):
    """What the server says to these messages after the client has introduced itself, and how it ended."""

    async def work():
        said = []
        async with connect(f"ws://{server}/graphql", subprotocols=[PROTOCOL]) as socket:
            await socket.send('{"type": "connection_init"}')
            assert json.loads(await socket.recv())["type"] == "connection_ack"
            try:
                for message in messages:
                    await socket.send(message)
                async with asyncio.timeout(5):
                    while len(said) < answers:
                        said.append(json.loads(await socket.recv()))
            except ConnectionClosed as closed:
                return said, closed.rcvd and closed.rcvd.code
        return said, None

    return asyncio.run(work())


def begin(query, id="1", **payload):
    return json.dumps({"type": "subscribe", "id": id, "payload": {"query": query, **payload}})
