"""Cohort.changes: the difference between the rows of then and of now, over GraphQL."""

from datetime import UTC, datetime, timedelta

import pytest

from schema.store import cohorts, films, members, reactions, vectors
from schema.store.films import Identity
from schema.store.reactions import Reaction
from tests.api.conftest import Api

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PEOPLE = ("ann", "bob", "cat", "dan")
THEN = {  # film → half-stars by member
    "up": (6, 6, 6, 6),
    "higher": (4, 4, 4, 4),
    "down": (8, 8, 8, None),
    "same": (5, 5, None, None),
    "gone": (9, None, None, None),
}
QUERY = """query ($id: ID!, $since: DateTime!, $first: Int, $after: String) { cohort(id: $id) {
    changes(since: $since) { since totalCount
        risers(first: $first, after: $after) { ...Page }
        fallers { ...Page } newlyLiked { ...Page } newFavorites { ...Page } } } }
    fragment Page on FilmChangeConnection { totalCount pageInfo { hasNextPage endCursor } edges { node {
        rise ratedThen ratedNow averageThen averageNow likesGained favoritesGained film { slug } } } }"""
EACH = """query ($id: ID!, $since: DateTime!, $risers: String, $fallers: String, $liked: String, $favorites: String) {
    cohort(id: $id) { changes(since: $since) {
        risers(first: 1, after: $risers) { ...Entries } fallers(first: 1, after: $fallers) { ...Entries }
        newlyLiked(first: 1, after: $liked) { ...Entries }
        newFavorites(first: 1, after: $favorites) { ...Entries } } } }
    fragment Entries on FilmChangeConnection { edges { cursor node { film { slug } } } }"""


class World:
    """Four members and what they thought before NOON, and changed an hour later."""

    def __init__(self, engine) -> None:
        with engine.begin() as connection:
            self.people = members.upsert(connection, dict.fromkeys(PEOPLE))
            found = films.resolve(connection, [Identity(slug, n, slug, 2000) for n, slug in enumerate(THEN, 1)])
            self.films = dict(zip(THEN, found, strict=True))
            self.cohort_id = cohorts.create(connection, "circle", {"usernames": list(PEOPLE)})
            cohorts.set_members(connection, self.cohort_id, list(self.people.values()))
            then = [
                Reaction(self.people[name], self.films[slug], rating)
                for slug, ratings in THEN.items()
                for name, rating in zip(PEOPLE, ratings, strict=True)
                if rating
            ]
            self._react(connection, then, NOON - timedelta(days=9), record=False)
            self._react(connection, [self._says("dan", "same", 5)], NOON - timedelta(hours=1))
            changed = [
                self._says("ann", "up", 10),
                self._says("ann", "higher", 10),
                self._says("bob", "higher", 10, liked=True),
                self._says("cat", "higher", 4, liked=True, favorite=True),
                self._says("ann", "down", 2),
                self._says("bob", "same", 5, liked=True),
            ]
            self._react(connection, changed, NOON + timedelta(hours=1))
            gone = (self.people["ann"], ("rating",), [self.films["gone"]])
            reactions.withdraw(connection, *gone, source="crawl", observed_at=NOON + timedelta(hours=2))
            vectors.rewrite(connection, list(self.people.values()))

    def _says(self, name, slug, rating, *, liked=False, favorite=False):
        return Reaction(self.people[name], self.films[slug], rating, liked, favorite)

    def _react(self, connection, said, at, *, record=True):
        facets = ("rating", "liked", "favorite")
        reactions.upsert(connection, said, facets, source="crawl", observed_at=at, record=record)
        vectors.rewrite(connection, list(self.people.values()))


@pytest.fixture(scope="module")
def world(database) -> World:
    return World(database)


@pytest.fixture(scope="module")
def api(database, world) -> Api:
    return Api(database)


def ask(api, world, since=NOON, **given):
    return api.data(QUERY, id=str(world.cohort_id), since=since.isoformat(), **given)["cohort"]["changes"]


def slugs(page):
    return [edge["node"]["film"]["slug"] for edge in page["edges"]]


def score(stars, mean, weight):
    return (weight * mean + sum(stars)) / (weight + len(stars))


