"""Every filter, alone and together with others, through the API, against plain Python over the same facts."""

import math
import random
from datetime import UTC, date, datetime

import pytest

from schema.store import cohorts, facts, films, lists, members, reactions, runs, vectors
from schema.store.facts import Facts
from schema.store.films import Identity
from schema.store.reactions import Reaction
from tests.api.conftest import Api
from tests.schema.insights import plain

NOW = datetime(2026, 11, 1, tzinfo=UTC)
GENRES, COUNTRIES, LANGUAGES = ("Drama", "Horror", "Comedy"), ("France", "Japan"), ("French", "Japanese")
PEOPLE = {1: "Agnès Varda", 2: "Akira Kurosawa", 3: "Claire Denis", 4: "Same Name", 5: "Same Name"}
LISTED = [f"film-{number}" for number in range(0, 40, 3)]
CIRCLE, OTHERS = ["ann", "bob", "cat", "dan", "eve", "fay"], ["gil", "hal"]
QUERY = """query ($id: ID!, $filter: FilmFilter, $ranking: RankingStrategy!) { cohort(id: $id) {
    films(filter: $filter, ranking: $ranking, first: 100) {
        totalCount unknownCount edges { node { rank score film { slug } } } } } }"""
YES, NO, UNKNOWN = True, False, None


class World:
    """Forty films of which much is known, little or nothing, and eight members."""

    def __init__(self, engine) -> None:
        chance = random.Random(11)
        slugs = [f"film-{number}" for number in range(40)]
        self.about = {slug: _film(chance, number) for number, slug in enumerate(slugs)}
        self.said = {}
        for name in CIRCLE + OTHERS:
            for slug in slugs:
                if chance.random() < 0.55:
                    rating = chance.choice([None, None, 1, 4, 7, 8, 9, 10])
                    liked = rating is None or chance.random() < 0.4
                    self.said[name, slug] = (rating, liked, chance.random() < 0.1, chance.choice([None, 2019, 2023]))
        with engine.begin() as connection:
            tiles = [
                Identity(slug, n + 1, each["title"], each["year"]) for n, (slug, each) in enumerate(self.about.items())
            ]
            self.ids = dict(zip(slugs, films.resolve(connection, tiles), strict=True))
            people = members.upsert(connection, dict.fromkeys([*CIRCLE, *OTHERS, "unread"]))
            said = [Reaction(people[name], self.ids[slug], *given[:3]) for (name, slug), given in self.said.items()]
            reactions.upsert(connection, said, reactions.FACETS, source="crawl", observed_at=NOW, record=False)
            for (name, slug), (*_, year) in self.said.items():
                if year:
                    connection.exec_driver_sql(
                        "UPDATE ratings SET rated_at = %s WHERE member_id = %s AND film_id = %s",
                        (date(year, 5, 1), people[name], self.ids[slug]),
                    )
            vectors.rewrite(connection, [people[name] for name in CIRCLE + OTHERS])
            self.cohort = cohorts.create(connection, "circle", {"usernames": CIRCLE})
            cohorts.set_members(connection, self.cohort, [people[name] for name in CIRCLE])
            self.others = cohorts.create(connection, "others", {"usernames": OTHERS})
            cohorts.set_members(connection, self.others, [people[name] for name in OTHERS])
            listed = [self.ids[slug] for slug in LISTED]
            run = runs.open_run(connection, "crawl")
            lists.replace(
                connection, run, people["gil"], "best-of", title=None, film_ids=listed, liked_by=[], observed_at=NOW
            )
            for slug, each in self.about.items():
                _describe(connection, self.ids[slug], each)
        rows = [
            plain.Row(CIRCLE.index(name), slugs.index(slug), *given[:3])
            for (name, slug), given in self.said.items()
            if name in CIRCLE
        ]
        known = {n: each["mean"] for n, each in enumerate(self.about.values()) if each["mean"] is not None}
        self.numbers = {slugs[film]: about for film, about in plain.films(rows, known, len(CIRCLE)).items()}


def _film(chance: random.Random, number: int) -> dict:
    def some(names):
        return chance.sample(names, chance.randint(0, 2))

    counts = [chance.randrange(30) for _ in range(10)] if chance.random() < 0.7 else None
    return {
        "title": chance.choice(["Élan vital", "Le Bonheur", "Red Desert", "The Red Shoes"]) + f" {number}",
        "year": chance.choice([None, 1962, 1985, 2019, 2025, datetime.now(UTC).year]),
        "runtime": chance.choice([None, 75, 90, 120, 200]),
        "genres": some(GENRES),
        "countries": some(COUNTRIES),
        "languages": some(LANGUAGES),
        "directors": some(list(PEOPLE)),
        "writers": some(list(PEOPLE)),
        "actors": some(list(PEOPLE)),
        "counts": counts,
        "mean": counts and sum(n * count for n, count in enumerate(counts, 1)) / sum(counts) / 2,
    }


def _describe(connection, film_id: int, about: dict) -> None:
    credits = [
        (role, person, PEOPLE[person], place)
        for role in ("director", "writer", "actor")
        for place, person in enumerate(about[f"{role}s"])
    ]
    described = dict.fromkeys(Facts.__slots__) | {name: about[name] for name in ("genres", "countries", "languages")}
    described |= {"release_year": about["year"], "runtime_minutes": about["runtime"], "credits": credits}
    facts.describe(connection, film_id, Facts(**described))
    if about["counts"]:
        facts.keep_histogram(
            connection, film_id, about["counts"], average=None, rating_count=sum(about["counts"]), fetched_at=NOW
        )


