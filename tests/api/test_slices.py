"""Each slice against its own words, in plain Python over the rows; and that it is what a client could send itself."""

from datetime import UTC, datetime

import pytest

from api.graphql.slices import SLICES
from tests.api.conftest import Api
from tests.api.film_world import PEOPLE, World

ABOUT = """{ slices { name label description ranking takes orderBy { by direction }
    filter(member: "GIL", years: 3, person: "claire denis") plain: filter } }"""
SLICE = """query ($id: ID!, $name: SliceName!, $member: String, $years: Int, $person: String, $first: Int = 100,
    $after: String) { cohort(id: $id) { slice(name: $name, member: $member, years: $years, person: $person,
        first: $first, after: $after) {
    totalCount unknownCount pageInfo { hasNextPage endCursor } edges { node { rank score film { slug } } } } } }"""
FILMS = """query ($id: ID!, $filter: FilmFilter, $orderBy: [FilmOrder!], $ranking: RankingStrategy!, $first: Int = 100,
    $after: String) { cohort(id: $id) { films(filter: $filter, orderBy: $orderBy, ranking: $ranking, first: $first,
        after: $after) {
    totalCount unknownCount pageInfo { hasNextPage endCursor } edges { node { rank score film { slug } } } } } }"""
ARGUMENTS = {"BLIND_SPOTS": {"member": "GIL"}, "RECENT": {"years": 3}, "DIRECTED_BY": {"person": "claire denis"}}


@pytest.fixture(scope="module")
def world(database) -> World:
    return World(database, size=150, varied=True)


@pytest.fixture(scope="module")
def api(database, world) -> Api:
    return Api(database)


def at_least(value, least):
    return value is not None and value >= least


def at_most(value, most):
    return value is not None and value <= most


def recent(world, slug, years):
    year, today = world.about[slug]["year"], datetime.now(UTC).year
    return year is not None and today - years < year <= today


# What the descriptions say, of one film: `about` is what plain Python makes of its rows.
WORDS = {
    "ELITE_ACCLAIM": lambda world, slug, about: (
        at_least(about["rating_percentile"], 95) and about["watcher_percentile"] >= 75
    ),
    "CULT_FAVORITE": lambda world, slug, about: about["liked_pct"] >= 60 and 50 <= about["watcher_percentile"] <= 90,
    "CROWD_PLEASER": lambda world, slug, about: (
        about["watcher_percentile"] >= 75
        and at_least(about["rating_percentile"], 75)
        and at_most(about["standard_deviation"], 1)
    ),
    "HIDDEN_GEM": lambda world, slug, about: (
        at_least(about["rating_percentile"], 90) and about["watcher_percentile"] <= 85
    ),
    "LOVED_HERE": lambda world, slug, about: (
        at_least(about["rating_percentile"], 50)
        and about["watcher_percentile"] >= 50
        and at_least(about["divergence"], 0.25)
    ),
    "DISLIKED_HERE": lambda world, slug, about: (
        at_most(about["rating_percentile"], 50)
        and about["watcher_percentile"] >= 50
        and at_most(about["divergence"], -0.25)
    ),
    "LIKED_UNRATED": lambda world, slug, about: about["liked_unrated"] > 0,
    "RECENT": lambda world, slug, about: recent(world, slug, 3),
    "COMFORT_CANON": lambda world, slug, about: (
        at_least(about["rating_percentile"], 90)
        and about["watcher_percentile"] >= 75
        and at_most(about["standard_deviation"], 0.75)
    ),
    "BLIND_SPOTS": lambda world, slug, about: (
        at_least(about["rating_percentile"], 90)
        and about["watcher_percentile"] >= 50
        and ("gil", slug) not in world.said
    ),
    "DIRECTED_BY": lambda world, slug, about: any(
        PEOPLE[person].lower() == "claire denis" for person in world.about[slug]["directors"]
    ),
}


def worst_first(name):
    """The sort key of a slice: (what its first criteria say, negated where the largest comes first)."""
    match name:
        case "CROWD_PLEASER":
            return lambda about: (-about["watchers"], -about["scores"]["bayesian"])
        case "LIKED_UNRATED":
            return lambda about: (-about["liked_unrated"], -about["liked_pct"])
        case "DISLIKED_HERE":
            return lambda about: about["scores"]["divergence"]
    strategy = {"CULT_FAVORITE": "affinity", "LOVED_HERE": "divergence", "COMFORT_CANON": "wilson"}.get(
        name, "bayesian"
    )
    return lambda about: (about["scores"][strategy] is None, -(about["scores"][strategy] or 0))


def rounded(key):
    return tuple(map(rounded, key)) if isinstance(key, tuple) else round(key, 9)


@pytest.mark.parametrize("name", WORDS)
def test_it_holds_what_its_words_say_in_that_order(api, world, name):
    key, numbers = worst_first(name), world.numbers
    expected = sorted(
        (slug for slug, about in numbers.items() if WORDS[name](world, slug, about)),
        key=lambda slug: (
            rounded(key(numbers[slug])),
            -numbers[slug]["rated_count"],
            -numbers[slug]["watchers"],
            world.ids[slug],
        ),
    )
    assert 0 < len(expected) < len(numbers), "it tells nothing apart"
    found = api.data(SLICE, id=str(world.cohort), name=name, **ARGUMENTS.get(name, {}))["cohort"]["slice"]
    assert [edge["node"]["film"]["slug"] for edge in found["edges"]] == expected
    assert found["totalCount"] == len(expected)


