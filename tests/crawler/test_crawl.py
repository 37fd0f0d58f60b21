"""Spiders, as operators start them, fill the database with exactly what the backlot shows."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import text

from fixtures.backlot.derive.lists import likers, list_of
from fixtures.backlot.testing import running
from schema import definitions
from schema.insights import completeness, lists
from schema.settings import REPOSITORY
from schema.viewer import OPERATOR
from tests.crawler.pages.cases import FIXTURES
from tests.crawler.site import Site, serving


@pytest.fixture(scope="module")
def backlot():
    with running(weight="light") as backlot:
        yield backlot


@pytest.fixture
def environment(backlot, database, tmp_path):
    return {
        **os.environ,
        "DATABASE_URL": database.url.render_as_string(hide_password=False),
        "LETTERBOXD_BASE_URL": backlot.url,
        "TMDB_BASE_URL": backlot.tmdb_url,
        "TMDB_API_KEY": "any",
        "WIKIDATA_BASE_URL": backlot.wikidata_url,
        "ALMANAC_CRAWL_DELAY": "0",
        "ALMANAC_CRAWL_REPORT": str(tmp_path / "report.json"),
    }


def command(spider, *arguments):
    return [sys.executable, "-m", "scrapy", "crawl", spider, *[part for a in arguments for part in ("-a", a)]]


def crawl(environment, spider, *arguments):
    """Runs a spider to its end: its exit code, its report, its log."""
    done = subprocess.run(
        command(spider, *arguments), cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=60
    )
    return done.returncode, json.loads(Path(environment["ALMANAC_CRAWL_REPORT"]).read_text()), done.stderr


def stored(database, username):
    with database.connect() as connection:
        return {
            slug: (rating, liked, favorite)
            for slug, rating, liked, favorite in connection.execute(
                text(
                    "SELECT f.slug, r.rating, r.liked, r.favorite FROM ratings r JOIN films f ON f.id = r.film_id"
                    " JOIN members m ON m.id = r.member_id WHERE m.username = :name"
                ),
                {"name": username},
            )
        }


def shown(backlot, username):
    state = backlot.state(username)
    truth = {slug: [rating, False, False] for slug, rating in state["ratings"].items()}
    for slug in state["likes"]:
        truth.setdefault(slug, [None, False, False])[1] = True
    for slug in state["favorites"]:
        truth.setdefault(slug, [None, False, False])[2] = True
    return {slug: tuple(facets) for slug, facets in truth.items()}


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


@pytest.mark.parametrize(
    ("spider", "arguments", "said"),
    [
        ("rated", ["username=ghost"], "missing page"),
        ("rated", [], "username=NAME"),
        ("following", ["username=ada", "direction=sideways"], "direction"),
        ("tmdb", ["ids=film/1"], "movie/ID"),
        ("film", ["due=many"], "many"),
        ("likes", ["username=ada", "colour=red"], "colour"),
    ],
)
def test_bad_input_is_one_line_and_exit_1(environment, spider, arguments, said):
    code, report, log = crawl(environment, spider, *arguments)
    assert code == 1
    assert said in report["errors"][0]
    assert "Traceback" not in log


def test_letterboxd_itself_is_refused_without_a_request(environment):
    code, report, log = crawl(
        {**environment, "LETTERBOXD_BASE_URL": "https://LETTERBOXD.com."}, "rated", "username=ada"
    )
    assert code == 1
    assert "permission" in report["refused"]
    assert report["requests"] == 0


def test_a_permission_is_written_into_the_run(environment, database, tmp_path):
    granted = {"granted_by": "Letterboxd", "granted_on": "2026-01-31", "paths": ["/film/"], "contact": "x@y.org"}
    path = tmp_path / "permission.json"
    path.write_text(json.dumps(granted))
    assert crawl({**environment, "ALMANAC_AUTHORIZATION": str(path)}, "profile", "username=ada")[0] == 0
    assert crawl(environment, "profile", "username=ada")[0] == 0
    with database.connect() as connection:
        latest = connection.execute(text('SELECT "authorization" FROM sync_runs ORDER BY id DESC LIMIT 2')).scalars()
        assert list(latest) == [None, granted]


def test_every_request_is_in_the_ledger(backlot, environment, database):
    with database.begin() as connection:
        connection.execute(text("DELETE FROM crawl_requests"))
    backlot.clear_log()
    _, report, _ = crawl(environment, "likes", "username=ada")
    with database.connect() as connection:
        entries = connection.execute(
            text("SELECT kind, outcome, sum(requests) FROM crawl_requests GROUP BY 1, 2")
        ).all()
    assert sorted(entries) == [("likes", "200", len(backlot.log()) - 1), ("robots", "200", 1)]
    assert report["requests"] == len(backlot.log())
    assert all("CohortAlmanac" in entry["user_agent"] for entry in backlot.log())


def test_a_killed_crawl_leaves_nothing_half_and_goes_on(backlot, environment, database):
    member = max(backlot.dataset.members, key=lambda name: len(backlot.state(name)["ratings"]))
    with database.begin() as connection:
        run = connection.execute(text("INSERT INTO sync_runs (kind) VALUES ('crawl') RETURNING id")).scalar()
    slow = subprocess.Popen(
        [
            *command("rated", f"username={member}", f"run={run}"),
            "-s",
            "DOWNLOAD_DELAY=1",
            "-s",
            "AUTOTHROTTLE_START_DELAY=1",
        ],
        cwd=REPOSITORY,
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    staged = text("SELECT count(*) FROM listing_pages WHERE run_id = :run")
    deadline = time.monotonic() + 30
    with database.connect() as connection:
        while not connection.execute(staged, {"run": run}).scalar():
            assert time.monotonic() < deadline
            connection.rollback()
            time.sleep(0.02)
    slow.send_signal(signal.SIGKILL)
    slow.wait()
    assert stored(database, member) == {}
    backlot.clear_log()
    assert crawl(environment, "rated", f"username={member}", f"run={run}")[0] == 0
    assert {slug: facets[0] for slug, facets in stored(database, member).items()} == backlot.state(member)["ratings"]
    asked = [entry["path"] for entry in backlot.log() if "films" in entry["path"]]
    assert f"/{member}/films/rated/.5-5/" not in asked


@pytest.mark.parametrize("delay", [0.0, 0.05, 0.15, 0.4])
def test_a_crawl_told_to_stop_while_it_closes_has_stored_what_it_reports(backlot, environment, database, delay):
    """SIGTERM lands about when the spider finishes: "finished" then means stored."""
    with database.begin() as connection:
        run = connection.execute(text("INSERT INTO sync_runs (kind) VALUES ('crawl') RETURNING id")).scalar()
    names = sorted(backlot.dataset.members)[:12]
    told = subprocess.Popen(
        command("profile", f"usernames={','.join(names)}", f"run={run}"),
        cwd=REPOSITORY,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    for line in told.stderr:
        if "Closing spider" in line or "Spider opened" in line and delay > 0.1:
            break
    time.sleep(delay)
    told.send_signal(signal.SIGTERM)
    told.communicate(timeout=30)
    report = json.loads(Path(environment["ALMANAC_CRAWL_REPORT"]).read_text())
    with database.connect() as connection:
        read = connection.execute(
            text("SELECT count(*) FROM listings WHERE run_id = :run AND kind = 'profile'"), {"run": run}
        ).scalar()
    assert read == report["items"]
    if report["reason"] == "finished":
        assert read == len(names)
