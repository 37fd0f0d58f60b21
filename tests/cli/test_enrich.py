"""Enriching as an operator does it: what it costs once, what twice, and what is said of the rest."""

import json
from collections import Counter
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from fixtures.backlot.testing import running
from schema.store import films, members, reactions
from schema.store.films import Identity
from schema.store.reactions import Reaction
from tests.cli.conftest import one_line, run

pytestmark = pytest.mark.slow

WATCHED = 60


def hosts(backlot):
    """Requests by upstream since the log was cleared."""
    return Counter(
        "tmdb" if "/tmdb-api/" in entry["path"] else "wikidata" if "/wikidata/" in entry["path"] else "letterboxd"
        for entry in backlot.log()
        if entry["path"] != "/robots.txt"
    )


def described(database):
    return run(
        database,
        "SELECT f.slug, f.release_date, f.runtime_minutes, f.genres, f.primary_director, f.imdb_id,"
        " (SELECT string_agg(c.role || p.name, ',' ORDER BY c.role, c.position) FROM film_credits c"
        " JOIN people p ON p.id = c.person_id WHERE c.film_id = f.id) FROM films f ORDER BY f.id",
    )


@pytest.fixture(scope="module")
def watched(command_database, backlot):
    """Some films of the backlot, met on a member's list."""
    chosen = backlot.dataset.films[:: len(backlot.dataset.films) // WATCHED]
    with command_database.begin() as connection:
        (member,) = members.upsert(connection, {"ada": None}).values()
        ids = films.resolve(
            connection, [Identity(film.slug, film.letterboxd_id, film.title, film.year) for film in chosen]
        )
        reactions.upsert(
            connection,
            [Reaction(member, film, 8) for film in ids],
            ["rating"],
            source="crawl",
            observed_at=datetime.now(UTC),
        )
    return chosen


def test_films_are_completed_once(almanac, backlot, command_database, watched):
    backlot.clear_log()
    done = almanac("enrich", "--budget", "1000", "--json")
    assert done.returncode == 0, done.stderr
    sources = json.loads(done.stdout)["sources"]
    assert (sources["wikidata"]["due"], sources["wikidata"]["requests"]) == (len(watched), 1)
    known = {
        slug: (kind, number)
        for slug, kind, number in run(command_database, "SELECT slug, tmdb_type, tmdb_id FROM films")
    }
    assert known == {film.slug: (film.type if film.tmdb_id else None, film.tmdb_id) for film in watched}
    left = "SELECT count(*) FROM film_metadata_sync WHERE kind <> 'histogram' AND status NOT IN ('fetched', 'absent')"
    assert run(command_database, left) == [(0,)]
    for slug, released, minutes, genres, director, imdb, credits in described(command_database):
        film = next(film for film in watched if film.slug == slug)
        if film.tmdb_id:
            assert (str(released or ""), minutes, genres) == (
                film.release_date,
                film.runtime_minutes or None,
                list(film.genres),
            )
            assert imdb == film.imdb_id
            assert all(f"director{name}" in credits for name in film.directors) or film.type == "tv"
            assert director == film.directors[0] or film.type == "tv"
    asked = hosts(backlot)
    assert asked["letterboxd"] < len(watched) * 1.2  # a histogram each, and few film pages

    backlot.clear_log()
    assert almanac("enrich", "--budget", "1000").returncode == 0
    assert hosts(backlot) == {}


def test_what_has_expired_is_only_validated(almanac, backlot, command_database, watched):
    run(command_database, "UPDATE tmdb_payloads SET expires_at = now() - interval '1 second'")
    before, backlot_state = (
        described(command_database),
        run(command_database, "SELECT max(fetched_at) FROM tmdb_payloads"),
    )
    backlot.clear_log()
    assert almanac("enrich").returncode == 0
    answers = run(command_database, "SELECT count(*) FROM tmdb_payloads")[0][0]
    assert Counter(entry["status"] for entry in backlot.log() if entry["path"] != "/robots.txt") == {304: answers}
    assert described(command_database) == before
    assert run(command_database, "SELECT min(fetched_at) FROM tmdb_payloads") > backlot_state
    backlot.clear_log()
    assert almanac("enrich").returncode == 0
    assert hosts(backlot) == {}


def test_six_months_are_the_end_of_an_answer(almanac, backlot, command_database, watched):
    run(command_database, "UPDATE tmdb_payloads SET fetched_at = now() - interval '181 days', expires_at = 'now'")
    answers = run(command_database, "SELECT count(*) FROM tmdb_payloads")[0][0]
    backlot.clear_log()
    assert almanac("enrich").returncode == 0
    assert Counter(entry["status"] for entry in backlot.log()) == {200: answers}


def test_films_are_derived_again_without_asking_anybody(almanac, backlot, command_database, watched):
    before = described(command_database)
    run(
        command_database, "UPDATE films SET genres = '{}', release_date = NULL, primary_director = NULL, imdb_id = NULL"
    )
    run(command_database, "DELETE FROM film_credits")
    backlot.clear_log()
    done = almanac("enrich", "--offline", "--json", TMDB_API_KEY="", LETTERBOXD_BASE_URL="", TMDB_BASE_URL="")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["unreadable"] == []
    assert hosts(backlot) == {}
    complete = [row for row in described(command_database) if row.release_date]
    assert complete == [row for row in before if row.release_date]


def test_tmdb_out_of_reach_leaves_every_film_in_the_queue(almanac, command_database, watched):
    run(command_database, "UPDATE tmdb_payloads SET expires_at = now() - interval '1 second' WHERE id % 6 = 0")
    due = run(command_database, "SELECT count(*) FROM tmdb_payloads WHERE expires_at < now()")[0][0]
    before = described(command_database)
    down = {"TMDB_BASE_URL": "http://127.0.0.1:9"}
    almanac("enrich", **down)
    failed = run(
        command_database,
        "SELECT error, next_attempt_at > now() + interval '50 minutes', attempts FROM film_metadata_sync"
        " WHERE kind = 'tmdb' AND status = 'failed'",
    )
    assert len(failed) == due > 5
    assert all("no answer" in error and later for error, later, _ in failed)
    assert described(command_database) == before
    shown = json.loads(almanac("enrich", "--queue", "--json").stdout)
    assert {(entry["kind"], entry["status"]) for entry in shown} == {("tmdb", "failed")}

    again = almanac("enrich", "--retry", "tmdb", "--queue")
    assert f"{len(failed)} tmdb entries are due again" in again.stderr
    assert "no answer" in again.stdout
    assert almanac("enrich").returncode == 0
    assert run(command_database, "SELECT count(*) FROM film_metadata_sync WHERE status = 'failed'") == [(0,)]


def an_hour_later(database):
    run(database, "UPDATE film_metadata_sync SET next_attempt_at = next_attempt_at - interval '65 minutes'")


def test_an_hour_without_tmdb_is_an_hour_without_questions(almanac, backlot, command_database, watched):
    run(command_database, "UPDATE tmdb_payloads SET expires_at = now() - interval '1 second'")
    before = described(command_database)
    answers = run(command_database, "SELECT count(*) FROM tmdb_payloads")[0][0]
    almanac("enrich", TMDB_BASE_URL="http://127.0.0.1:9")
    assert run(command_database, "SELECT count(*) FROM film_metadata_sync WHERE status = 'failed'") == [(answers,)]
    backlot.clear_log()
    assert almanac("enrich").returncode == 0
    assert hosts(backlot) == {}  # it is up again, but not asked before its hour is over
    an_hour_later(command_database)
    assert almanac("enrich").returncode == 0
    assert hosts(backlot) == {"tmdb": answers}
    assert described(command_database) == before
    assert run(command_database, "SELECT count(*) FROM film_metadata_sync WHERE status = 'failed'") == [(0,)]


def test_trouble_with_a_title_stays_with_its_film(almanac, backlot, command_database, watched):
    run(command_database, "UPDATE tmdb_payloads SET expires_at = now() - interval '1 second'")
    before = described(command_database)
    broken, garbled, other, limited = [film for film in watched if film.tmdb_id and film.type == "movie"][5:9]
    faults = [
        {"kind": "status", "status": 500, "path": f"/tmdb-api/3/movie/{broken.tmdb_id}"},
        {"kind": "wrong-page", "page": "/robots.txt", "path": f"/tmdb-api/3/movie/{garbled.tmdb_id}"},
        {
            "kind": "wrong-page",
            "page": f"/tmdb-api/3/movie/{broken.tmdb_id}",
            "path": f"/tmdb-api/3/movie/{other.tmdb_id}",
        },
        {"kind": "rate-limit", "retry_after": 1, "times": 1, "path": f"/tmdb-api/3/movie/{limited.tmdb_id}"},
    ]
    with running(backlot.dataset, weight="light") as troubled:
        troubled.control("faults", faults=faults)
        almanac("enrich", TMDB_BASE_URL=troubled.tmdb_url)
    failed = run(
        command_database,
        "SELECT f.slug, q.error FROM film_metadata_sync q JOIN films f ON f.id = film_id WHERE status = 'failed'",
    )
    reasons = dict(map(tuple, failed))
    assert set(reasons) == {broken.slug, garbled.slug, other.slug}
    assert "status 500" in reasons[broken.slug]
    assert "JSON" in reasons[garbled.slug]
    assert f"answers with movie/{broken.tmdb_id}" in reasons[other.slug]
    assert described(command_database) == before
    an_hour_later(command_database)
    backlot.clear_log()
    assert almanac("enrich").returncode == 0
    assert hosts(backlot) == {"tmdb": 3}
    assert described(command_database) == before
    assert run(command_database, "SELECT count(*) FROM film_metadata_sync WHERE status = 'failed'") == [(0,)]


def test_a_key_that_is_not_accepted_is_asked_with_once(almanac, backlot, command_database, watched):
    run(command_database, "UPDATE tmdb_payloads SET expires_at = now() - interval '1 second'")
    with running(backlot.dataset, weight="light", tmdb_key="another") as strict:
        done = almanac("enrich", "--json", TMDB_BASE_URL=strict.tmdb_url)
        assert "access denied" in json.loads(done.stdout)["sources"]["tmdb"]["refused"]
        assert len(strict.log()) <= 24  # of sixty: what was under way when the first answer came
    assert run(command_database, "SELECT count(*) FROM film_metadata_sync WHERE status = 'failed'") == [(0,)]


def test_tmdb_is_left_out_when_it_refuses(almanac, backlot, command_database, watched):
    run(command_database, "UPDATE tmdb_payloads SET expires_at = now() - interval '1 second'")
    with running(backlot.dataset, weight="light") as refusing:
        refusing.control("faults", faults=[{"kind": "challenge", "path": "/tmdb-api/*"}])
        done = almanac("enrich", "--json", TMDB_BASE_URL=refusing.tmdb_url)
    assert done.returncode == 0
    assert "is paused: challenge page" in json.loads(done.stdout)["sources"]["tmdb"]["refused"]
    assert run(command_database, "SELECT status FROM sync_runs ORDER BY id DESC LIMIT 1") == [("succeeded",)]
    run(command_database, "DELETE FROM hosts")


def test_a_refusal_of_letterboxd_pauses_the_run(almanac, backlot, command_database, watched):
    run(command_database, "UPDATE film_metadata_sync SET next_attempt_at = now() WHERE kind = 'histogram'")
    with running(backlot.dataset, weight="light") as refusing:
        refusing.control("faults", faults=[{"kind": "challenge", "path": "/csi/*"}])
        done = almanac("enrich", LETTERBOXD_BASE_URL=refusing.url)
    assert done.returncode == 1
    assert "is paused: challenge page" in done.stderr.splitlines()[-1]
    assert run(command_database, "SELECT status FROM sync_runs ORDER BY id DESC LIMIT 1") == [("paused",)]
    run(command_database, "DELETE FROM hosts")


def test_a_correction_stays(almanac, backlot, command_database, watched):
    film = next(film for film in watched if film.type == "movie" and film.tmdb_id)
    other = next(f for f in backlot.dataset.films if f.tmdb_id and f.type == "movie" and f not in watched)
    assert almanac("film", "set-tmdb", film.slug, f"movie/{other.tmdb_id}").returncode == 0
    assert almanac("enrich").returncode == 0
    row = text("SELECT tmdb_id, identified_by, original_title FROM films WHERE slug = :slug")
    with command_database.connect() as connection:
        assert connection.execute(row, {"slug": film.slug}).one() == (other.tmdb_id, "manual", other.original_title)
    run(command_database, "UPDATE film_metadata_sync SET status = 'pending' WHERE kind = 'identity'")
    assert almanac("enrich").returncode == 0
    with command_database.connect() as connection:
        assert connection.execute(row, {"slug": film.slug}).one().tmdb_id == other.tmdb_id


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("film", "set-tmdb", "no-such-film", "movie/1"), "no-such-film"),
        (("enrich", "no such cohort"), "no such cohort"),
    ],
)
def test_what_is_unknown_is_named(almanac, arguments, said):
    assert said in one_line(almanac(*arguments))


def test_a_title_is_movie_or_tv(almanac):
    assert "film/1" in one_line(almanac("film", "set-tmdb", "heat", "film/1"), 2)
