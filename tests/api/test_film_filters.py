"""Every filter, alone and together with others, through the API, against the oracle."""

import random

import pytest

from tests.api.conftest import Api
from tests.api.film_world import World
from tests.api.filter_oracle import HOLDS, expected

QUERY = """query ($id: ID!, $filter: FilmFilter, $ranking: RankingStrategy!) { cohort(id: $id) {
    films(filter: $filter, ranking: $ranking, first: 100) {
        totalCount unknownCount edges { node { rank score film { slug } } } } } }"""


@pytest.fixture(scope="module")
def world(database) -> World:
    return World(database)


@pytest.fixture(scope="module")
def api(database, world) -> Api:
    return Api(database)


SHAPES = ["TIGHT_CONSENSUS", "BROAD_AGREEMENT", "DIVISIVE", "BIMODAL", "LOVE_OR_LEAVE", "ALL_LIKES", "TOO_FEW"]


def between(chance, low, high, whole=False):
    ends = sorted(chance.randint(low, high) if whole else round(chance.uniform(low, high), 2) for _ in range(2))
    both = {"min": ends[0], "max": ends[1]}
    return chance.choice([both, both, {"min": ends[0]}, {"max": ends[1]}, {}])


def names(chance, known):
    return {part: chance.sample(known, 1) for part in chance.sample(["any", "all", "none"], chance.randint(1, 2))}


def people(chance):
    return names(chance, ["agnès varda", "Akira Kurosawa", "Same Name", "3", "4"])


def members_of(chance):
    given = chance.choice([{"usernames": ["GIL", "hal"]}, {"usernames": ["gil"]}, {"cohort": "others"}])
    return given | {"atLeast": chance.randint(1, 2), "rating": between(chance, 0, 5)}


DRAW = {
    **{name: lambda chance: between(chance, 0.5, 5) for name in ("average", "score")},
    **dict.fromkeys(
        ("ratingPercentile", "watcherPercentile", "likedPct", "favoritePct"), lambda chance: between(chance, 0, 100)
    ),
    **dict.fromkeys(("watchers", "likedCount", "favoriteCount"), lambda chance: between(chance, 0, 6, whole=True)),
    **dict.fromkeys(("divergence", "absoluteDivergence"), lambda chance: between(chance, -1, 2)),
    "standardDeviation": lambda chance: between(chance, 0, 2),
    "releaseYear": lambda chance: between(chance, 1960, 2026, whole=True),
    "recentYears": lambda chance: chance.choice([1, 2, 10, 60]),
    "ratedYear": lambda chance: between(chance, 2018, 2024, whole=True),
    "runtime": lambda chance: between(chance, 70, 210, whole=True),
    "genres": lambda chance: names(chance, ["drama", "Horror", "COMEDY"]),
    "countries": lambda chance: names(chance, ["France", "japan"]),
    "languages": lambda chance: names(chance, ["French", "Japanese"]),
    **dict.fromkeys(("directors", "writers", "actors"), people),
    "shapes": lambda chance: chance.sample(SHAPES, chance.randint(1, 4)),
    "ratedBy": members_of,
    "unseenBy": lambda chance: chance.choice([["GIL"], ["gil", "hal"]]),
    "inList": lambda chance: "Gil/Best-of",
    "likedUnrated": lambda chance: chance.random() < 0.5,
    "search": lambda chance: chance.choice(["élan", "RED", "desert red", "e", "nothing like it"]),
}


def ask(api, world, given, ranking="BAYESIAN", **more):
    if given.get("ratedBy", {}).get("cohort"):
        given = given | {"ratedBy": given["ratedBy"] | {"cohort": str(world.others)}}
    return api.data(QUERY, id=str(world.cohort), filter=given | more, ranking=ranking)["cohort"]["films"]


def compare(api, world, given, ranking="BAYESIAN") -> tuple[int, int]:
    passing, unknown = expected(world, given, ranking)
    found = ask(api, world, given, ranking)
    slugs = [edge["node"]["film"]["slug"] for edge in found["edges"]]
    assert (set(slugs), len(slugs)) == (passing, len(passing)), given
    assert (found["totalCount"], found["unknownCount"]) == (len(passing), len(unknown)), given
    return len(passing), len(unknown)


