"""Hostile strings, ids and cursors at every place that takes one: text, and nothing else."""

import base64
import json
import re

import httpx
import pytest
from graphql import GraphQLNonNull, build_schema, get_named_type, parse, validate

from api.graph import sdl
from api.graphql.ids import global_id
from schema.store import keys, saved_filters
from tests.api.conftest import JSON, Api
from tests.api.places import places

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
