"""Cohort definitions are checked, and resolve to sets of members."""

from datetime import UTC, datetime

import pytest

from schema import definitions
from schema.definitions import DefinitionError
from schema.store import cohorts, lists, members


@pytest.mark.parametrize(
    ("definition", "named"),
    [
        ({}, "exactly one"),
        ({"usernames": ["a"], "following": "b"}, "exactly one"),
        ("ada", "exactly one"),
        ({"usernames": []}, "usernames"),
        ({"usernames": ["no spaces please"]}, "usernames"),
        ({"following": 7}, "following"),
        ({"list": "ada"}, "user/slug"),
        ({"list": "ada/../etc"}, "user/slug"),
        ({"cohort": "1"}, "cohort"),
        ({"cohort": True}, "cohort"),
        ({"union": []}, "union"),
        ({"difference": {"of": {"usernames": ["a"]}}}, "difference"),
        ({"friends": "a"}, "friends"),
    ],
)
def test_a_wrong_definition_is_refused_by_name(definition, named):
    with pytest.raises(DefinitionError, match=named):
        definitions.check(definition)


def test_nesting_is_bounded():
    nested = {"usernames": ["a"]}
    for _ in range(14):
        nested = {"union": [nested]}
    with pytest.raises(DefinitionError, match="nested"):
        definitions.check(nested)


def test_usernames_are_lowered_and_made_unique():
    assert definitions.check({"usernames": ["Ada", " ada ", "Bo"]}) == {"usernames": ["ada", "bo"]}


def test_a_list_is_named_by_its_address():
    assert definitions.check({"list": " /Ada/Essentials/ "}) == {"list": "ada/essentials"}


def test_leaves_name_everything_that_must_be_fetched():
    nested = {"difference": {"of": {"following": "ada"}, "minus": {"union": [{"usernames": ["bo"]}, {"cohort": 1}]}}}
    assert list(definitions.leaves(nested)) == [("following", "ada"), ("usernames", ["bo"]), ("cohort", 1)]


def test_every_kind_resolves(connection):
    ids = members.upsert(connection, dict.fromkeys(["ada", "bo", "cy", "di"]))
    members.replace_follows(connection, ids["ada"], [ids["bo"], ids["cy"]], direction="following")
    members.replace_follows(connection, ids["bo"], [ids["ada"], ids["di"]], direction="followers")
    saved = cohorts.create(connection, "saved", {"usernames": ["di"]})
    cohorts.set_members(connection, saved, [ids["di"]])

    def resolved(definition):
        found = definitions.resolve(connection, definition)
        return {name for name, id in ids.items() if id in found}

    lists.replace(
        connection,
        1,
        ids["ada"],
        "best",
        title="Best",
        film_ids=[],
        liked_by=[ids["cy"]],
        observed_at=datetime.now(UTC),
    )
    assert resolved({"usernames": ["ada", "nobody"]}) == {"ada"}
    assert resolved({"list": "ada/best"}) == {"ada", "cy"}
    assert resolved({"list": "ada/worst"}) == set()
    assert resolved({"following": "ada"}) == {"bo", "cy"}
    assert resolved({"followers": "bo"}) == {"ada", "di"}
    assert resolved({"cohort": saved}) == {"di"}
    assert resolved({"union": [{"following": "ada"}, {"cohort": saved}]}) == {"bo", "cy", "di"}
    assert resolved({"intersection": [{"following": "ada"}, {"usernames": ["cy", "di"]}]}) == {"cy"}
    assert resolved({"difference": {"of": {"following": "ada"}, "minus": {"usernames": ["cy"]}}}) == {"bo"}
