"""Requests that are too large, too slow, too many, or none: each refused in a typed way."""

import asyncio
import json
import socket
import threading

import httpx
import pytest
from sqlalchemy import text

from api import app
from api.graphql import view
from schema.insights import films
from tests.api.abuse.conftest import ANSWER, NORMAL
from tests.api.conftest import JSON, Api


def code(response):
    return response.json()["errors"][0]["extensions"]["code"]


def test_a_large_body_is_not_read(server):
    body = json.dumps({"query": "{ __typename }", "variables": {"x": "x" * 10_000_000}})
    declared = httpx.post(f"http://{server}/graphql", content=body, headers=JSON)
    assert declared.status_code == 413 and code(declared) == "TOO_COMPLEX"

    def trickle():
        for start in range(0, len(body), 100_000):
            yield body[start : start + 100_000].encode()

    try:
        undeclared = httpx.post(f"http://{server}/graphql", content=trickle(), headers=JSON)
    except httpx.WriteError:  # the server hung up while we were still talking
        return
    assert undeclared.status_code == 413 and code(undeclared) == "TOO_COMPLEX"


def test_a_body_that_breaks_off_is_no_error_of_ours(server, caplog):
    host, _, port = server.partition(":")
    with socket.create_connection((host, int(port)), timeout=5) as half:
        half.sendall(
            b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
        )
        half.shutdown(socket.SHUT_WR)
        answer = half.recv(65536)
    # uvicorn tells it as a client that has gone, and sends nothing any more.
    assert answer == b"" or b"BAD_USER_INPUT" in answer
    httpx.post(f"http://{server}/graphql", json=NORMAL, timeout=5)
    assert caplog.records == []


def test_a_body_that_trickles_in_is_given_up(server, monkeypatch):
    monkeypatch.setattr(view, "_BODY_SECONDS", 0.3)
    host, _, port = server.partition(":")
    with socket.create_connection((host, int(port)), timeout=5) as slow:
        slow.sendall(
            b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"
        )
        answer = slow.recv(65536)
    assert answer.startswith(b"HTTP/1.1 408 ") and b"BAD_USER_INPUT" in answer


def test_many_slow_clients_keep_nobody_waiting(server):
    host, _, port = server.partition(":")
    sockets = [socket.create_connection((host, int(port)), timeout=5) for _ in range(200)]
    for each in sockets:
        each.sendall(b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{")
    assert httpx.post(f"http://{server}/graphql", json=NORMAL, timeout=5).json() == ANSWER
    for each in sockets:
        each.close()


@pytest.mark.parametrize("body", [b"\xff\xfe{}", b'{"query": "\xff"}', b'{"query": "{ __typename \xc3\x28 }"}'])
def test_what_is_not_utf_8_is_refused(server, body):
    found = httpx.post(f"http://{server}/graphql", content=body, headers=JSON)
    assert found.status_code == 400 and code(found) == "BAD_USER_INPUT"


def test_batches_are_refused(server):
    found = httpx.post(f"http://{server}/graphql", json=[NORMAL] * 1000)
    assert found.status_code == 400 and code(found) == "BAD_USER_INPUT"


def test_methods_that_are_none_are_refused(server):
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS"):
        found = httpx.request(method, f"http://{server}/graphql", json=NORMAL)
        assert found.status_code == 405 and code(found) == "BAD_USER_INPUT"
        assert found.headers["allow"] == "GET, POST"


def test_a_query_that_takes_too_long_is_given_up(server, monkeypatch):
    monkeypatch.setattr(view, "_ANSWER_SECONDS", 0.1)
    original = view.GraphQLView.run

    async def slow(self, *args, **kwargs):
        await asyncio.sleep(1)
        return await original(self, *args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(view.GraphQLView, "run", slow)
        never_asked = NORMAL | {"variables": {"never": "asked"}}
        assert code(httpx.post(f"http://{server}/graphql", json=never_asked)) == "TOO_COMPLEX"
    monkeypatch.undo()


def test_a_statement_that_takes_too_long_is_given_up(database, world, monkeypatch):
    monkeypatch.setattr(app, "_STATEMENT_SECONDS", 1)
    monkeypatch.setattr(
        films, "ids_by_slug", lambda connection, slugs: connection.execute(text("SELECT pg_sleep(20)")).all()
    )
    found = Api(database).use(lambda http: http.post("/graphql", json=NORMAL))
    assert code(found) == "TOO_COMPLEX" and "pg_sleep" not in found.text


def test_many_hostile_clients_at_once_and_a_normal_one_among_them(server):
    bomb = {"query": "{ " + " ".join(f'a{n}: film(slug: "x") {{ title }}' for n in range(500)) + " }"}
    circle = {"query": "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }"}
    multiplied = {
        "query": "{ ...F0 } "
        + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(40))
        + ' fragment F40 on Query { film(slug: "x") { title } }'
    }
    refusals = []

    def attack(query):
        with httpx.Client(base_url=f"http://{server}") as client:
            refusals.extend("errors" in client.post("/graphql", json=query).json() for _ in range(20))

    threads = [threading.Thread(target=attack, args=(query,)) for query in (bomb, circle, multiplied) for _ in range(2)]
    for thread in threads:
        thread.start()
    answers = [httpx.post(f"http://{server}/graphql", json=NORMAL, timeout=5).json() for _ in range(5)]
    for thread in threads:
        thread.join()
    assert answers == [ANSWER] * 5
    assert len(refusals) == 120 and sum(refusals) >= 80  # the multiplied one asks for little, and gets it
