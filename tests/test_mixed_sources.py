"""A cohort is right however its members' reactions came: by exports, feeds, crawls, or all of them for one member."""

import os
import subprocess
import sys
import urllib.request
from collections import defaultdict

import pytest
from sqlalchemy import text

from crawler.imports import import_export
from crawler.pages import rss
from schema.settings import REPOSITORY
from schema.store import cohorts, consents, members
from tests.api.conftest import Api

pytestmark = pytest.mark.slow

EXPORTED, FED, CRAWLED = slice(1, 4), slice(4, 7), slice(7, 10)
QUERY = """
query ($names: [String!]!, $after: String) {
  adHocCohort(definition: {usernames: $names}) { films(first: 100, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    edges { node {
      watchers ratedCount average likedCount favoriteCount film { letterboxdId }
      reactions(first: 20) { totalCount edges { node { rating liked favorite source observedAt member { username } } } }
    } }
  } }
}
"""


@pytest.fixture(scope="module")
def names(backlot):
    found = sorted(backlot.dataset.members)[:10]
    return {"everyway": found[:1], "export": found[EXPORTED], "rss": found[FED], "crawl": found[CRAWLED]}


@pytest.fixture(scope="module")
def filled(backlot, names, database, tmp_path_factory):
    """Crawls, feeds and exports, in an order in which each meets films that the others brought."""
    folder = tmp_path_factory.mktemp("exports")
    environment = {
        **os.environ,
        "DATABASE_URL": database.url.render_as_string(hide_password=False),
        "LETTERBOXD_BASE_URL": backlot.url,
        "ALMANAC_CRAWL_DELAY": "0",
    }

    def crawl(spider, *who):
        command = [sys.executable, "-m", "scrapy", "crawl", spider, "-a", f"usernames={','.join(who)}"]
        subprocess.run(command, cwd=REPOSITORY, env=environment, check=True, capture_output=True, timeout=60)

    with database.begin() as connection:
        for member in members.upsert(connection, dict.fromkeys(names["rss"] + names["everyway"])).values():
            consents.give(connection, member, "rss")
    import_export(database, backlot.export(names["export"][0], folder), names["export"][0])
    crawl("rss", *names["rss"])
    for spider in ("rated", "likes", "profile"):
        crawl(spider, *names["crawl"], *names["everyway"])
    for name in names["export"][1:] + names["everyway"]:
        import_export(database, backlot.export(name, folder), name)
    crawl("rss", *names["everyway"])
    return database


def truth(backlot, source, name):
    """(half-stars or None, liked, favorite) by Letterboxd's number, as that source shows it."""
    films, found = backlot.dataset.films, defaultdict(lambda: [None, False, False])
    if source == "rss":
        with urllib.request.urlopen(f"{backlot.url}/{name}/rss/") as answer:
            for item in rss.parse(answer.read()).items:
                if item.kind != "list":
                    film = films[backlot.dataset.by_slug[item.slug]]
                    found[film.letterboxd_id][:2] = [item.rating, item.liked]
        return found
    state = backlot.state(name)
    for slug, rating in state["ratings"].items():
        found[films[backlot.dataset.by_slug[slug]].letterboxd_id][0] = rating
    for place, facet in ((1, "likes"), (2, "favorites")):
        for slug in state[facet]:
            found[films[backlot.dataset.by_slug[slug]].letterboxd_id][place] = True
    return found


def answered(api, usernames):
    """All films of an ad-hoc cohort."""
    nodes, after = [], None
    while True:
        page = api.data(QUERY, names=usernames, after=after)["adHocCohort"]["films"]
        nodes += [edge["node"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            assert len(nodes) == page["totalCount"]
            return nodes


@pytest.mark.parametrize(
    "sources", [["export"], ["rss"], ["crawl"], ["everyway"], ["export", "rss", "crawl", "everyway"]]
)
def test_the_api_answers_what_is_true(backlot, names, filled, sources):
    said = defaultdict(dict)
    for source in sources:
        for name in names[source]:
            for film, facets in truth(backlot, source, name).items():
                said[film][name] = (*facets, source)
    nodes = answered(Api(filled), [name for source in sources for name in names[source]])
    assert {node["film"]["letterboxdId"] for node in nodes} == set(said)
    for node in nodes:
        those = said[node["film"]["letterboxdId"]]
        stars = [rating / 2 for rating, *_ in those.values() if rating]
        assert (node["watchers"], node["ratedCount"]) == (len(those), len(stars))
        assert node["average"] == (pytest.approx(sum(stars) / len(stars)) if stars else None)
        assert node["likedCount"] == sum(liked for _, liked, _, _ in those.values())
        assert node["favoriteCount"] == sum(favorite for _, _, favorite, _ in those.values())
        reactions = [edge["node"] for edge in node["reactions"]["edges"]]
        assert node["reactions"]["totalCount"] == len(reactions) == len(those)
        for reaction in reactions:
            rating, liked, favorite, source = those[reaction["member"]["username"]]
            assert (reaction["rating"], reaction["liked"], reaction["favorite"]) == (
                rating and rating / 2,
                liked,
                favorite,
            )
            assert reaction["source"] in ("CRAWL", "EXPORT", "RSS") if source == "everyway" else source.upper()
            assert reaction["observedAt"]


def test_no_film_is_there_twice(backlot, filled):
    with filled.connect() as connection:
        known = dict(connection.execute(text("SELECT letterboxd_id, slug FROM films")).all())
        count = connection.execute(text("SELECT count(*) FROM films")).scalar()
    assert len(known) == count
    slugs = {film.letterboxd_id: film.slug for film in backlot.dataset.films}
    assert all(slug is None or slugs[number] == slug for number, slug in known.items())


def test_a_page_of_reactions_is_one_statement_for_all_films(filled, names):
    with filled.begin() as connection:
        found = members.ids_by_username(connection, names["export"] + names["crawl"])
        cohort = cohorts.create(connection, "mixed", {"usernames": names["export"]})
        cohorts.set_members(connection, cohort, found.values())
    query = """query ($id: ID!, $after: String) { cohort(id: $id) { films(first: 20) { edges { node {
        watchers reactions(first: 2, after: $after) { edges { cursor node { member { username } } }
        pageInfo { hasNextPage } } } } } } }"""
    api = Api(filled)
    answer = api.ask(query, id=str(cohort))
    assert sum("FROM ratings" in statement for statement in answer.statements) == 1
    for edge in answer["data"]["cohort"]["films"]["edges"]:
        page = edge["node"]["reactions"]
        assert len(page["edges"]) == min(2, edge["node"]["watchers"])
        assert page["pageInfo"]["hasNextPage"] == (edge["node"]["watchers"] > 2)
    refused = api.ask(query, id=str(cohort), after="nonsense")
    assert set(refused.codes) == {"BAD_USER_INPUT"}