@pytest.mark.parametrize("name", HOLDS)
def test_each_filter_alone(api, world, name):
    chance = random.Random(name)
    found = [compare(api, world, {name: DRAW[name](chance)}) for _ in range(4)]
    assert any(0 < passing < len(world.numbers) for passing, _ in found), "it never told films apart"


@pytest.mark.parametrize("seed", range(60))
def test_up_to_six_filters_together(api, world, seed):
    chance = random.Random(seed)
    given = {name: DRAW[name](chance) for name in chance.sample(sorted(HOLDS), chance.randint(2, 6))}
    compare(api, world, given, chance.choice(["BAYESIAN", "AVERAGE", "WILSON", "AFFINITY", "DIVERGENCE"]))


def test_the_filters_are_those_of_the_interface(api):
    from api.graphql.inputs.film_filter import FilmFilter, _graphql_name
    from schema.insights.filters import FILTERS

    assert {_graphql_name(name) for name in FILTERS} == set(HOLDS)
    assert set(FilmFilter.__annotations__) == {*FILTERS, "include_unknown"}


def test_the_unknown_are_let_in_on_request(api, world):
    given = {"runtime": {"min": 100}, "genres": {"none": ["Horror"]}}
    passing, unknown = expected(world, given, "BAYESIAN")
    found = ask(api, world, given, includeUnknown=True)
    assert {edge["node"]["film"]["slug"] for edge in found["edges"]} == passing | unknown
    assert (found["totalCount"], found["unknownCount"]) == (len(passing | unknown), len(unknown)) and unknown


def test_ranks_are_those_among_all_films(api, world):
    whole = {edge["node"]["film"]["slug"]: edge["node"] for edge in ask(api, world, {})["edges"]}
    for edge in ask(api, world, {"likedPct": {"min": 50}})["edges"]:
        assert edge["node"] == whole[edge["node"]["film"]["slug"]]


@pytest.mark.parametrize(
    ("given", "code", "says"),
    [
        ({"average": {"min": 4, "max": 3}}, "BAD_USER_INPUT", "filter.average: min 4.0 is more than max 3.0"),
        ({"recentYears": 0}, "BAD_USER_INPUT", "filter.recentYears"),
        ({"genres": {"any": [" "]}}, "BAD_USER_INPUT", "filter.genres.any"),
        ({"genres": {"any": ["x"] * 101}}, "BAD_USER_INPUT", "at most 100"),
        ({"shapes": []}, "BAD_USER_INPUT", "filter.shapes"),
        ({"ratedBy": {}}, "BAD_USER_INPUT", "either usernames or cohort"),
        ({"ratedBy": {"usernames": ["gil"], "atLeast": 0}}, "BAD_USER_INPUT", "filter.ratedBy.atLeast"),
        ({"search": "a\0"}, "BAD_USER_INPUT", "filter.search"),
        ({"genres": {"none": ["Westrn"]}}, "NOT_FOUND", "filter.genres: no film here has 'Westrn'"),
        ({"actors": {"all": ["Nobody"]}}, "NOT_FOUND", "filter.actors: nobody here is called 'Nobody'"),
        ({"unseenBy": ["unread", "gil"]}, "NOT_FOUND", "filter.unseenBy: no films are known here of 'unread'"),
        ({"inList": "gil/worst"}, "NOT_FOUND", "filter.inList: no list 'gil/worst' is known here"),
        ({"ratedBy": {"cohort": "777"}}, "NOT_FOUND", "filter.ratedBy: there is no cohort 777"),
    ],
)
def test_what_cannot_be_asked_is_named(api, world, given, code, says):
    answer = api.ask(QUERY, id=str(world.cohort), filter=given, ranking="BAYESIAN")
    assert answer.codes == [code]
    assert says in answer["errors"][0]["message"]
