"""adHocCohort: any nesting of members, computed and not saved."""

import pytest
from sqlalchemy import text

from tests.api.world import FOLLOWED

QUERY = """query ($definition: CohortDefinition!, $after: String) { adHocCohort(definition: $definition) {
    id label memberCount version
    members { edges { node { username } } }
    films(first: 30, after: $after) { totalCount pageInfo { endCursor }
        edges { node { rank score film { slug } } } } } }"""


def names(cohort: dict) -> list[str]:
    return [edge["node"]["username"] for edge in cohort["members"]["edges"]]


def test_it_equals_the_saved_cohort_of_the_same_members(api, world):
    saved = "query ($id: ID!) { cohort(id: $id) { films(first: 30) { edges { node { rank score film { slug } } } } } }"
    found = api.data(QUERY, definition={"following": "Ada"})["adHocCohort"]
    assert (found["id"], found["memberCount"], found["version"]) == (None, len(FOLLOWED), 0)
    assert names(found) == FOLLOWED
    same = api.data(saved, id=str(world.cohort_id))["cohort"]["films"]
    assert found["films"]["edges"] == same["edges"]


@pytest.mark.parametrize(
    ("definition", "expected"),
    [
        ({"usernames": ["BEN", "cho", "ben"]}, ["ben", "cho"]),
        ({"followers": "ben"}, ["ada"]),
        ({"cohort": "CIRCLE"}, FOLLOWED),
        ({"union": [{"usernames": ["ivy"]}, {"usernames": ["ben"]}]}, ["ben", "ivy"]),
        ({"intersection": [{"following": "ada"}, {"usernames": ["ben", "ivy"]}]}, ["ben"]),
        ({"difference": {"of": {"following": "ada"}, "minus": {"usernames": ["ben", "cho"]}}}, FOLLOWED[2:]),
        ({"difference": {"of": {"usernames": ["ben"]}, "minus": {"union": [{"usernames": ["ben"]}]}}}, []),
    ],
)
def test_every_kind_of_definition(api, world, definition, expected):
    if "cohort" in definition:
        definition = {"cohort": str(world.cohort_id)}
    assert names(api.data(QUERY, definition=definition)["adHocCohort"]) == expected


def test_what_is_unknown_is_named(api, world):
    definition = {"union": [{"usernames": ["ben", "nobody", "ghost"]}, {"cohort": "777"}, {"following": "someone"}]}
    definition["union"].append({"list": "ben/best"})
    answer = api.ask(QUERY, definition=definition)
    assert answer.codes == ["NOT_FOUND"]
    message = answer["errors"][0]["message"]
    for part in ("'nobody'", "'ghost'", "'someone'", "list 'ben/best'", "cohort 777"):
        assert part in message
    assert "'ben'" not in message


def test_a_member_whose_following_was_never_read_is_no_empty_cohort(api, world):
    answer = api.ask(QUERY, definition={"following": "ben"})
    assert answer.codes == ["NOT_FOUND"]
    assert "whom 'ben' follows" in answer["errors"][0]["message"]


@pytest.mark.parametrize(
    "definition",
    [
        {},
        {"usernames": ["a"], "cohort": "1"},
        {"usernames": None},
        {"usernames": []},
        {"usernames": ["not a name"]},
        {"usernames": ["nul\0"]},
        {"union": []},
        {"cohort": "x"},
        {"list": "someone"},
        {"difference": {"of": {"usernames": ["ben"]}}},
    ],
)
def test_what_is_no_definition_is_refused(api, world, definition):
    answer = api.ask(QUERY, definition=definition)
    assert answer.codes == ["BAD_USER_INPUT"]
    assert answer.statements == []


def test_definitions_have_an_end(api, world):
    deep: dict = {"usernames": ["ben"]}
    for _ in range(13):
        deep = {"union": [deep]}
    assert api.ask(QUERY, definition=deep).codes == ["BAD_USER_INPUT"]
    for _ in range(300):
        deep = {"union": [deep]}
    assert api.ask(QUERY, definition=deep).codes in (["TOO_COMPLEX"], ["BAD_USER_INPUT"])
    wide = {"union": [{"followers": "ben"}] * 101}
    answer = api.ask(QUERY, definition=wide)
    assert (answer.codes, answer.statements) == (["TOO_COMPLEX"], [])


def test_its_cursors_are_good_for_the_same_definition_only(api, world):
    circle = {"following": "ada"}
    first = api.data(QUERY, definition=circle)["adHocCohort"]["films"]
    after = first["pageInfo"]["endCursor"]
    rest = api.data(QUERY, definition=circle, after=after)["adHocCohort"]["films"]
    assert len(first["edges"]) + len(rest["edges"]) == first["totalCount"]
    assert api.ask(QUERY, definition={"usernames": ["ben"]}, after=after).codes == ["BAD_USER_INPUT"]


def test_nothing_is_saved(api, world, database):
    def rows() -> int:
        with database.connect() as connection:
            return connection.execute(
                text("SELECT (SELECT count(*) FROM cohorts) + (SELECT count(*) FROM cohort_members)")
            ).scalar_one()

    before = rows()
    api.data(QUERY, definition={"following": "ada"})
    assert rows() == before
