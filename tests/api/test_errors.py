"""Errors as clients see them: typed, or masked and logged."""

import asyncio
import gc
import json
import logging

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from api.app import create_app
from schema.async_engine import async_engine
from schema.settings import Settings
from tests.api.conftest import JSON


def test_what_is_unexpected_is_masked_and_logged(api, world, monkeypatch, caplog):
    from schema.insights import cohorts

    def broken(connection, *args, **kwargs):
        raise RuntimeError("SELECT secret FROM /etc/passwd")

    monkeypatch.setattr(cohorts, "page", broken)
    with caplog.at_level(logging.ERROR):
        answer = api.ask('{ cohorts { totalCount } film(slug: "stalker") { title } }')
    assert answer.codes == ["INTERNAL"]
    assert answer["errors"][0]["path"] == ["cohorts"]
    assert "secret" not in json.dumps(answer) and "RuntimeError" not in json.dumps(answer)
    assert "secret" in caplog.text


def test_a_database_that_is_away_leaks_nothing(api, world):
    settings = Settings(database_url="postgresql://someone:hunter2@127.0.0.1:1/nowhere")

    async def ask() -> httpx.Response:
        app = create_app(settings)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as http,
        ):
            return await http.post("/graphql", json={"query": '{ member(username: "ada") { username } }'})

    response = asyncio.run(ask())
    assert [error["extensions"]["code"] for error in response.json()["errors"]] == ["INTERNAL"]
    for word in ("hunter2", "nowhere", "psycopg", "127.0.0.1"):
        assert word not in response.text


def test_a_database_that_is_away_when_keys_are_looked_up_is_told_in_json(api, world, ada, monkeypatch, caplog):
    from schema.insights import accounts

    def away(connection, secret):
        raise OperationalError("SELECT secret", {}, Exception("connection to 10.0.0.1 refused"))

    monkeypatch.setattr(accounts, "by_session", away)
    sent = {**JSON, **ada.cookie}
    response = api.use(lambda http: http.post("/graphql", content=b'{"query": "{ __typename }"}', headers=sent))
    assert response.status_code == 500 and response.headers["content-type"] == "application/json"
    assert [error["extensions"]["code"] for error in response.json()["errors"]] == ["INTERNAL"]
    assert "10.0.0.1" not in response.text and "10.0.0.1" in caplog.text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("{ cohorts { nope } }", "Cannot query field 'nope'"),
        ("{ cohorts", "Syntax Error"),
        ("{ film { title } }", "slug"),
        ('{ cohorts(first: "ten") { totalCount } }', "Int cannot represent"),
        ("query A { cohorts { totalCount } } query A { cohorts { totalCount } }", "operation named 'A'"),
    ],
)
def test_mistakes_in_a_query_are_explained_and_not_logged(api, world, caplog, query, words):
    answer = api.ask(query)
    assert answer.codes == ["BAD_USER_INPUT"]
    assert words in answer["errors"][0]["message"]
    assert caplog.records == []


def test_mistakes_in_a_long_request_are_explained(api, world):
    # Of more than is kept to be answered again.
    answer = api.ask("query ($x: [String!]) { nope }", x=["x" * 100_001])
    assert set(answer.codes) == {"BAD_USER_INPUT"}


