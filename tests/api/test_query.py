"""Query's look-ups: cohorts, films, members and runs."""

import base64

import pytest
from sqlalchemy import text

from crawler.identity import lid_from_id
from schema.addresses import short
from schema.attribution import LETTERBOXD, TMDB, WIKIDATA
from schema.store import completeness, runs, steps, syncs
from schema.store.completeness import TilesRead
from tests.api.world import CIRCLE, FOLLOWED


def gid(kind: str, key: int) -> str:
    """A global id, as clients get it."""
    return base64.b64encode(f"{kind}:{key}".encode()).decode()


def test_a_cohort_by_its_global_id_and_by_the_number_that_commands_show(api, world):
    query = "query ($id: ID!) { cohort(id: $id) { id label memberCount version } }"
    for id in (gid("Cohort", world.cohort_id), str(world.cohort_id)):
        found = api.data(query, id=id)["cohort"]
        assert found["id"] == gid("Cohort", world.cohort_id)
        assert (found["label"], found["memberCount"]) == (CIRCLE, len(FOLLOWED))
    assert api.data(query, id=gid("Cohort", 999))["cohort"] is None


@pytest.mark.parametrize(
    "id", ["", "x", "Cohort:1", gid("Film", 1), gid("Cohort", 2**63), "9" * 30, "-1", "1\0", "é", "²"]
)
def test_what_is_no_cohort_s_id_is_refused_by_name(api, world, id):
    answer = api.ask("query ($id: ID!) { cohort(id: $id) { label } }", id=id)
    assert answer.codes == ["BAD_USER_INPUT"]
    assert answer["errors"][0]["message"].startswith("id: not the id of a Cohort")


def test_cohorts_by_label_page_by_page(api, world):
    query = """query ($after: String) { cohorts(first: 2, after: $after) {
        totalCount pageInfo { hasNextPage hasPreviousPage endCursor } edges { node { label } } } }"""
    first = api.data(query)["cohorts"]
    second = api.data(query, after=first["pageInfo"]["endCursor"])["cohorts"]
    labels = [edge["node"]["label"] for page in (first, second) for edge in page["edges"]]
    assert labels == sorted(labels) and len(labels) == first["totalCount"] == 3
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)
    assert (first["pageInfo"]["hasPreviousPage"], second["pageInfo"]["hasPreviousPage"]) == (False, True)


def test_the_total_is_counted_only_when_asked_for(api, world):
    plain = api.ask("{ cohorts { edges { node { label } } } }")
    counted = api.ask("{ cohorts { totalCount edges { node { label } } } }")
    assert (len(plain.statements), len(counted.statements)) == (1, 2)


def test_members_of_a_cohort_by_username(api, world):
    query = """query ($id: ID!, $after: String) { cohort(id: $id) { members(first: 4, after: $after) {
        totalCount pageInfo { hasNextPage endCursor } edges { node { username displayName } } } } }"""
    first = api.data(query, id=str(world.cohort_id))["cohort"]["members"]
    second = api.data(query, id=str(world.cohort_id), after=first["pageInfo"]["endCursor"])["cohort"]["members"]
    found = [edge["node"] for page in (first, second) for edge in page["edges"]]
    assert found == [{"username": name, "displayName": name.title()} for name in FOLLOWED]
    assert first["totalCount"] == len(FOLLOWED)
    assert not second["pageInfo"]["hasNextPage"]


def test_a_film_with_everything_that_is_known_of_it(api, world):
    query = """{ film(slug: "stalker") { id slug letterboxdId title originalTitle releaseYear releaseDate
        runtimeMinutes tmdbId tmdbType imdbId identifiedBy
        formerSlugs letterboxdUri attribution posterUrl primaryDirector collection genres countries languages
        directors { tmdbId name } writers { name } cast { name } } }"""
    answer = api.ask(query)
    assert answer["data"]["film"] == {
        "id": gid("Film", world.film_ids["stalker"]),
        "slug": "stalker",
        "letterboxdId": 100,
        "title": "Stalker",
        "originalTitle": "Сталкер",
        "releaseYear": 1979,
        "releaseDate": "1979-05-25",
        "runtimeMinutes": 162,
        "tmdbId": 1398,
        "tmdbType": "MOVIE",
        "imdbId": "tt0079944",
        "identifiedBy": "PAGE",
        "formerSlugs": [],
        "letterboxdUri": f"https://boxd.it/{lid_from_id(100)}",
        "attribution": [TMDB, LETTERBOXD],
        "posterUrl": None,
        "primaryDirector": "Andrei Tarkovsky",
        "collection": None,
        "genres": ["Science Fiction", "Drama"],
        "countries": ["Soviet Union"],
        "languages": ["Russian"],
        "directors": [{"tmdbId": 8452, "name": "Andrei Tarkovsky"}],
        "writers": [{"name": "Arkadi Strugatsky"}, {"name": "Boris Strugatsky"}],
        "cast": [{"name": "Alisa Freindlich"}, {"name": "Anatoli Solonitsyn"}],
    }
    assert len(answer.statements) == 1 + 4  # stamps, slug, film, earlier slugs, credits


