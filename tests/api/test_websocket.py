"""GraphQL over websockets: the progress of runs, and what hostile clients get. Clients are `gql` and `websockets`."""

import asyncio
import json
import re
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from gql import Client, gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.exceptions import TransportClosed, TransportConnectionFailed, TransportQueryError
from gql.transport.websockets import WebsocketsTransport
from sqlalchemy import text
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from api.graphql import subscriptions
from api.graphql.ids import global_id, key
from api.graphql.view import GraphQLView
from schema.store import accounts, keys, runs, steps, syncs
from tests.api.conftest import Api
from tests.api.people import person
from tests.api.server import served

WATCH = "subscription ($id: ID!) { syncRunProgress(id: $id) { status steps { name status } } }"
PROTOCOL = "graphql-transport-ws"


@pytest.fixture(scope="module")
def ada(database, world):
    return person(database, world, "ada")


@pytest.fixture(scope="module")
def eve(database, world):
    return person(database, world, "eve")


@pytest.fixture(scope="module")
def server(database, world):
    with served(Api(database).settings) as address:
        yield address


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(subscriptions, "_POLL_SECONDS", 0.02)


@pytest.fixture
def run(database, ada):
    """A fresh run of ada's private cohort."""
    with database.begin() as connection:
        connection.execute(text("DELETE FROM sync_runs"))
        return syncs.open_sync(connection, ada.cohort_id)


def advance(database, run_id):
    """What workers do: one step, then the end."""
    with database.begin() as connection:
        steps.finish(connection, steps.start(connection, run_id, "refresh", 0, 1), {"members": 2})
    with database.begin() as connection:
        runs.finish(connection, run_id, "succeeded")


def in_the_background(work, *args):
    return asyncio.get_running_loop().run_in_executor(None, work, *args)


def test_a_client_that_nobody_here_wrote_does_it_all(server, database, ada):
    async def flow():
        link = await in_the_background(new_link, database, ada.email)
        async with httpx.AsyncClient(base_url=f"http://{server}") as browser:
            await browser.post(f"/sign-in/{link}", headers={"origin": f"http://{server}"})
            session = dict(browser.cookies)
        signed_in = AIOHTTPTransport(f"http://{server}/graphql", cookies=session)
        async with Client(transport=signed_in, fetch_schema_from_transport=True) as client:
            made = await client.execute(gql('mutation { createApiKey(name: "app", scope: WRITE) { secret } }'))
        headers = {"Authorization": f"Bearer {made['createApiKey']['secret']}"}

        program = AIOHTTPTransport(f"http://{server}/graphql", headers=headers)
        async with Client(transport=program, fetch_schema_from_transport=True) as client:
            created = await client.execute(
                gql('mutation { createCohort(label: "By gql", definition: {following: "ada"}) { cohort { id } } }')
            )
            cohort = created["createCohort"]["cohort"]["id"]
            ask = gql("mutation ($id: ID!) { syncCohort(id: $id) { run { id } } }")
            ask.variable_values = {"id": cohort}
            run = (await client.execute(ask))["syncCohort"]["run"]["id"]

            news = []
            socket = WebsocketsTransport(f"ws://{server}/graphql", headers=headers, subprotocols=[PROTOCOL])
            async with Client(transport=socket, fetch_schema_from_transport=True) as listener:
                watch = gql(WATCH)
                watch.variable_values = {"id": run}
                async for each in listener.subscribe(watch):
                    news.append(each["syncRunProgress"]["status"])
                    if len(news) == 1:
                        in_the_background(advance, database, key("SyncRun", run, "id"))
            assert (news[0], news[-1]) == ("QUEUED", "SUCCEEDED")

            titles, after = [], None
            page = gql(
                """query ($id: ID!, $after: String) { cohort(id: $id) { films(first: 20, after: $after,
                orderBy: [{by: TITLE, direction: ASC}]) { pageInfo { hasNextPage endCursor }
                edges { node { film { title } } } } } }"""
            )
            while True:
                page.variable_values = {"id": cohort, "after": after}
                films = (await client.execute(page))["cohort"]["films"]
                titles += [edge["node"]["film"]["title"] for edge in films["edges"]]
                after = films["pageInfo"]["endCursor"]
                if not films["pageInfo"]["hasNextPage"]:
                    break
            assert len(titles) == len(set(titles)) > 20

            share = gql("mutation ($id: ID!) { shareCohort(id: $id) { path } }")
            share.variable_values = {"id": cohort}
            path = (await client.execute(share))["shareCohort"]["path"]
        async with httpx.AsyncClient(base_url=f"http://{server}") as stranger:
            assert "By gql" in (await stranger.get(path)).text

    asyncio.run(flow())


def new_link(database, email):
    with database.begin() as connection:
        return accounts.open_link(connection, email)


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


def test_the_guide_s_subscription_works(server, database, ada, run):
    guide = (Path(__file__).resolve().parents[2] / "docs" / "front-end.md").read_text()
    (query,) = re.findall(r"```graphql\n(subscription.*?)```", guide, re.S)
    advance(database, run)

    async def work():
        transport = WebsocketsTransport(f"ws://{server}/graphql", headers=ada.bearer("read"), subprotocols=[PROTOCOL])
        watch = gql(query)
        watch.variable_values = {"run": str(run)}
        async with Client(transport=transport) as client:
            return [each["syncRunProgress"]["status"] async for each in client.subscribe(watch)]

    assert asyncio.run(work()) == ["SUCCEEDED"]


def test_changes_are_told_and_nothing_twice(server, database, ada, run):
    told, errors = subscribe(server, run, headers=ada.bearer("read"), after_first=lambda: advance(database, run))
    assert (told[0], told[-1], errors) == ("QUEUED", "SUCCEEDED", []) and len(told) <= 3


def test_a_run_is_told_to_those_who_may_see_it(server, database, ada, eve, run):
    advance(database, run)
    page = f"http://{server}"
    allowed = [
        {"headers": ada.bearer("read")},
        {"init": {"Authorization": f"Bearer {ada.keys['read']}"}},
        {"headers": {"cookie": f"almanac={ada.session}", "origin": page}},
    ]
    for way in allowed:
        assert subscribe(server, run, **way) == (["SUCCEEDED"], []), way
    for way in ({}, {"headers": eve.bearer("write")}, {"init": {"authorization": f"Bearer {eve.keys['read']}"}}):
        assert subscribe(server, run, **way) == ([], ["NOT_FOUND"]), way
    assert subscribe(server, 10**9, headers=ada.bearer("read")) == ([], ["NOT_FOUND"])


def test_a_key_that_is_revoked_ends_what_it_began(server, database, ada, run):
    with database.begin() as connection:
        key_id, secret = keys.create(connection, ada.account_id, "short", "read")

    def revoke():
        with database.begin() as connection:
            keys.revoke(connection, key_id)

    told, errors = subscribe(server, run, headers={"authorization": f"Bearer {secret}"}, after_first=revoke)
    assert (told, errors) == (["QUEUED"], ["UNAUTHENTICATED"])


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

    def hasty(self, schema):
        original(self, schema)
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
