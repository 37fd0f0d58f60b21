"""What hostile and clumsy clients get over websockets, and the limits that hold there."""

import asyncio
import json
from datetime import timedelta

import pytest
from gql.transport.exceptions import TransportClosed, TransportConnectionFailed
from sqlalchemy import text
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from api.graphql import subscriptions
from api.graphql.view import GraphQLView
from schema.store import syncs
from tests.api.conftest import Api
from tests.api.server import served
from tests.api.sockets import PROTOCOL, WATCH, begin, in_the_background, subscribe, talk


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(subscriptions, "_POLL_SECONDS", 0.02)


@pytest.fixture
def run(database, ada):
    """A fresh run of ada's private cohort."""
    with database.begin() as connection:
        connection.execute(text("DELETE FROM sync_runs"))
        return syncs.open_sync(connection, ada.cohort_id)


def test_a_bad_key_is_not_let_in(server, run):
    for way in ({"headers": {"authorization": "Bearer x"}}, {"init": {"authorization": "Bearer x"}}):
        with pytest.raises((TransportClosed, TransportConnectionFailed, ConnectionClosed)):
            subscribe(server, run, **way)


def test_another_site_s_page_cannot_connect(server, ada):
    async def work():
        sent = {"cookie": f"almanac={ada.session}"}
        async with connect(
            f"ws://{server}/graphql", subprotocols=[PROTOCOL], origin="https://evil.example", additional_headers=sent
        ):
            pass

    with pytest.raises(InvalidStatus, match="403"):
        asyncio.run(work())


@pytest.mark.parametrize(
    "message",
    [
        "",
        "{",
        "5",
        "[]",
        "null",
        "[" * 50_000,
        b"\xff\xfe",
        "{}",
        '{"type": "nonsense"}',
        '{"type": "subscribe"}',
        '{"type": "subscribe", "id": "1"}',
        '{"type": "subscribe", "id": ["1"], "payload": {"query": "{ __typename }"}}',
        '{"type": "subscribe", "id": "1", "payload": []}',
        '{"type": "subscribe", "id": "1", "payload": {"query": 5}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ __typename }", "variables": []}}',
        '{"type": "subscribe", "id": "1", "payload": {"query": "{ __typename }", "operationName": {}}}',
        '{"type": "complete", "id": {}}',
        '{"type": "connection_init"}',
        '{"type": "ping", "x": "' + "x" * 150_000 + '"}',
        "x" * 300_000,
    ],
    ids=lambda message: str(message)[:40],
)
def test_what_is_no_message_ends_the_connection_and_nothing_else(server, caplog, message):
    said, code = talk(server, message)
    assert said == [] and code in {4400, 4429, 1009}
    assert not [record for record in caplog.records if record.exc_info]
    assert talk(server, begin("{ __typename }"))[0][0]["payload"] == {"data": {"__typename": "Query"}}


def test_limits_hold_and_errors_are_typed(server, world):
    wide = "{ " + " ".join(f'a{n}: film(slug: "x") {{ title }}' for n in range(30)) + " }"
    for query, code in (
        (wide, "TOO_COMPLEX"),
        ("{ nope }", "BAD_USER_INPUT"),
        ("{", "BAD_USER_INPUT"),
        ("subscription { syncRunProgress(id: 5) { nope } }", "BAD_USER_INPUT"),
        ('subscription { syncRunProgress(id: "x") { id } }', "BAD_USER_INPUT"),
        ("mutation { deleteCohort(id: 1) { deletedId } }", "UNAUTHENTICATED"),
    ):
        said, closed = talk(server, begin(query))
        payload = said[0]["payload"]
        errors = payload if isinstance(payload, list) else payload["errors"]
        assert ([error["extensions"]["code"] for error in errors], closed) == ([code], None), query


def test_what_is_unexpected_is_masked(server, world, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError("SELECT secret FROM /etc/passwd")

    monkeypatch.setattr(subscriptions, "run_now", broken)
    said, _ = talk(server, begin("subscription { syncRunProgress(id: 1) { id } }"))
    assert "secret" not in json.dumps(said) and "INTERNAL" in json.dumps(said)


def test_one_connection_has_so_many_subscriptions(server, database, world):
    with database.begin() as connection:
        run_id = syncs.open_sync(connection, world.cohort_id)
    messages = [begin(WATCH, str(n), variables={"id": str(run_id)}) for n in range(12)]
    said, _ = talk(server, *messages, answers=12)
    refused = [each for each in said if each["type"] == "error"]
    assert len(refused) == 2 and "limit" in refused[0]["payload"][0]["message"]


def test_operations_see_what_changed_before_them(server, database, ada):
    query = "query ($id: ID!) { cohort(id: $id) { version } }"

    async def work():
        headers = ada.bearer("read")
        async with connect(f"ws://{server}/graphql", subprotocols=[PROTOCOL], additional_headers=headers) as socket:
            await socket.send('{"type": "connection_init"}')
            await socket.recv()
            found = []
            for n in range(2):
                await socket.send(begin(query, str(n), variables={"id": str(ada.cohort_id)}))
                found.append(json.loads(await socket.recv())["payload"]["data"]["cohort"]["version"])
                await socket.recv()
                await in_the_background(touch)
            return found

    def touch():
        with database.begin() as connection:
            connection.execute(text("UPDATE cohorts SET version = version + 1"))

    first, second = asyncio.run(work())
    assert second == first + 1


def test_clients_that_never_introduce_themselves_are_left(database, world, monkeypatch):
    original = GraphQLView.__init__

    def hasty(self, *args):
        original(self, *args)
        self.connection_init_wait_timeout = timedelta(seconds=0.1)

    monkeypatch.setattr(GraphQLView, "__init__", hasty)

    async def wait(address):
        async with connect(f"ws://{address}/graphql", subprotocols=[PROTOCOL]) as socket:
            with pytest.raises(ConnectionClosed) as closed:
                await asyncio.wait_for(socket.recv(), 5)
            return closed.value.rcvd.code

    with served(Api(database).settings) as address:
        assert asyncio.run(wait(address)) == 4408


def test_operations_on_a_websocket_count_as_requests(database, world):
    settings = Api(database, anonymous_rate_limit="3").settings
    with served(settings) as address:
        said, _ = talk(address, *[begin("{ __typename }", str(n)) for n in range(4)], answers=6)
    refused = [each["payload"][0]["extensions"]["code"] for each in said if each["type"] == "error"]
    assert refused == ["RATE_LIMITED"] * 2  # introducing oneself was the first
