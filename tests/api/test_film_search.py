"""Query.films: films by their titles, against plain Python."""

from collections import Counter

import pytest
from sqlalchemy import text

from api.graphql.text import LONGEST_SEARCH
from schema.store import film_columns, films, vectors
from schema.store.films import Identity
from tests.api.test_query import gid
from tests.api.world import FOLLOWED

QUERY = """query ($search: String!, $first: Int, $after: String) {
    films(search: $search, first: $first, after: $after) {
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { slug title } } } }"""


def slugs(found):
    return [edge["node"]["slug"] for edge in found["films"]["edges"]]


def most_watched(world, wanted):
    """These films by how many members of all have reacted to them, then by age here."""
    watchers = Counter(slug for _, slug in world.reactions)
    return sorted(wanted, key=lambda slug: (-watchers[slug], world.film_ids[slug]))


def test_films_by_the_beginning_of_a_word_the_most_watched_first(api, world):
    found = [slug for slug in world.film_ids if slug.startswith("film-")]
    assert slugs(api.data(QUERY, search="fIL")) == most_watched(world, found)
    assert slugs(api.data(QUERY, search="3 film")) == most_watched(world, [n for n in found if n.startswith("film-3")])


def test_exact_titles_come_first_and_case_and_accents_do_not_matter(api, world):
    for search in ("elan", "ÉLAN", " É l a n".replace(" ", "")):
        assert slugs(api.data(QUERY, search=search)) == ["elan", "elan-vital"]
    assert slugs(api.data(QUERY, search="vital el")) == ["elan-vital"]


def test_original_titles_are_titles(api, world):
    assert slugs(api.data(QUERY, search="сталкер")) == slugs(api.data(QUERY, search="stalker")) == ["stalker"]


def test_what_no_title_has_finds_nothing(api, world):
    found = api.data(QUERY.replace("pageInfo", "totalCount pageInfo"), search="ilm")["films"]
    assert (found["totalCount"], found["edges"], found["pageInfo"]["hasNextPage"]) == (0, [], False)


@pytest.mark.parametrize(
    ("search", "says"),
    [
        ("", "search: give at least 2 letters or digits of a title"),
        ("  ", "search: give at least 2 letters or digits of a title"),
        ("?!%_", "search: give at least 2 letters or digits of a title"),
        ("é", "search: give at least 2 letters or digits of a title"),
        ("x" * (LONGEST_SEARCH + 1), "search: has 201 characters; at most 200 are allowed"),
        ("ab\0", "search: is no text"),
        ("ab\udfff", "search: is no text"),
    ],
)
def test_what_cannot_be_looked_for_is_named(api, world, search, says):
    answer = api.ask(QUERY, search=search)
    assert (answer.codes, answer["errors"][0]["message"]) == (["BAD_USER_INPUT"], says)


def test_a_filter_treats_text_the_same_way(api, world):
    query = """query ($id: ID!, $search: String!) { cohort(id: $id) { films(filter: {search: $search}) {
        edges { node { film { slug } } } } } }"""

    def found(search):
        data = api.data(query, id=str(world.cohort_id), search=search)["cohort"]["films"]
        return {edge["node"]["film"]["slug"] for edge in data["edges"]}

    for search in ("VITAL é", "сталкер", "film 3"):
        everywhere = slugs(api.data(QUERY, search=search))
        assert found(search) == {slug for slug in everywhere if world.of(FOLLOWED, slug)}
    assert {"elan", "elan-vital"} >= found("é")  # one letter may narrow a cohort's films
    for search, says in (("", "a letter or digit"), ("x" * 201, "at most 200")):
        answer = api.ask(query, id=str(world.cohort_id), search=search)
        assert answer.codes == ["BAD_USER_INPUT"] and says in answer["errors"][0]["message"]
        assert answer["errors"][0]["message"].startswith("filter.search: ")


def test_pages_survive_films_that_come_meanwhile(api, world, database):
    whole = api.data(QUERY, search="film")["films"]["edges"]
    first = api.data(QUERY, search="film", first=7)["films"]
    with database.begin() as connection:
        new = films.resolve(connection, [Identity("new-film", 9_001, "New Film", 1999)])
        vectors.rewrite(connection, list(world.member_ids.values()))
    found, after = first["edges"], first["pageInfo"]["endCursor"]
    while after:
        page = api.data(QUERY, search="film", first=7, after=after)["films"]
        assert page["pageInfo"]["hasPreviousPage"]
        found += page["edges"]
        after = page["pageInfo"]["endCursor"] if page["pageInfo"]["hasNextPage"] else None
    assert [edge["node"]["slug"] for edge in found if edge["node"]["slug"] != "new-film"] == [
        edge["node"]["slug"] for edge in whole
    ]
    assert api.ask(QUERY, search="zodiac", after=first["pageInfo"]["endCursor"]).codes == ["BAD_USER_INPUT"]
    with database.begin() as connection:
        connection.execute(text("DELETE FROM films WHERE id = ANY(:new)"), {"new": new})


def test_a_film_that_is_gone_is_not_counted(api, world, database):
    """A process knows it by its title still."""
    query = "query ($search: String!) { films(search: $search) { totalCount edges { node { slug } } } }"

    async def work(http):
        answers = []
        for step in ("before", "after"):
            body = {"query": query, "variables": {"search": "short lived"}}
            answers.append((await http.post("/graphql", json=body)).json()["data"]["films"])
            if step == "before":
                with database.begin() as connection:
                    connection.execute(text("DELETE FROM films WHERE slug = 'short-lived'"))
        return answers

    with database.begin() as connection:
        films.resolve(connection, [Identity("short-lived", 9_002, "Short lived", 1999)])
    before, after = api.use(work)
    assert (before["totalCount"], after) == (1, {"totalCount": 0, "edges": []})


def test_titles_that_change_are_found_anew(api, world, database):
    with database.begin() as connection:
        connection.execute(text("UPDATE films SET original_title = 'Ôtomo' WHERE slug = 'perfect-blue'"))
        film_columns.rewrite(connection, [world.film_ids["perfect-blue"]])
    assert slugs(api.data(QUERY, search="otomo")) == ["perfect-blue"]


def test_statements(api, world):
    """A process that knows no films yet reads their columns; however many searches there are, one count each level."""
    searches = 'a: films(search: "film") { %s } b: films(search: "elan") { %s }'
    plain = api.ask("{" + searches % ("edges { node { title } }", "edges { node { title } }") + "}")
    columns = ["FROM film_columns WHERE", "FROM film_columns, unnest", "FROM ratings"]
    assert_statements(plain, [*columns, "FROM film_changes", "FROM films WHERE"])
    # The total is known without a look at films.
    counted = api.ask("{" + (searches % ("totalCount", "totalCount")).replace(")", ", first: 0)") + "}")
    assert_statements(counted, columns)
    credited = api.ask('{ films(search: "film") { edges { node { directors { name } cast { name } } } } }')
    assert_statements(credited, [*columns, "FROM film_changes", "FROM films WHERE", "FROM film_credits"])


def assert_statements(answer, marks):
    assert "errors" not in answer
    assert len(answer.statements) == len(marks), answer.statements
    for statement, mark in zip(answer.statements, marks, strict=True):
        assert mark in statement


def test_a_page_of_a_hundred_is_the_largest(api, world):
    assert api.ask(QUERY, search="film", first=101).codes == ["BAD_USER_INPUT"]
    assert api.ask(QUERY, search="film", after=gid("Film", 1)).codes == ["BAD_USER_INPUT"]
