"""The progress of runs over websockets: who is told what, and when it ends."""

import asyncio
import re
from pathlib import Path

import pytest
from gql import Client, gql
from gql.transport.websockets import WebsocketsTransport
from sqlalchemy import text

from api.graphql import subscriptions
from schema.store import keys, runs, steps, syncs
from tests.api.sockets import PROTOCOL, subscribe


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
