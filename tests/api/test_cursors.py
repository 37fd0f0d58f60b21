"""Cursors: what goes in comes out, and nothing else is taken for one."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.graphql import cursors
from api.graphql.errors import BadUserInput

numbers = st.none() | st.floats(allow_nan=False, allow_infinity=False, min_value=-1e18, max_value=1e18)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)


@given(st.lists(numbers, max_size=4), texts)
def test_values_come_back_as_they_were(values, word):
    cursor = cursors.encode("list", [word, *values])
    assert cursors.decode("list", cursor, [str] + [float] * len(values)) == [word, *values]


@given(st.text(max_size=80) | st.binary(max_size=60).map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_any_other_text_is_refused(cursor):
    with pytest.raises(BadUserInput, match="after: "):
        cursors.decode("list", cursor, [float])


def forged(document: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(document).encode()).decode()


@pytest.mark.parametrize(
    "document",
    [
        ["list"],
        ["list", 1, 2],
        ["list", "1"],
        ["list", True],
        ["list", [1]],
        ["list", float("nan")],
        ["list", 1e300],
        ["list", float("inf")],
        ["list", 10**30],
        ["other", 1],
        [],
        {},
        "list",
        None,
        5,
        ["list", {"a": 1}],
    ],
)
def test_forged_values_are_refused(document):
    with pytest.raises(BadUserInput, match="after: "):
        cursors.decode("list", forged(document), [float])


@pytest.mark.parametrize("word", [1, None, "a\0b", "\ud800"])
def test_texts_that_no_database_holds_are_refused(word):
    with pytest.raises(BadUserInput, match="after: "):
        cursors.decode("list", forged(["list", word]), [str])


def test_cursors_of_other_lists_and_orders_are_refused(api, world):
    query = """query ($id: ID!, $o: [FilmOrder!], $after: String) { cohort(id: $id) {
        films(orderBy: $o, after: $after, first: 1) { pageInfo { endCursor } } } }"""
    cohort = str(world.cohort_id)
    cursor = api.data(query, id=cohort)["cohort"]["films"]["pageInfo"]["endCursor"]
    assert "errors" not in api.ask(query, id=cohort, after=cursor)
    assert api.ask(query, id=cohort, after=cursor, o=[{"by": "TITLE"}]).codes == ["BAD_USER_INPUT"]
    assert api.ask(query, id=cohort, after=cursor, o=[{"by": "SCORE", "direction": "ASC"}]).codes == ["BAD_USER_INPUT"]
    assert api.ask("query ($c: String) { cohorts(after: $c) { totalCount } }", c=cursor).codes == ["BAD_USER_INPUT"]
    members = "query ($id: ID!, $c: String) { cohort(id: $id) { members(after: $c) { totalCount } } }"
    assert api.ask(members, id=cohort, c=cursor).codes == ["BAD_USER_INPUT"]
    other = api.data("{ cohorts(first: 2) { edges { node { id } } } }")["cohorts"]["edges"][1]["node"]["id"]
    assert api.ask(query, id=other, after=cursor).codes == ["BAD_USER_INPUT"]