def test_mistakes_in_variables_are_explained(api, world):
    query = "query ($o: [FilmOrder!]) { cohort(id: 1) { films(orderBy: $o) { totalCount } } }"
    for value in ("SCORE", [{"by": "BEST"}], [{}], [{"by": "SCORE", "direction": None}]):
        assert api.ask(query, o=value).codes == ["BAD_USER_INPUT"]
    twice = [{"by": "SCORE"}, {"by": "SCORE", "direction": "ASC"}]
    assert "orderBy" in api.ask(query.replace("id: 1", f'id: "{world.cohort_id}"'), o=twice)["errors"][0]["message"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"5",
        b"null",
        b'"x"',
        b"\xff\xfe",
        b"[" * 100_000,
        b"[]",
        b'[{"query": "{ __typename }"}]',
        b"{}",
        b'{"query": 5}',
        b'{"query": "{ __typename }", "variables": 5}',
        b'{"query": ""}',
        b'{"query": "{ __typename }", "operationName": "B"}',
        b'{"query": "{ __typename }", "operationName": 5}',
        b'{"query": "{ __typename }", "operationName": "\\ud800"}',
        b'{"query": "\\ud800"}',
        b'{"query": "{ __typename }", "extensions": 5}',
        b'{"query": "query ($x: String) { __typename }", "variables": {"x": "\xff"}}',
        b'{"query": "subscription { x }"}',
        b'{"query": "mutation { x }"}',
        b'{"query": "fragment A on Film { title }"}',
    ],
)
def test_bodies_that_are_no_query_are_refused_in_json(api, world, body):
    response = api.use(lambda http: http.post("/graphql", content=body, headers=JSON))
    assert response.status_code in (200, 400)
    [error] = response.json()["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert error["message"]


@pytest.mark.parametrize("send", ["POST", "GET"])
def test_a_subscription_is_for_websockets(api, world, caplog, send):
    query = {"query": 'subscription { syncRunProgress(id: "1") { status } }'}
    given = {"json": query} if send == "POST" else {"params": query}
    response = api.use(lambda http: http.request(send, "/graphql", **given))
    assert response.status_code == 400 and caplog.records == []
    [error] = response.json()["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT" and "subscriptions" in error["message"]


def test_a_body_has_a_size(api, world):
    response = api.use(lambda http: http.post("/graphql", content=b" " * 1_000_001, headers=JSON))
    assert response.status_code == 413 and response.headers["cache-control"] == "no-store"
    assert response.json()["errors"] == [
        {"message": "The request is larger than 1,000,000 bytes.", "extensions": {"code": "TOO_COMPLEX"}}
    ]


@pytest.mark.parametrize("kind", [None, "text/plain", "application/graphql", "multipart/mixed; boundary=x", "\xff"])
def test_other_kinds_of_content_are_refused_in_json(api, world, kind):
    sent = {} if kind is None else {"content-type": kind.encode("latin-1")}
    response = api.use(lambda http: http.post("/graphql", content=b'{"query": "{ __typename }"}', headers=sent))
    assert response.status_code == 400 and response.headers["content-type"] == "application/json"
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize(
    "asked", ["query=%ff%fe", "query=%7b__typename%7d&variables=%ff", "query=", "variables=5&query=x"]
)
def test_what_is_wrong_with_a_query_string_is_told_in_json(api, world, asked):
    response = api.get(f"/graphql?{asked}")
    assert response.status_code in (200, 400) and response.headers["content-type"] == "application/json"
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


def test_queries_may_come_by_get_and_other_content_may_not(api, world):
    query = {"query": "query ($s: String!) { film(slug: $s) { title } }", "variables": '{"s": "stalker"}'}
    assert api.get("/graphql", params=query).json() == {"data": {"film": {"title": "Stalker"}}}
    assert api.get("/graphql", params={"query": "{"}).json()["errors"]
    assert api.get("/graphql", params=query | {"variables": "{"}).status_code == 400
    assert api.use(lambda http: http.put("/graphql", content=b"{}", headers=JSON)).status_code == 405
    plain = api.use(lambda http: http.post("/graphql", content=b"{ cohorts }", headers={"content-type": "text/plain"}))
    assert plain.status_code == 400


def test_a_field_that_fails_leaves_the_connections_of_others_to_the_pool(api, ada, caplog):
    """Those beside it are cancelled, however far they are."""
    query = {"query": "{ enrichmentQueue { totalCount } viewer { apiKeys { id } savedFilters { id } } }"}

    async def ask(http):
        for _ in range(10):
            answer = (await http.post("/graphql", json=query, headers=ada.bearer("read"))).json()
            assert [error["extensions"]["code"] for error in answer["errors"]] == ["FORBIDDEN"]
        gc.collect()

    with caplog.at_level(logging.WARNING):
        api.use(ask)
    assert [record for record in caplog.records if record.name.startswith(("sqlalchemy", "psycopg"))] == []


@pytest.mark.parametrize("wrong", ["nobody", "\0"])
def test_a_field_that_fails_takes_nothing_from_others_that_wait_for_the_same(api, world, wrong):
    """What is cancelled beside it may wait for the very look-up that somebody else waits for."""
    query = """query ($wrong: String!) {
        fails: member(username: "ben") { bad: overlap(username: $wrong) { follows }
            overlap(username: "cho") { follows } }
        good: member(username: "ben") { overlap(username: "cho") { follows followedBack } } }"""
    answer = api.ask(query, wrong=wrong)
    assert answer.codes == ["NOT_FOUND"] and answer["errors"][0]["path"] == ["fails", "bad"]
    assert answer["data"] == {"fails": None, "good": {"overlap": {"follows": False, "followedBack": False}}}


def test_many_requests_at_once_on_a_cold_pool(api, world):
    query = """{ cohorts { edges { node { members { totalCount } films(first: 5) { edges { node {
        divergence film { title directors { name } } } } } } } } film(slug: "stalker") { cast { name } } }"""

    async def burst() -> list[dict]:
        engine = async_engine(api.url, pool_size=2)
        app = create_app(api.settings, engine=engine)
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as http,
        ):
            answers = await asyncio.gather(*(http.post("/graphql", json={"query": query}) for _ in range(20)))
        await engine.dispose()
        return [answer.json() for answer in answers]

    answers = asyncio.run(burst())
    assert all("errors" not in answer for answer in answers)
    assert all(answer == answers[0] for answer in answers)
