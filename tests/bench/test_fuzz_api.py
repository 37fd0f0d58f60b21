"""The fuzzer of the API finds nothing today, makes the same operations again, and notices each thing it looks for."""

import json
import random

import pytest
from graphql import build_schema, parse, validate

from api.graph import sdl
from bench import fuzz_api
from bench.fuzz_api.asking import Answer
from bench.fuzz_api.broken import broken
from bench.fuzz_api.operations import Maker, Operation
from bench.fuzz_api.tenants import SECRET, Role
from bench.fuzz_api.values import Known
from bench.fuzz_api.verdict import Judge

SCHEMA = build_schema(sdl())
NOBODY = Role("nobody", {})
FILM = Operation(
    'query ($no: Boolean!) { it: film(slug: "x") { title ...F cast @skip(if: $no) { name } } }'
    " fragment F on Film { genres }",
    "query",
    {"no": True},
)


def test_some_hundred_operations_find_nothing(database, redis_url):
    seed = random.randrange(10**6)
    print(f"again: almanac bench fuzz-api --count 250 --seed {seed}")
    found = fuzz_api.run(database, redis_url=redis_url, count=250, seed=seed)
    assert found["violations"] == [] and found["ok"]
    assert sum(found["outcomes"].values()) == 250
    assert found["outcomes"]["answered"] > 30 and len(found["outcomes"]) >= 5


def maker(seed):
    known = Known()
    known.learn("slug", "stalker")
    known.learn_id("Q29ob3J0OjE=")
    return Maker(SCHEMA, known, random.Random(seed))


def test_the_same_seed_makes_the_same_operations_of_every_kind():
    one, again, other = ([maker(seed).make() for seed in seeds] for seeds in (range(150), range(150), range(150, 300)))
    assert one == again != other
    assert {operation.kind for operation in one} == {"query", "mutation", "subscription"}
    texts = "\n".join(operation.document for operation in one)
    assert all(part in texts for part in ("fragment F0 on ", "... on ", "a1: ", "@skip", "@include", "$v0"))


def test_many_are_what_the_schema_allows_and_those_that_must_fail_are_not():
    valid = []
    for seed in range(100):
        try:
            valid.append(not validate(SCHEMA, parse(maker(seed).make().document)))
        except Exception:  # noqa: BLE001 - no document at all
            valid.append(False)
    assert 40 < sum(valid) < 100
    operations = broken(SCHEMA, 30, 7)
    assert len(operations) == 30 and operations == broken(SCHEMA, 30, 7)
    assert all(validate(SCHEMA, parse(operation.document)) for operation in operations)


def wrong(body, *, operation=FILM, status=200, role=NOBODY, log="", way="POST"):
    text = body if isinstance(body, str) else json.dumps(body)
    try:
        parsed = json.loads(text)
    except ValueError:
        parsed = None
    return list(Judge(SCHEMA).wrong(operation, role, Answer(way, status, text, parsed, log)))


def refused(code="NOT_FOUND", message="no"):
    return {"data": None, "errors": [{"message": message, "extensions": {"code": code} if code else {}}]}


GOOD = {"data": {"it": {"title": "X", "genres": ["Drama"]}}}


def test_what_is_right_is_not_complained_about():
    assert wrong(GOOD) == wrong({"data": {"it": None}}) == wrong(refused()) == []
    asked = Operation('{ film(slug: "SELECT 1") { title } }', "query")
    assert wrong(refused(message="not known here: SELECT 1"), operation=asked) == []
    half = Operation('{ film(slug: "\ud800") { title } }', "query")
    assert wrong({"data": {"film": None}}, operation=half, way="GET") == []  # which an address cannot hold
    assert wrong({"data": {"film": None}}, operation=half) != []
    assert wrong({"data": {"it": {"title": SECRET, "genres": []}}}, role=Role("operator", {}, sees_all=True)) == []


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ({"body": GOOD, "status": 500}, "status 500"),
        ({"body": "Internal Server Error"}, "no JSON object"),
        ({"body": refused("INTERNAL")}, "code 'INTERNAL'"),
        ({"body": refused("")}, "code ''"),
        ({"body": refused(message="near SELECT x")}, "leaks 'SELECT '"),
        ({"body": refused(message="in api/graphql/view.py")}, "leaks '.py'"),
        ({"body": refused(message=f"cohort {SECRET} one")}, "somebody else's"),
        ({"body": GOOD, "log": "a connection was lost"}, "was logged"),
        ({"body": GOOD, "operation": Operation("{ film { title } }", "query", must_fail=True)}, "was not refused"),
        ({"body": {"data": {"it": {"title": None, "genres": []}}}}, "it.title is null"),
        ({"body": {"data": {"it": {"title": 5, "genres": []}}}}, "it.title is 5, no String"),
        ({"body": {"data": {"it": {"title": "X", "genres": "Drama"}}}}, "it.genres is no list"),
        ({"body": {"data": {"it": {"genres": [], "title": "X"}}}}, "asked for was ['title', 'genres']"),
        ({"body": {"data": {"it": {"title": "X", "genres": [], "cast": []}}}}, "asked for was"),
        ({"body": {"data": {"film": None}}}, "asked for was ['it']"),
    ],
)
def test_what_is_wrong_is_noticed(answer, complaint):
    assert any(complaint in each for each in wrong(answer.pop("body"), **answer))