def test_a_renamed_film_answers_to_both_slugs_and_many_slugs_take_one_statement(api, world):
    query = """{ a: film(slug: "zodiac") { slug } b: film(slug: "THE-ZODIAC") { slug }
        c: film(slug: "x") { slug } }"""
    answer = api.ask(query)
    assert answer["data"] == {"a": {"slug": "the-zodiac"}, "b": {"slug": "the-zodiac"}, "c": None}
    assert len(answer.statements) == 1 + 2  # stamps, slugs, films


def test_all_that_a_film_is_known_by(api, world, database):
    query = """{ films(search: "zod") { edges { node { slug formerSlugs letterboxdUri identifiedBy
        attribution } } } }"""
    with database.begin() as connection:
        connection.execute(
            text("UPDATE films SET identified_by = 'wikidata', tmdb_id = 1949 WHERE slug = 'the-zodiac'")
        )
    (edge,) = api.data(query)["films"]["edges"]
    assert edge["node"] == {
        "slug": "the-zodiac",
        "formerSlugs": ["zodiac"],
        "letterboxdUri": f"https://boxd.it/{lid_from_id(104)}",
        "identifiedBy": "WIKIDATA",
        "attribution": [TMDB, LETTERBOXD, WIKIDATA],
    }
    with database.begin() as connection:
        connection.execute(
            text(
                "UPDATE films SET identified_by = NULL, tmdb_id = NULL, letterboxd_id = NULL WHERE slug = 'the-zodiac'"
            )
        )
    (edge,) = api.data(query)["films"]["edges"]
    assert edge["node"]["letterboxdUri"] == "https://letterboxd.com/film/the-zodiac/"
    assert (edge["node"]["identifiedBy"], edge["node"]["attribution"]) == (None, [LETTERBOXD])
    with database.begin() as connection:
        connection.execute(text("UPDATE films SET letterboxd_id = 104 WHERE slug = 'the-zodiac'"))


def test_earlier_slugs_of_many_films_take_one_statement(api, world):
    answer = api.ask('{ films(search: "film") { edges { node { formerSlugs attribution letterboxdUri } } } }')
    assert len(answer["data"]["films"]["edges"]) == 35
    assert ["film_slugs" in statement for statement in answer.statements] == [False] * 5 + [True]


def test_a_film_nothing_is_known_of_has_empty_credits(api, world):
    query = '{ film(slug: "film-9") { genres directors { name } writers { name } cast { name } tmdbType } }'
    film = api.data(query)["film"]
    assert film == {"genres": [], "directors": [], "writers": [], "cast": [], "tmdbType": None}


@pytest.mark.parametrize("number", [1, 6, 51568, 426406, 2**31 - 1, 10**15])
def test_short_addresses_are_what_exports_call_films(number):
    assert short(number) == f"https://boxd.it/{lid_from_id(number)}"


def test_a_member_in_any_case(api, world):
    query = "query ($name: String!) { member(username: $name) { username displayName } }"
    assert api.data(query, name="ADA")["member"] == {"username": "ada", "displayName": "Ada"}
    for name in ("nobody", "", "a\0b", "\udfff"):
        assert api.data(query, name=name)["member"] is None


def test_a_run_and_its_steps(api, world, database, ada):
    query = """query ($id: ID!) { syncRun(id: $id) { id kind status error createdAt startedAt finishedAt steps {
        name status done total unit attempts error parts { number status attempts detail error } }
        completeness { tiles ratingStatePct likeFlagPct letterboxdIdPct tmdbIdentityPct flagged } } }"""
    with database.begin() as connection:
        run = syncs.open_sync(connection, world.cohort_id, full=True)
        part = steps.start(connection, run, "refresh", 0, 1)
        steps.finish(connection, part, {"members": 6})
        completeness.add(connection, run, TilesRead(8, 8, 8, 6))
        part = steps.start(connection, run, "crawl", 0, 1)
        steps.fail(connection, part, "the upstream answered 503", final=True)
        runs.finish(connection, run, "failed", "crawl: the upstream answered 503")
    with database.begin() as connection:
        connection.execute(text("UPDATE accounts SET operator = true WHERE id = :ada"), {"ada": ada.account_id})
    found = api.data(query, id=gid("SyncRun", run), headers=ada.cookie)["syncRun"]
    assert (found["kind"], found["status"]) == ("full", "FAILED")
    assert found["error"] == "crawl: the upstream answered 503"
    assert found["createdAt"].endswith("+00:00") and found["finishedAt"]
    assert found["completeness"] == {
        "tiles": 8,
        "ratingStatePct": 100,
        "likeFlagPct": 100,
        "letterboxdIdPct": 75,
        "tmdbIdentityPct": None,
        "flagged": True,
    }
    by_name = {step["name"]: step for step in found["steps"]}
    assert list(by_name) == ["refresh", "crawl", "enrich", "stats", "rankings"]
    assert by_name["refresh"]["status"] == "SUCCEEDED"
    assert by_name["refresh"]["parts"][0]["detail"] == {"members": 6}
    assert by_name["crawl"]["error"] == "the upstream answered 503"
    assert by_name["stats"]["status"] == "PENDING"
    # Hosts, names and reasons are for those whose run it is.
    for step in found["steps"]:
        step |= {"error": None, "parts": [part | {"error": None, "detail": {}} for part in step["parts"]]}
    assert api.data(query, id=gid("SyncRun", run))["syncRun"] == found | {"error": None}
    assert api.data(query, id="123456")["syncRun"] is None
    assert api.ask(query, id=gid("Cohort", run)).codes == ["BAD_USER_INPUT"]
