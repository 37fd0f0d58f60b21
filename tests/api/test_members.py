"""Member: what one member gave, against plain Python, and the cohorts that hold them."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import text

from schema.store import listings, runs
from tests.api.world import CIRCLE, FOLLOWED, NOW

PROFILE = """query ($name: String!) { member(username: $name) { ratings { histogram count average }
    ratedCount likedCount watchedCount favoriteCount favorites { slug } } }"""
SOURCES = "query ($name: String!) { member(username: $name) { lastReadAt sources { source reactions lastReadAt } } }"
COHORTS = """query ($name: String!, $first: Int, $after: String) { member(username: $name) {
    cohorts(first: $first, after: $after) { totalCount pageInfo { hasNextPage hasPreviousPage endCursor }
        edges { node { label memberCount mine } } } } }"""


def given(world, name):
    return {slug: said for (who, slug), said in world.reactions.items() if who == name}


@pytest.mark.parametrize("name", FOLLOWED)
def test_a_member_in_numbers(api, world, name):
    said = given(world, name)
    ratings = [rating for rating, _, _ in said.values() if rating]
    counted = Counter(ratings)
    favorites = sorted((slug for slug, each in said.items() if each[2]), key=world.film_ids.get)
    found = api.data(PROFILE, name=name.upper())["member"]
    average = found["ratings"].pop("average")
    assert found == {
        "ratings": {"histogram": [counted[half] for half in range(1, 11)], "count": len(ratings)},
        "ratedCount": len(ratings),
        "likedCount": sum(liked for _, liked, _ in said.values()),
        "watchedCount": len(said),
        "favoriteCount": len(favorites),
        "favorites": [{"slug": slug.replace("zodiac", "the-zodiac")} for slug in favorites],
    }
    assert average == pytest.approx(sum(ratings) / len(ratings) / 2)


def test_a_member_of_whom_nothing_is_known_has_given_nothing(api, world):
    found = api.data(PROFILE, name="ada")["member"]
    nothing = {"histogram": [0] * 10, "count": 0, "average": None}
    assert found == {
        "ratings": nothing,
        **dict.fromkeys(("ratedCount", "likedCount", "watchedCount", "favoriteCount"), 0),
        "favorites": [],
    }
    assert api.data(SOURCES, name="ada")["member"] == {"lastReadAt": None, "sources": []}
    for nobody in ("ghost", "nobody"):
        assert api.data(PROFILE, name=nobody)["member"] is None


def test_what_told_about_a_member_and_when(api, world, database):
    later = {kind: NOW + timedelta(days=day) for day, kind in enumerate(("rated", "watched", "rss"), 1)}
    ben, films = world.member_ids["ben"], len(given(world, "ben"))
    with database.begin() as connection:
        run = runs.open_run(connection, "crawl")
        listings.record(connection, run, ben, "rated", observed_at=later["rated"], found=3)
        listings.record(connection, None, ben, "watched", observed_at=later["watched"], found=3)
        listings.record(connection, run, ben, "rss", observed_at=later["rss"], found=3)
        listings.record(connection, run, ben, "following", observed_at=NOW + timedelta(days=9), found=3)
        listings.fail(connection, ben, "likes", "the upstream answered 503")
    found = api.data(SOURCES, name="ben")["member"]
    assert found["lastReadAt"] == later["rss"].isoformat()
    assert found["sources"] == [
        {"source": "RSS", "reactions": 0, "lastReadAt": later["rss"].isoformat()},
        {"source": "EXPORT", "reactions": 0, "lastReadAt": later["watched"].isoformat()},
        {"source": "CRAWL", "reactions": films, "lastReadAt": later["rated"].isoformat()},
    ]
    with database.begin() as connection:
        connection.execute(text("DELETE FROM listings"))
    assert api.data(SOURCES, name="ben")["member"]["lastReadAt"] == NOW.isoformat()


def test_cohorts_that_hold_a_member_are_those_one_may_see(api, world, ada, eve):
    def labels(**asked):
        found = api.data(COHORTS, name="ben", **asked)["member"]["cohorts"]
        assert found["totalCount"] == len(found["edges"])
        return {edge["node"]["label"]: edge["node"]["mine"] for edge in found["edges"]}

    public = {"Best friends": False, CIRCLE: False}
    assert labels() == public
    assert list(labels(headers=ada.cookie)) == sorted([*public, "ada's own"])
    assert labels(headers=ada.bearer("read")) == public | {"ada's own": True}
    assert labels(headers=eve.cookie) == public | {"eve's own": True}
    found = api.data(COHORTS, name="hal", headers=eve.cookie)["member"]["cohorts"]
    assert [edge["node"] for edge in found["edges"]] == [{"label": CIRCLE, "memberCount": 6, "mine": False}]
    assert api.data(COHORTS, name="ivy")["member"]["cohorts"]["totalCount"] == 0


def test_cohorts_come_in_pages(api, world, ada):
    found, after = [], None
    for _ in range(3):
        page = api.data(COHORTS, name="ben", first=1, after=after, headers=ada.cookie)["member"]["cohorts"]
        assert page["totalCount"] == 3
        assert page["pageInfo"]["hasPreviousPage"] == bool(found)
        found += [edge["node"]["label"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        assert page["pageInfo"]["hasNextPage"] == (len(found) < 3)
    assert found == sorted([CIRCLE, "Best friends", "ada's own"])
    assert api.ask(COHORTS, name="cho", after=after).codes == ["BAD_USER_INPUT"]  # it is of ben's


MEMBERS = "query ($id: ID!) { cohort(id: $id) { members { edges { node { %s } } } } }"


@pytest.mark.parametrize(
    ("fields", "statements"),
    [
        ("ratings { count } ratedCount likedCount watchedCount favoriteCount", ["member_vectors"]),
        ("favorites { title }", ["member_vectors", "FROM films"]),
        ("lastReadAt sources { source }", ["FROM listings"]),
        ("cohorts { edges { node { label } } }", ["AS held"]),
        ("cohorts { totalCount edges { node { label } } }", ["AS held", "GROUP BY h.member_id"]),
    ],
)
def test_all_members_of_a_page_take_as_many_statements_as_one(api, world, fields, statements):
    answer = api.ask(MEMBERS % fields, id=str(world.cohort_id))
    assert len(answer["data"]["cohort"]["members"]["edges"]) == len(FOLLOWED)
    assert len(answer.statements) == 2 + len(statements)  # a look at the cohort, its members
    assert all(mark in each for mark, each in zip(statements, answer.statements[2:], strict=True))
