"""Hostile requests against a real server: each refused in a typed way, and the next person is answered."""

import asyncio
import base64
import json
import re
import socket
import threading

import httpx
import pytest
from graphql import GraphQLNonNull, build_schema, get_named_type, parse, validate
from sqlalchemy import text

from api import app
from api.graph import sdl
from api.graphql import view
from api.graphql.ids import global_id
from schema.insights import films
from schema.store import keys, saved_filters
from tests.api.conftest import JSON, Api
from tests.api.places import places
from tests.api.server import served

NORMAL = {"query": '{ film(slug: "stalker") { title } }'}
ANSWER = {"data": {"film": {"title": "Stalker"}}}
INJECTED = [
    "' OR 1=1 --",
    "'; DROP TABLE films; --",
    "%00",
    "\0",
    "\ud800",
    "${7*7}",
    "{{7*7}}",
    "../../etc/passwd",
    "\\",
]


SCHEMA = build_schema(sdl())
PLACES = list(places(SCHEMA))
LEAKED = re.compile(r"psycopg|sqlalchemy|Traceback|SELECT |\.py\b|/schema/")
NOWHERE = 987_654


@pytest.fixture(scope="module")
def server(database, world):
    with served(Api(database, anonymous_rate_limit="0").settings) as address:
        yield address


@pytest.fixture(autouse=True)
def the_next_person_is_answered(server):
    yield
    assert httpx.post(f"http://{server}/graphql", json=NORMAL, timeout=5).json() == ANSWER


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


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("{ fil { title } }", {}),
        ("{ film(slog: 1) { title } }", {}),
        ("{ ... on Quory { film(slug: 1) { title } } }", {}),
        ("mutation { createApiKey(name: 1, scope: READD) { secret } }", {}),
        ('{ adHocCohort(definition: {usernam: ["ben"]}) { label } }', {}),
        ("query ($d: CohortDefinitio) { adHocCohort(definition: $d) { label } }", {}),
        ('query ($o: FilmOrder = {by: "SCORES"}) { cohort(id: 1) { films(orderBy: [$o]) { totalCount } } }', {}),
        ('{ film(slu: "x") { title } }', {}),
        ('{ cohort(id: "1") { films(filter: {averge: {min: 1}}) { totalCount } } }', {}),
        ('{ cohort(id: "1") { films(ranking: BAYESIA) { totalCount } } }', {}),
        ('query ($f: FilmFilte) { cohort(id: "1") { films(filter: $f) { totalCount } } }', {}),
        ('query ($f: FilmFilter) { cohort(id: "1") { films(filter: $f) { totalCount } } }', {"f": {"averge": {}}}),
        ('query ($r: RankingStrategy!) { cohort(id: "1") { films(ranking: $r) { totalCount } } }', {"r": "BAYESIA"}),
    ],
)
def test_suggestions_are_not_made(server, query, variables):
    found = httpx.post(f"http://{server}/graphql", json={"query": query, "variables": variables}).json()
    assert {error["extensions"]["code"] for error in found["errors"]} == {"BAD_USER_INPUT"}
    assert "Did you mean" not in json.dumps(found)


def strings(schema):
    """Every place of the API that takes a string or an id, as (operation, field, argument)."""
    for kind, root in (("query", schema.query_type), ("mutation", schema.mutation_type)):
        for name, field in root.fields.items():
            for argument, definition in field.args.items():
                if get_named_type(definition.type).name in {"String", "ID"}:
                    yield kind, name, argument


@pytest.mark.parametrize(("kind", "name", "argument"), list(strings(build_schema(sdl()))))
def test_sql_in_every_string_is_text_and_nothing_else(api, world, ada, kind, name, argument):
    schema = build_schema(sdl())
    root = schema.query_type if kind == "query" else schema.mutation_type
    field = root.fields[name]
    fillers = {"CohortDefinition": '{usernames: ["ben"]}', "JSON": "{}", "Visibility": "PRIVATE", "Scope": "READ"}
    given = []
    for each, definition in field.args.items():
        if each == argument:
            given.append(f"{each}: $it")
        elif isinstance(definition.type, GraphQLNonNull):
            given.append(f"{each}: {fillers.get(get_named_type(definition.type).name, json.dumps('1'))}")
    query = f"{kind} ($it: {field.args[argument].type}) {{ {name}({', '.join(given)}) {{ __typename }} }}"

    async def work(http):
        return [
            await http.post(
                "/graphql",
                content=json.dumps({"query": query, "variables": {"it": each}}),
                headers={**JSON, **ada.cookie},
            )
            for each in INJECTED
        ]

    for response in api.use(work):
        answer = response.json()
        assert response.status_code == 200
        codes = {error["extensions"]["code"] for error in answer.get("errors", [])}
        assert codes <= {"BAD_USER_INPUT", "NOT_FOUND", "FORBIDDEN"}, answer
        assert not any(word in response.text for word in ("psycopg", "SELECT", "Traceback", "/schema/"))