def test_every_slice_is_told_of_and_tried(api, world):
    told = api.data(ABOUT)["slices"]
    assert [each["name"] for each in told] == list(WORDS) == [name.name for name in SLICES]
    assert {each["name"] for each in told if each["takes"]} == set(ARGUMENTS)


@pytest.mark.parametrize("name", WORDS)
def test_a_client_can_ask_the_same_itself_and_change_it(api, world, name):
    [told] = [each for each in api.data(ABOUT)["slices"] if each["name"] == name]
    asked = {key: told[key] for key in ("filter", "orderBy", "ranking")}
    whole = api.data(SLICE, id=str(world.cohort), name=name, **ARGUMENTS.get(name, {}))["cohort"]["slice"]
    assert api.data(FILMS, id=str(world.cohort), **asked)["cohort"]["films"] == whole
    half = api.data(SLICE, id=str(world.cohort), name=name, first=1, **ARGUMENTS.get(name, {}))["cohort"]["slice"]
    if half["pageInfo"]["hasNextPage"]:
        after = half["pageInfo"]["endCursor"]
        rest = api.data(FILMS, id=str(world.cohort), after=after, **asked)["cohort"]["films"]
        assert half["edges"] + rest["edges"] == whole["edges"]
    fewer = asked | {"filter": asked["filter"] | {"watchers": {"min": 3}}}
    assert api.data(FILMS, id=str(world.cohort), **fewer)["cohort"]["films"]["totalCount"] <= whole["totalCount"]


# As in docs/insights.md; the world above is too small to tell one threshold from the next.
THRESHOLDS = {
    "ELITE_ACCLAIM": {"ratingPercentile": {"min": 95}, "watcherPercentile": {"min": 75}},
    "CULT_FAVORITE": {"likedPct": {"min": 60}, "watcherPercentile": {"min": 50, "max": 90}},
    "CROWD_PLEASER": {
        "ratingPercentile": {"min": 75},
        "watcherPercentile": {"min": 75},
        "standardDeviation": {"max": 1},
    },
    "HIDDEN_GEM": {"ratingPercentile": {"min": 90}, "watcherPercentile": {"max": 85}},
    "LOVED_HERE": {
        "ratingPercentile": {"min": 50},
        "watcherPercentile": {"min": 50},
        "divergence": {"min": 0.25},
    },
    "DISLIKED_HERE": {
        "ratingPercentile": {"max": 50},
        "watcherPercentile": {"min": 50},
        "divergence": {"max": -0.25},
    },
    "LIKED_UNRATED": {"likedUnrated": True},
    "RECENT": {"recentYears": 5},
    "COMFORT_CANON": {
        "ratingPercentile": {"min": 90},
        "watcherPercentile": {"min": 75},
        "standardDeviation": {"max": 0.75},
    },
    "BLIND_SPOTS": {"ratingPercentile": {"min": 90}, "watcherPercentile": {"min": 50}},
    "DIRECTED_BY": {},
}


def test_its_thresholds_are_those_of_the_guide(api, world):
    assert {each["name"]: each["plain"] for each in api.data(ABOUT)["slices"]} == THRESHOLDS


def test_what_it_takes_is_put_into_its_filter(api, world):
    told = {each["name"]: each for each in api.data(ABOUT)["slices"]}
    assert told["BLIND_SPOTS"]["filter"] == told["BLIND_SPOTS"]["plain"] | {"unseenBy": ["GIL"]}
    assert (told["RECENT"]["filter"], told["RECENT"]["plain"]) == ({"recentYears": 3}, {"recentYears": 5})
    assert told["DIRECTED_BY"]["filter"] == {"directors": {"any": ["claire denis"]}}
    assert told["DIRECTED_BY"]["plain"] == {}
    assert all(each["filter"] == each["plain"] for each in told.values() if not each["takes"])


def test_an_ad_hoc_cohort_gets_the_same(api, world):
    query = """query ($definition: CohortDefinition!) { adHocCohort(definition: $definition) {
        slice(name: HIDDEN_GEM, first: 100) { edges { node { rank score film { slug } } } } } }"""
    found = api.data(query, definition={"cohort": str(world.cohort)})["adHocCohort"]["slice"]["edges"]
    assert found == api.data(SLICE, id=str(world.cohort), name="HIDDEN_GEM")["cohort"]["slice"]["edges"]


@pytest.mark.parametrize(
    ("name", "given", "code", "says"),
    [
        ("BLIND_SPOTS", {}, "BAD_USER_INPUT", "member: the slice BLIND_SPOTS needs it"),
        ("HIDDEN_GEM", {"member": "gil"}, "BAD_USER_INPUT", "member: the slice HIDDEN_GEM does not take it"),
        ("RECENT", {"person": "gil"}, "BAD_USER_INPUT", "person: the slice RECENT does not take it"),
        ("RECENT", {"years": 0}, "BAD_USER_INPUT", "years: must be between 1 and 200, not 0"),
        ("BLIND_SPOTS", {"member": " "}, "BAD_USER_INPUT", "member: has an entry that is empty or no text"),
        ("BLIND_SPOTS", {"member": "unread"}, "NOT_FOUND", "member: no films are known here of 'unread'"),
        ("DIRECTED_BY", {"person": "Nobody"}, "NOT_FOUND", "person: nobody here is called 'Nobody'"),
        ("RECENT", {"first": 101}, "BAD_USER_INPUT", "first: must be between 0 and 100"),
    ],
)
def test_what_cannot_be_asked_is_named(api, world, name, given, code, says):
    answer = api.ask(SLICE, id=str(world.cohort), name=name, **given)
    assert answer.codes == [code]
    assert answer["errors"][0]["message"].startswith(says)
