"""Cohort.people: directors, writers and actors by what a cohort thinks of their films, against plain Python."""

import pytest

from tests.api.conftest import Api
from tests.api.film_world import PEOPLE, World
from tests.api.filter_oracle import expected as passing

QUERY = """query ($id: ID!, $role: CreditRole!, $filter: FilmFilter, $minFilms: Int! = 1, $first: Int, $after: String) {
    cohort(id: $id) { people(role: $role, filter: $filter, minFilms: $minFilms, first: $first, after: $after) {
        totalCount pageInfo { hasNextPage hasPreviousPage endCursor }
        edges { node { rank score average filmCount ratedCount filter person { tmdbId name }
            explanation { formula terms { name value } } bestFilms { rank film { slug } } } } } } }"""
FILMS = """query ($id: ID!, $filter: FilmFilter) { cohort(id: $id) { films(filter: $filter, first: 100) {
    edges { node { ratedCount film { slug } } } } } }"""
ROLES = {"DIRECTOR": "directors", "WRITER": "writers", "ACTOR": "actors"}


@pytest.fixture(scope="module")
def world(database) -> World:
    return World(database, size=60, varied=True)


@pytest.fixture(scope="module")
def api(database, world) -> Api:
    return Api(database)


def ask(api, world, role, **given):
    return api.data(QUERY, id=str(world.cohort), role=role, **given)["cohort"]["people"]


def films_of(world, role, kept):
    """Rated films of each person among `kept`, by TMDB id."""
    rated = [slug for slug in kept if world.numbers[slug]["rated_count"]]
    return {
        person: found
        for person in PEOPLE
        if (found := [slug for slug in rated if person in world.about[slug][ROLES[role]]])
    }


def expected(world, role, kept):
    """(person, score, films) best first, by the formula."""
    found = films_of(world, role, kept)
    score = {slug: about["scores"]["bayesian"] for slug, about in world.numbers.items()}
    credits = [score[slug] for films in found.values() for slug in films]
    mean = sum(credits) / len(credits)
    weight = sum(len(films) ** 2 for films in found.values()) / len(credits)
    rows = [
        (person, (weight * mean + sum(score[slug] for slug in films)) / (weight + len(films)), films)
        for person, films in found.items()
    ]
    return sorted(rows, key=lambda row: (-row[1], -len(row[2]), row[0])), mean, weight


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("given", [{}, {"average": {"min": 2.5}, "genres": {"none": ["Horror"]}}])
def test_it_equals_a_recomputation(api, world, role, given):
    kept, _ = passing(world, given, "BAYESIAN")
    rows, mean, weight = expected(world, role, kept)
    found = ask(api, world, role, filter=given)
    nodes = [edge["node"] for edge in found["edges"]]
    assert [node["person"] for node in nodes] == [{"tmdbId": row[0], "name": PEOPLE[row[0]]} for row in rows]
    assert found["totalCount"] == len(rows) > 2
    for place, (node, (_, score, films)) in enumerate(zip(nodes, rows, strict=True), 1):
        abouts = [world.numbers[slug] for slug in films]
        ratings = sum(about["rated_count"] for about in abouts)
        assert (node["rank"], node["filmCount"], node["ratedCount"]) == (place, len(films), ratings)
        assert node["score"] == pytest.approx(score, abs=1e-9)
        assert node["average"] == pytest.approx(sum(about["rating_sum"] for about in abouts) / ratings / 2)
        terms = {term["name"]: term["value"] for term in node["explanation"]["terms"]}
        assert node["explanation"]["formula"] == "(k·M + sum) / (k + N)"
        assert (terms["M"], terms["k"], terms["N"]) == (pytest.approx(mean), pytest.approx(weight), len(films))
        assert (terms["k"] * terms["M"] + terms["sum"]) / (terms["k"] + terms["N"]) == pytest.approx(score, abs=1e-9)
        best = sorted(
            films,
            key=lambda slug: (
                -round(world.numbers[slug]["scores"]["bayesian"], 9),
                -world.numbers[slug]["rated_count"],
                -world.numbers[slug]["watchers"],
                world.ids[slug],
            ),
        )
        assert [film["film"]["slug"] for film in node["bestFilms"]] == best[:3]