def test_what_changed_since_noon(api, world):
    found = ask(api, world)
    now = {
        "up": [5, 3, 3, 3],
        "higher": [5, 5, 2, 2],
        "down": [1, 4, 4],
        "same": [2.5, 2.5, 2.5],
        "gone": [],
    }
    every = [stars for ratings in now.values() for stars in ratings]
    mean, weight = sum(every) / len(every), sum(len(ratings) ** 2 for ratings in now.values()) / len(every)
    then = {slug: [rating / 2 for rating in ratings if rating] for slug, ratings in THEN.items()}
    then["same"] = [2.5, 2.5, 2.5]  # told before noon
    rise = {slug: score(now[slug], mean, weight) - score(then[slug], mean, weight) for slug in THEN}

    assert found["totalCount"] == 5
    assert slugs(found["risers"]) == ["higher", "up"]
    assert slugs(found["fallers"]) == sorted(["down", "gone"], key=rise.get)
    assert slugs(found["newlyLiked"]) == ["higher", "same"]
    assert slugs(found["newFavorites"]) == ["higher"]
    assert [found[name]["totalCount"] for name in ("risers", "fallers", "newlyLiked", "newFavorites")] == [2, 2, 2, 1]
    nodes = {e["node"]["film"]["slug"]: e["node"] for page in ("risers", "fallers") for e in found[page]["edges"]}
    for slug, node in nodes.items():
        assert node["rise"] == pytest.approx(rise[slug], abs=1e-9)
        assert (node["ratedThen"], node["ratedNow"]) == (len(then[slug]), len(now[slug]))
        assert node["averageThen"] == pytest.approx(sum(then[slug]) / len(then[slug]))
        assert node["averageNow"] == (pytest.approx(sum(now[slug]) / len(now[slug])) if now[slug] else None)
    assert (nodes["higher"]["likesGained"], nodes["higher"]["favoritesGained"]) == (2, 1)


def test_since_later_there_is_less_and_since_after_nothing(api, world):
    late = ask(api, world, NOON + timedelta(minutes=90))
    assert (late["totalCount"], slugs(late["fallers"])) == (1, ["gone"])
    after = ask(api, world, NOON + timedelta(days=9))
    assert (after["totalCount"], after["risers"]["edges"]) == (0, [])


def test_a_moment_without_an_offset_is_utc(api, world):
    naive = ask(api, world, NOON.replace(tzinfo=None))
    assert naive == ask(api, world)
    assert datetime.fromisoformat(naive["since"]) == NOON


def test_it_comes_in_pages(api, world):
    first = ask(api, world, first=1)["risers"]
    assert (slugs(first), first["totalCount"], first["pageInfo"]["hasNextPage"]) == (["higher"], 2, True)
    after = first["pageInfo"]["endCursor"]
    rest = ask(api, world, first=1, after=after)["risers"]
    assert (slugs(rest), rest["pageInfo"]["hasNextPage"]) == (["up"], False)
    other = {"since": (NOON - timedelta(days=1)).isoformat(), "after": after}
    assert api.ask(QUERY, id=str(world.cohort_id), **other).codes == ["BAD_USER_INPUT"]


def test_each_list_goes_on_behind_its_own_cursors(api, world):
    given = {"id": str(world.cohort_id), "since": NOON.isoformat()}
    whole = ask(api, world)
    pages, lists = [], {"risers": "risers", "fallers": "fallers", "newlyLiked": "liked", "newFavorites": "favorites"}
    for _ in range(3):
        found = api.data(EACH, **given)["cohort"]["changes"]
        pages.append({name: slugs(found[name]) for name in lists})
        given |= {to: found[name]["edges"][-1]["cursor"] for name, to in lists.items() if found[name]["edges"]}
    for name in lists:
        assert [slug for page in pages for slug in page[name]] == slugs(whole[name])


@pytest.mark.parametrize("since", ["yesterday", "2026-13-01T00:00:00", 5])
def test_what_is_no_moment_is_refused(api, world, since):
    assert api.ask(QUERY, id=str(world.cohort_id), since=since).codes == ["BAD_USER_INPUT"]


@pytest.mark.parametrize("since", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_the_ends_of_time_are_moments(api, world, since):
    assert "errors" not in api.ask(QUERY, id=str(world.cohort_id), since=since)


def test_an_ad_hoc_cohort_gets_the_same_and_four_lists_take_three_statements(api, world):
    plain = QUERY.replace("pageInfo { hasNextPage endCursor }", "")
    names = plain.replace("$id: ID!", "$names: [String!]!")
    ad_hoc = names.replace("cohort(id: $id)", "cohort: adHocCohort(definition: {usernames: $names})")
    since = NOON.isoformat()
    answer = api.ask(ad_hoc, names=list(PEOPLE), since=since)
    assert answer["data"] == api.data(plain, id=str(world.cohort_id), since=since)
    # Behind those that resolve the definition.
    marks = ("member_vectors", "rating_events", "FROM films")
    asked = [each for each in answer.statements if "FROM film_changes" not in each]  # a look at stamps
    assert [mark for mark, each in zip(marks, asked[-3:], strict=True) if mark in each] == list(marks)
    assert not any(mark in each for mark in marks for each in asked[:-3])
