"""Every list of the API: the cursor of each entry leads to the entry behind it, in that list and no other."""

import pytest

from schema.store import members, metadata
from tests.api.people import person
from tests.api.world import FOLLOWED

LISTS = {
    "cohorts": """query ($first: Int, $after: String) {
        cohorts(first: $first, after: $after) { ...It } } fragment It on CohortConnection {
        totalCount pageInfo { hasNextPage startCursor endCursor } edges { cursor node { label } } }""",
    "members": """query ($first: Int, $after: String) { cohorts(first: 1) { edges { node {
        members(first: $first, after: $after) { ...It } } } } } fragment It on MemberConnection {
        totalCount pageInfo { hasNextPage startCursor endCursor } edges { cursor node { username } } }""",
    "mutuals": """query ($first: Int, $after: String) { member(username: "ada") {
        mutuals(first: $first, after: $after) { ...It } } } fragment It on MemberConnection {
        totalCount pageInfo { hasNextPage startCursor endCursor } edges { cursor node { username } } }""",
    "followers": """query ($first: Int, $after: String) { member(username: "ada") { overlap(username: "ivy") {
        followers(first: $first, after: $after) { ...It } } } } fragment It on MemberConnection {
        totalCount pageInfo { hasNextPage startCursor endCursor } edges { cursor node { username } } }""",
    "following": """query ($first: Int, $after: String) { member(username: "ben") { overlap(username: "cho") {
        following(first: $first, after: $after) { ...It } } } } fragment It on MemberConnection {
        totalCount pageInfo { hasNextPage startCursor endCursor } edges { cursor node { username } } }""",
    "suggestions": """query ($first: Int, $after: String) { adHocCohort(definition: {usernames: ["ben", "cho"]}) {
        suggestions(first: $first, after: $after) { ...It } } } fragment It on SuggestionConnection {
        totalCount pageInfo { hasNextPage startCursor endCursor } edges { cursor node { member { username } } } }""",
    "enrichmentQueue": """query ($first: Int, $after: String) {
        enrichmentQueue(first: $first, after: $after) { ...It } } fragment It on EnrichmentEntryConnection {
        totalCount pageInfo { hasNextPage startCursor endCursor } edges { cursor node { film { slug } } } }""",
}


@pytest.fixture(scope="module")
def asker(database, world):
    """Somebody who may ask for every list, in a world where none of them is short."""
    with database.begin() as connection:
        for name in ["ben", "cho", "dee"]:
            others = [world.member_ids[each] for each in ("ada", "ivy", "gus", "hal")]
            members.replace_follows(connection, world.member_ids[name], others, direction="following")
        metadata.fail(connection, [world.film_ids[slug] for slug in FILMS], "tmdb", "no answer")
    return person(database, world, "keeper", operator=True).bearer("operator")


FILMS = ["stalker", "perfect-blue", "elan"]


def connection_of(value):
    """The one list of an answer."""
    while "edges" not in value or "pageInfo" not in value:
        value = value["edges"][0]["node"] if "edges" in value else next(iter(value.values()))
    return value


@pytest.mark.parametrize("name", LISTS)
def test_every_cursor_leads_to_the_next_entry(api, asker, name):
    def page(**given):
        return connection_of(api.data(LISTS[name], headers=asker, **given))

    whole = page(first=100)
    edges = whole["edges"]
    assert whole["totalCount"] == len(edges) >= 3 and not whole["pageInfo"]["hasNextPage"]
    assert (whole["pageInfo"]["startCursor"], whole["pageInfo"]["endCursor"]) == (
        edges[0]["cursor"],
        edges[-1]["cursor"],
    )
    assert len({edge["cursor"] for edge in edges}) == len(edges)
    for edge, following in zip(edges[:3], edges[1:], strict=False):
        assert page(first=1, after=edge["cursor"])["edges"] == [following]
    beyond = page(first=1, after=edges[-1]["cursor"])
    assert (beyond["edges"], beyond["totalCount"]) == ([], len(edges))


def test_a_cursor_is_good_in_no_other_list(api, asker):
    cursors = {
        name: connection_of(api.data(document, headers=asker, first=1))["pageInfo"]["endCursor"]
        for name, document in LISTS.items()
    }
    for name, document in LISTS.items():
        for other, cursor in cursors.items():
            if other != name:
                assert api.ask(document, headers=asker, after=cursor).codes == ["BAD_USER_INPUT"], (name, other)


def test_who_follows_both_and_whom_both_follow(api, asker):
    both = api.data(LISTS["followers"], headers=asker)["member"]["overlap"]["followers"]
    assert [edge["node"]["username"] for edge in both["edges"]] == ["ben", "cho", "dee"]
    both = api.data(LISTS["mutuals"], headers=asker)["member"]["mutuals"]
    assert [edge["node"]["username"] for edge in both["edges"]] == ["ben", "cho", "dee"]
    assert set(FOLLOWED) > {"ben", "cho", "dee"}
