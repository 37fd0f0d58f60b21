"""Spiders, as operators start them, fill the database with exactly what the backlot shows."""

import re

from sqlalchemy import text

from fixtures.backlot.derive.lists import likers, list_of
from schema import definitions
from schema.insights import completeness, lists
from schema.viewer import OPERATOR
from tests.crawler.crawls import crawl, shown, stored
from tests.crawler.pages.cases import FIXTURES
from tests.crawler.site import Site, serving


def test_three_listings_make_a_member_complete(backlot, environment, database):
    for spider in ("rated", "likes", "profile"):
        code, report, log = crawl(environment, spider, "usernames=ada")
        assert (code, report["errors"], report["reason"]) == (0, [], "finished"), log
    assert stored(database, "ada") == shown(backlot, "ada")


def test_what_a_member_takes_back_is_taken_back(backlot, environment, database):
    truth = shown(backlot, "ada")
    liked_too, other, *_ = [slug for slug, (rating, liked, _) in truth.items() if rating and liked]
    backlot.control("unrate", member="ada", slug=liked_too)
    backlot.control("unrate", member="ada", slug=other)
    backlot.control("unlike", member="ada", slug=other)
    backlot.control("favorite", member="ada", slugs=[])
    for spider in ("rated", "likes", "profile"):
        assert crawl(environment, spider, "username=Ada")[0] == 0
    assert stored(database, "ada") == shown(backlot, "ada") != truth
    with database.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM rating_events WHERE facet = 'rating'")).scalar() == 2


def test_a_renamed_film_keeps_its_row(backlot, environment, database):
    slug = next(iter(backlot.state("ada")["ratings"]))
    backlot.control("rename", slug=slug, to=f"{slug}-renamed")
    with database.connect() as connection:
        films = connection.execute(text("SELECT count(*) FROM films")).scalar()
    assert crawl(environment, "rated", "username=ada")[0] == 0
    assert stored(database, "ada") == shown(backlot, "ada")
    with database.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM films")).scalar() == films


def test_pages_that_tell_everything_make_a_complete_run(backlot, environment, database):
    """Of the crawls above, the latest that read listings."""
    with database.connect() as connection:
        run, tiles = connection.execute(
            text("SELECT run_id, tiles FROM run_completeness ORDER BY run_id DESC LIMIT 1")
        ).one()
        found = completeness.of_run(connection, run)
    assert tiles == found.tiles == len(backlot.state("ada")["ratings"])
    assert (found.shares, found.flagged) == ({"rating state": 100, "like flag": 100, "film id": 100}, False)


def test_tiles_without_ids_flag_the_run_and_name_the_films(environment, database):
    page = re.sub(r' data-film-id="\d+"| film-poster-\d+', "", (FIXTURES / "rated" / "0.html").read_text())
    site = Site({"/robots.txt": (404, {}, ""), "/mira_okafor/films/rated/.5-5/": (200, {}, _all_rated(page))})
    with serving(site):
        code, _, log = crawl({**environment, "LETTERBOXD_BASE_URL": site.url}, "rated", "username=mira_okafor")
    assert code == 0, log
    with database.connect() as connection:
        run = connection.execute(text("SELECT max(run_id) FROM run_completeness")).scalar()
        found = completeness.of_run(connection, run)
        outliers = connection.execute(
            text(
                "SELECT f.slug, q.status, q.error FROM film_metadata_sync q JOIN films f ON f.id = q.film_id"
                " WHERE q.kind = 'identity' AND f.letterboxd_id IS NULL ORDER BY f.slug"
            )
        ).all()
    assert (found.tiles, found.letterboxd_id, found.rating_state, found.flagged) == (3, 0, 100, True)
    assert outliers == [
        (slug, "pending", "no page has told its film id")
        for slug in ("1917-2019", "2001-a-lamp-in-the-fog", "untitled-harbour")
    ]


def _all_rated(page):
    return re.sub(
        r'<p class="poster-viewingdata">\s*</p>',
        '<p class="poster-viewingdata"> <span class="rating -tiny -darker rated-2">★</span> </p>',
        page,
    )


def test_following_fills_the_circle(backlot, environment, database):
    code, report, log = crawl(environment, "following", "username=ada")
    assert code == 0, log
    with database.connect() as connection:
        found = set(
            connection.execute(
                text(
                    "SELECT f.username FROM follows JOIN members m ON m.id = follower_id"
                    " JOIN members f ON f.id = followee_id WHERE m.username = 'ada'"
                )
            ).scalars()
        )
    assert found == set(backlot.state("ada")["following"])


def test_a_list_brings_its_films_and_the_people_behind_it(backlot, environment, database):
    friend = backlot.dataset.members["ada"].following[0]
    addresses = ["ada/essentials", f"{friend}/close-to-my-heart"]
    code, report, log = crawl(environment, "member_list", f"lists={','.join(addresses).title()}")
    assert (code, report["errors"]) == (0, []), log
    with database.connect() as connection:
        for address in addresses:
            username, slug = address.split("/")
            owner = backlot.dataset.members[username]
            shown = list_of(owner, slug)
            slugs = connection.execute(
                text(
                    "SELECT slug FROM unnest(CAST(:ids AS int[])) WITH ORDINALITY listed(id, n)"
                    " JOIN films USING (id) ORDER BY n"
                ),
                {"ids": lists.films(connection, address)},
            ).scalars()
            assert list(slugs) == [backlot.dataset.films[film].slug for film in shown.films]
            people = definitions.resolve(connection, {"list": address}, OPERATOR)
            names = connection.execute(text("SELECT username FROM members WHERE id = ANY(:ids)"), {"ids": list(people)})
            assert set(names.scalars()) == {username, *likers(backlot.dataset, owner, shown)}
        before = connection.execute(text("SELECT * FROM film_lists ORDER BY id")).all()

    code, report, log = crawl(environment, "member_list", "list=ada/nothing")
    assert code == 1
    assert report["errors"][0].startswith("list of ada/nothing: missing page"), log
    with database.connect() as connection:
        assert connection.execute(text("SELECT * FROM film_lists ORDER BY id")).all() == before


def test_the_queue_is_drained_most_watched_first(backlot, environment, database):
    for spider, least in (("wikidata", 1), ("tmdb_search", 1), ("film", 1), ("tmdb", 10), ("histogram", 10)):
        code, report, log = crawl(environment, spider, "due=12")
        assert (code, report["errors"]) == (0, []), log
        assert report["items"] >= least
    with database.connect() as connection:
        complete = connection.execute(
            text(
                "SELECT count(*) FROM films f JOIN film_histograms h ON h.film_id = f.id"
                " WHERE f.tmdb_id IS NOT NULL AND f.primary_director IS NOT NULL AND cardinality(f.genres) > 0"
            )
        ).scalar()
        assert complete >= 10
        left = connection.execute(text("SELECT count(*) FROM film_metadata_sync WHERE status = 'failed'")).scalar()
        assert left == 0


def test_film_json_fills_what_it_knows(backlot, environment, database):
    with database.connect() as connection:
        slug = connection.execute(
            text("SELECT slug FROM films WHERE runtime_minutes IS NULL AND slug IS NOT NULL LIMIT 1")
        ).scalar()
    code, report, log = crawl(environment, "filmjson", f"slug={slug}")
    assert code == 0, log
    with database.connect() as connection:
        assert connection.execute(
            text("SELECT runtime_minutes IS NOT NULL FROM films WHERE slug = :slug"), {"slug": slug}
        ).scalar()