def test_there_is_a_way_to_every_string():
    names = [place.name for place in PLACES]
    assert len(names) == len(set(names)) > 60
    assert {
        "Cohort.films(filter.directors.any)",
        "Cohort.films(filter.ratedBy.cohort)",
        "Query.adHocCohort(definition.difference.minus.list)",
        "Overlap.followers(after)",
        "CohortChanges.newlyLiked(after)",
    } <= set(names)
    assert all(not validate(SCHEMA, parse(place.document)) for place in PLACES)


def test_hostile_strings_are_strings_everywhere(database, world, ada):
    """A third of them at each place, in turns."""

    async def work(http):
        for number, place in enumerate(PLACES):
            for each in INJECTED[number % 3 :: 3]:
                body = json.dumps({"query": place.document, "variables": {"it": each}})
                response = await http.post("/graphql", content=body, headers={**JSON, **ada.cookie})
                codes = {error["extensions"]["code"] for error in response.json().get("errors", [])}
                assert response.status_code == 200 and codes <= {"BAD_USER_INPUT", "NOT_FOUND", "FORBIDDEN"}, (
                    place.name,
                    each,
                    response.text,
                )
                assert not LEAKED.search(response.text), (place.name, each, response.text)

    Api(database, rate_limit="0").use(work)


def test_ids_of_others_say_no_more_than_ids_of_nothing(database, world, ada, eve):
    """Each argument that takes an id is given each thing of ada's, by those to whom none of it exists."""
    with database.begin() as connection:
        kept = saved_filters.save(connection, ada.account_id, "hers", {"search": "x"})
        key_id, _ = keys.create(connection, ada.account_id, "hers", "read")
    things = {"Cohort": ada.cohort_id, "SyncRun": ada.run_id, "SavedFilter": kept, "ApiKey": key_id}
    takes_ids = [place for place in PLACES if place.kind == "ID"]
    assert len(takes_ids) > 5

    async def work(http):
        async def ask(place, it, sent):
            body = json.dumps({"query": place.document, "variables": {"it": it}})
            text = (await http.post("/graphql", content=body, headers={**JSON, **sent})).text
            assert "ada" not in text, (place.name, text)
            return text

        for sent in ({}, eve.bearer("read"), eve.bearer("write"), eve.cookie):
            for place in takes_ids:
                tried = [(number, global_id(kind, number), global_id(kind, NOWHERE)) for kind, number in things.items()]
                for number, hers, nobody_s in (*tried, (ada.cohort_id, str(ada.cohort_id), str(NOWHERE))):
                    found, nothing = [await ask(place, each, sent) for each in (hers, nobody_s)]
                    assert found == nothing.replace(str(NOWHERE), str(number)), (place.name, hers)

    Api(database, rate_limit="0").use(work)


def test_cursors_from_elsewhere_are_refused(api, world):
    first = api.data("{ cohorts(first: 1) { pageInfo { endCursor } } }")["cohorts"]["pageInfo"]["endCursor"]
    forged = [
        base64.urlsafe_b64encode(json.dumps(["cohorts", *values]).encode()).decode()
        for values in (["a"], ["a", "b"], ["a", 1.5], ["a", True], ["a", -1], ["a", 2**63], ["a", 10**400], [None, 1])
    ]
    for after in [*forged, first[:-2], "x", "", "\0", "é" * 100]:
        assert api.ask("query ($a: String) { cohorts(after: $a) { totalCount } }", a=after).codes == ["BAD_USER_INPUT"]
    mine = "query ($a: String) { cohorts(mine: true, after: $a) { totalCount } }"
    assert api.ask(mine, a=first).codes == ["BAD_USER_INPUT"]
