"""What one query may ask for, and that refusing more is quick."""

import time

import pytest
from graphql import get_introspection_query

from api.graphql import limits
from api.graphql.limits import MAX_ALIASES, MAX_DEPTH, MAX_LENGTH, MAX_TOKENS


def refusals(api, query: str, **variables: object) -> list[str]:
    """The messages of a query that must be refused as too complex before anything runs."""
    answer = api.ask(query, **variables)
    assert set(answer.codes) == {"TOO_COMPLEX"}, answer
    assert answer.statements == [] and answer.get("data") is None
    return [error["message"] for error in answer["errors"]]


def nested(levels: int) -> str:
    """A query of so many levels of inline fragments and fields; fragments are no level."""
    return "{ cohorts { edges { node { films { edges { node { " + "... { " * levels + "rank" + " }" * (levels + 7)


def test_depth_counts_fields_also_inside_fragments(api, world):
    path = ["cohorts", "edges", "node", "films", "edges", "node", "film", "directors"]
    inside = " { ".join(path) + " { tmdbId" + " }" * len(path)
    assert len(path) < MAX_DEPTH
    assert "errors" not in api.ask("{ " + inside + " }")
    assert "errors" not in api.ask(nested(30))


def test_too_deep_is_refused_also_through_fragments(api, world, monkeypatch):
    monkeypatch.setattr(limits, "MAX_DEPTH", 5)
    query = "{ cohorts { edges { node { ...F } } } } fragment F on Cohort { films { edges { cursor } } }"
    [message] = refusals(api, query)
    assert "6 levels deep" in message


def test_aliases_are_counted_wherever_they_are_spread(api, world):
    aliases = [f'a{n}: film(slug: "x") {{ title }}' for n in range(MAX_ALIASES)]
    assert "errors" not in api.ask("{ " + " ".join(aliases) + " }")
    [message] = refusals(api, "{ " + " ".join(aliases) + ' b: film(slug: "x") { title } }')
    assert f"{MAX_ALIASES + 1} aliases" in message
    names = " ".join(f"n{n}: title" for n in range(8))
    refusals(
        api,
        f'fragment F on Film {{ {names} }} {{ a: film(slug: "x") {{ ...F }} b: film(slug: "y") {{ ...F }}'
        ' c: film(slug: "z") { ...F } }',
    )


@pytest.mark.parametrize(
    "query",
    [
        "{ cohorts(first: 100) { edges { node { films(first: 100) { edges { node { rank } } } } } } }",
        "query ($n: Int) { cohorts(first: $n) { edges { node { films(first: $n) { edges { node { rank } } } } } } }",
        "{ cohorts(first: 100) { edges { node { ...F } } } } fragment F on Cohort { films(first: 99) { totalCount } }",
    ],
)
def test_pages_inside_pages_multiply(api, world, query):
    [message] = refusals(api, query, n=2)
    assert "list entries" in message


@pytest.mark.parametrize(
    ("field", "inner", "most"),
    [
        ("alignmentMatrix", "score", 4),
        ('changes(since: "2026-01-01T00:00:00Z")', "totalCount", 98),
        ('alignment(username: "ben")', "shared", 98),
        ("people(role: ACTOR)", "totalCount", 98),
        ("suggestions", "totalCount", 98),
        ("slice(name: RECENT)", "totalCount", 98),
    ],
)
def test_what_costs_as_much_as_a_page_counts_as_much(api, world, field, inner, most):
    query = f"query ($n: Int) {{ cohorts(first: %s) {{ edges {{ node {{ {field} {{ {inner} }} }} }} }} }}"
    assert "errors" not in api.ask(query.replace("query ($n: Int)", "") % most)
    [message] = refusals(api, query.replace("query ($n: Int)", "") % (most + 1))
    assert "list entries" in message


def test_a_page_s_own_default_counts(api, world):
    query = """{ cohorts(first: 100) { edges { node { people(role: ACTOR, first: 10) { edges { node {
        bestFilms%s { rank } } } } } } } }"""
    assert "errors" not in api.ask(query % "")
    refusals(api, query % "(first: 4)")


def test_every_operation_of_a_document_is_weighed(api, world):
    heavy = "{ cohorts(first: 100) { edges { node { films(first: 100) { totalCount } } } } }"
    refusals(api, f'query Light {{ film(slug: "x") {{ title }} }} query Heavy {heavy}')


def test_default_pages_inside_default_pages_are_allowed(api, world):
    assert "errors" not in api.ask("{ cohorts { edges { node { films { edges { node { rank } } } } } } }")


@pytest.mark.parametrize("first", [-1, 101, -100000, 2**31 - 1])
def test_a_page_has_bounds(api, world, first):
    answer = api.ask(f"{{ cohorts(first: {first}) {{ totalCount }} }}")
    assert answer.codes == ["BAD_USER_INPUT"]
    assert "first: must be between 0 and 100" in answer["errors"][0]["message"]


def test_long_documents_are_not_parsed(api, world):
    refusals(api, "{ " + "__typename " * MAX_TOKENS + "}")
    refusals(api, '{ film(slug: "' + "x" * MAX_LENGTH + '") { title } }')
    refusals(api, "{ cohorts " * 300 + "}" * 300)
    refusals(api, "{ adHocCohort(definition: { usernames: " + "[" * 300 + "]" * 300 + " }) { label } }")


@pytest.mark.parametrize(
    "query",
    [
        # Each fragment stands for two copies of the next: 2^60 fields, if one counted them.
        "{ ...F0 } "
        + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(60))
        + ' fragment F60 on Query { film(slug: "x") { title } }',
        "{ " + "__typename " * (MAX_TOKENS - 2) + "}",
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
        "{ " + " ".join(f"... on Query {{ cohorts {{ edges {{ node {{ x{n} }} }} }} }}" for n in range(100)) + " }",
        "{ film(slug: " + "9" * 5000 + ") { title } cohorts(first: " + "9" * 5000 + ") { totalCount } }",
        "{ ...Nowhere film { ...on Nothing { a } } }",
        "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }",
    ],
)
def test_hostile_documents_are_answered_quickly_and_without_a_fault_of_ours(api, world, query):
    started = time.perf_counter()
    answer = api.ask(query)
    assert time.perf_counter() - started < 5
    assert "INTERNAL" not in answer.codes


def test_the_editor_s_introspection_is_allowed(api, world):
    answer = api.ask(get_introspection_query(input_value_deprecation=True, specified_by_url=True))
    assert answer.get("errors") is None
    assert answer["data"]["__schema"]["queryType"]["name"] == "Query"