@pytest.fixture(scope="module")
def world(database) -> World:
    return World(database)


@pytest.fixture(scope="module")
def api(database, world) -> Api:
    return Api(database)


def inside(value, wanted) -> bool:
    return value is not None and wanted.get("min", -math.inf) <= value <= wanted.get("max", math.inf)


def of_numbers(name):
    return lambda world, slug, wanted, ranking: inside(world.numbers[slug][name], wanted)


def needing_world(value):
    """A range of something that needs the global average of a film that someone rated."""

    def holds(world, slug, wanted, ranking):
        found = world.numbers[slug]
        if found["rated_count"] and found["global_average"] is None:
            return UNKNOWN
        return inside(value(found), wanted)

    return holds


def of_facts(name):
    def holds(world, slug, wanted, ranking):
        value = world.about[slug][name]
        return UNKNOWN if value is None else inside(value, wanted)

    return holds


def of_names(name):
    def holds(world, slug, wanted, ranking):
        has = {each.lower() for each in world.about[slug][name]}
        if not has:
            return UNKNOWN
        any_, all_, none = ({each.lower() for each in wanted.get(part) or []} for part in ("any", "all", "none"))
        return bool((not any_ or any_ & has) and all_ <= has and not none & has)

    return holds


def of_people(name):
    def holds(world, slug, wanted, ranking):
        has = set(world.about[slug][name])
        if not has:
            return UNKNOWN

        def present(given):
            return any(given == str(person) or given.lower() == PEOPLE[person].lower() for person in has)

        any_, all_, none = (wanted.get(part) or [] for part in ("any", "all", "none"))
        found = (not any_ or any(map(present, any_))) and all(map(present, all_)) and not any(map(present, none))
        return bool(found)

    return holds


def recent(world, slug, wanted, ranking):
    year, today = world.about[slug]["year"], datetime.now(UTC).year
    return UNKNOWN if year is None else today - wanted < year <= today


def rated_year(world, slug, wanted, ranking):
    years = [world.said[name, slug][3] for name in CIRCLE if (name, slug) in world.said]
    if any(inside(year, wanted) for year in years):
        return YES
    return UNKNOWN if None in years else NO


def score(world, slug, wanted, ranking):
    found = world.numbers[slug]
    if ranking == "DIVERGENCE" and found["rated_count"] and found["global_average"] is None:
        return UNKNOWN
    return inside(found["scores"][ranking.lower()], wanted)


def rated_by(world, slug, wanted, ranking):
    names = [name.lower() for name in wanted.get("usernames") or OTHERS]
    ratings = [world.said[name, slug][0] for name in names if (name, slug) in world.said]
    good = [rating for rating in ratings if rating and inside(rating / 2, wanted.get("rating") or {})]
    return len(good) >= wanted.get("atLeast", 1)


def unseen_by(world, slug, wanted, ranking):
    return not any((name.lower(), slug) in world.said for name in wanted)


def search(world, slug, wanted, ranking):
    title = world.about[slug]["title"].replace("É", "e").lower()
    return all(word in title for word in wanted.replace("é", "e").lower().split())


HOLDS = {
    "average": of_numbers("average"),
    "score": score,
    "ratingPercentile": of_numbers("rating_percentile"),
    "watchers": of_numbers("watchers"),
    "watcherPercentile": of_numbers("watcher_percentile"),
    "likedCount": of_numbers("liked_count"),
    "likedPct": of_numbers("liked_pct"),
    "favoriteCount": of_numbers("favorite_count"),
    "favoritePct": of_numbers("favorite_pct"),
    "divergence": needing_world(lambda found: found["divergence"]),
    "absoluteDivergence": needing_world(lambda found: found["divergence"] and abs(found["divergence"])),
    "standardDeviation": of_numbers("standard_deviation"),
    "releaseYear": of_facts("year"),
    "recentYears": recent,
    "ratedYear": rated_year,
    "runtime": of_facts("runtime"),
    "genres": of_names("genres"),
    "countries": of_names("countries"),
    "languages": of_names("languages"),
    "directors": of_people("directors"),
    "writers": of_people("writers"),
    "actors": of_people("actors"),
    "shapes": lambda world, slug, wanted, ranking: world.numbers[slug]["shape"].upper() in wanted,
    "ratedBy": rated_by,
    "unseenBy": unseen_by,
    "inList": lambda world, slug, wanted, ranking: slug in LISTED,
    "likedUnrated": lambda world, slug, wanted, ranking: (world.numbers[slug]["liked_unrated"] > 0) == wanted,
    "search": search,
}
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


def expected(world, given, ranking) -> tuple[set[str], set[str]]:
    """The films that pass, and those of which nobody can tell."""
    passing, unknown = set(), set()
    for slug in world.numbers:
        verdicts = [HOLDS[name](world, slug, wanted, ranking) for name, wanted in given.items()]
        if NO not in verdicts:
            (unknown if UNKNOWN in verdicts else passing).add(slug)
    return passing, unknown


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