def test_its_filter_gives_the_same_films(api, world):
    given = {"average": {"min": 2.5}, "directors": {"none": ["Akira Kurosawa"]}}
    kept, _ = passing(world, given, "BAYESIAN")
    films = films_of(world, "DIRECTOR", kept)
    nodes = [edge["node"] for edge in ask(api, world, "DIRECTOR", filter=given)["edges"]]
    assert nodes and {node["person"]["tmdbId"] for node in nodes} == set(films)
    for node in nodes:
        assert node["filter"]["average"] == {"min": 2.5}
        page = api.data(FILMS, id=str(world.cohort), filter=node["filter"])["cohort"]["films"]
        rated = {edge["node"]["film"]["slug"] for edge in page["edges"] if edge["node"]["ratedCount"]}
        assert rated == set(films[node["person"]["tmdbId"]])


def test_who_has_few_films_is_left_out_but_counts_for_the_others(api, world):
    whole = ask(api, world, "ACTOR")
    least = sorted(edge["node"]["filmCount"] for edge in whole["edges"])[2]
    some = ask(api, world, "ACTOR", minFilms=least)
    left = [edge["node"] for edge in whole["edges"] if edge["node"]["filmCount"] >= least]
    assert some["totalCount"] == len(left) < whole["totalCount"]
    for place, (edge, node) in enumerate(zip(some["edges"], left, strict=True), 1):
        assert edge["node"] == node | {"rank": place}


def test_pages_joined_are_the_whole_list(api, world):
    whole = ask(api, world, "WRITER")
    found, after = [], None
    for page in range(len(PEOPLE)):
        part = ask(api, world, "WRITER", first=2, after=after)
        found += part["edges"]
        after = part["pageInfo"]["endCursor"]
        assert part["pageInfo"]["hasPreviousPage"] == (page > 0)
        if not part["pageInfo"]["hasNextPage"]:
            break
    assert found == whole["edges"]
    assert api.ask(QUERY, id=str(world.cohort), role="ACTOR", after=after).codes == ["BAD_USER_INPUT"]


@pytest.mark.parametrize(
    ("given", "code", "says"),
    [
        ({"minFilms": 0}, "BAD_USER_INPUT", "minFilms: must be 1 or more, not 0"),
        ({"first": -1}, "BAD_USER_INPUT", "first: must be between 0 and 100"),
        ({"filter": {"genres": {"any": ["Westrn"]}}}, "NOT_FOUND", "filter.genres: no film here has 'Westrn'"),
        ({"filter": {"runtime": {"min": 2, "max": 1}}}, "BAD_USER_INPUT", "filter.runtime: min 2 is more than max 1"),
    ],
)
def test_what_cannot_be_asked_is_named(api, world, given, code, says):
    answer = api.ask(QUERY, id=str(world.cohort), role="DIRECTOR", **given)
    assert answer.codes == [code]
    assert answer["errors"][0]["message"].startswith(says)


def test_a_cohort_without_ratings_has_nobody(api, world):
    query = """{ adHocCohort(definition: {usernames: ["unread"]}) { people(role: ACTOR) { totalCount edges { cursor } }
        slice(name: ELITE_ACCLAIM) { totalCount } alignmentMatrix { score } suggestions { totalCount }
        changes(since: "2026-01-01T00:00:00Z") { totalCount } alignment(username: "ann") { shared score } } }"""
    found = api.data(query)["adHocCohort"]
    assert found == {
        "people": {"totalCount": 0, "edges": []},
        "slice": {"totalCount": 0},
        "alignmentMatrix": {"score": [[None]]},
        "suggestions": {"totalCount": 0},
        "changes": {"totalCount": 0},
        "alignment": [{"shared": 0, "score": None}],
    }


def test_the_films_and_names_of_a_page_take_a_statement_each(api, world):
    answer = api.ask(QUERY, id=str(world.cohort), role="DIRECTOR")
    marks = (
        "FROM film_changes",  # a look at the cohort
        "FROM film_changes",  # the version of its numbers
        "member_vectors",
        "film_columns WHERE",
        "film_columns, unnest",
        "FROM films",
        "FROM people",
    )
    about = [next(mark for mark in marks if mark in statement) for statement in answer.statements]
    assert sorted(about) == sorted(marks)
