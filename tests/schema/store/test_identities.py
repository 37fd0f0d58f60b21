"""Whom we believe about what a film is, and what stays open."""

import pytest
from sqlalchemy import text

from schema.store import facts, films, identities, metadata
from schema.store.films import Identity
from schema.store.identities import Found


@pytest.fixture
def three(connection):
    return films.resolve(connection, [Identity(slug, n, slug.title(), 2000) for n, slug in enumerate("abc", 1)])


def film(connection, film_id):
    return connection.execute(
        text("SELECT tmdb_type, tmdb_id, imdb_id, identified_by FROM films WHERE id = :id"), {"id": film_id}
    ).one()


def entry(connection, film_id, kind="identity"):
    return connection.execute(
        text("SELECT * FROM film_metadata_sync WHERE film_id = :id AND kind = :kind"), {"id": film_id, "kind": kind}
    ).one_or_none()


def said(connection, film_id, by, number=10, imdb=None):
    return identities.identify(
        connection, film_id, tmdb_type="movie" if number else None, tmdb_id=number, imdb_id=imdb, found_by=by
    )


def test_an_identity_is_recorded_with_its_source_and_queues_the_facts(connection, three):
    assert said(connection, three[0], "page", imdb="tt0000010")
    assert film(connection, three[0]) == ("movie", 10, "tt0000010", "page")
    assert entry(connection, three[0]).status == "fetched"
    assert entry(connection, three[0], "tmdb").status == "pending"


@pytest.mark.parametrize(
    ("first", "second", "believed"),
    [
        ("wikidata", "page", "page"),
        ("search", "feed", "feed"),
        ("page", "wikidata", "page"),
        ("page", "feed", "page"),
        ("feed", "page", "page"),
        ("manual", "page", "manual"),
        ("page", "manual", "manual"),
        ("manual", "manual", "manual"),
    ],
)
def test_the_more_trusted_source_is_believed(connection, three, first, second, believed):
    said(connection, three[0], first, 10)
    changed = said(connection, three[0], second, 20)
    assert changed == (film(connection, three[0]).tmdb_id == 20) == (first != believed or first == second)
    assert film(connection, three[0]).identified_by == believed


def test_a_new_identity_forgets_the_facts_of_the_old_one(connection, three):
    said(connection, three[0], "wikidata", 10, "tt0000010")
    facts.describe(
        connection,
        three[0],
        facts.Facts("Ten", None, 1999, 90, "x.jpg", "tt0000010", None, ["Drama"], [], [], [("director", 5, "Five", 0)]),
    )
    said(connection, three[0], "page", 20)
    row = connection.execute(
        text("SELECT original_title, imdb_id, genres, primary_director FROM films WHERE id = :id"), {"id": three[0]}
    ).one()
    assert row == (None, None, [], None)
    assert connection.execute(text("SELECT count(*) FROM film_credits")).scalar() == 0
    assert entry(connection, three[0], "tmdb").status == "pending"


def test_no_title_is_a_known_absence(connection, three):
    said(connection, three[0], "page", None)
    assert film(connection, three[0]) == (None, None, None, "page")
    assert entry(connection, three[0]).status == "absent"
    assert entry(connection, three[0], "tmdb") is None


def test_two_films_proposed_for_one_title_are_kept_aside(connection, three):
    a, b, c = three
    found = [Found(a, "movie", 10), Found(b, "movie", 10), Found(c, "tv", 10)]
    assert identities.identify_all(connection, found, "wikidata") == {c}
    assert film(connection, a).tmdb_id is film(connection, b).tmdb_id is None
    assert [each["tmdb"] for each in entry(connection, a).candidates] == ["movie/10"]
    assert entry(connection, a).asked == ["wikidata"]
    assert said(connection, a, "page", 11) and not said(connection, b, "search", 11)


def test_a_certain_film_puts_the_proposed_one_into_doubt(connection, three):
    a, b, _ = three
    said(connection, a, "wikidata", 10)
    said(connection, b, "page", 10)
    assert film(connection, a) == (None, None, None, None)
    assert entry(connection, a).status == "pending"
    assert f"film {b}" in entry(connection, a).candidates[0]["why"]


def test_a_rejected_identity_is_not_proposed_by_its_source_again(connection, three):
    said(connection, three[0], "wikidata", 10)
    identities.reject(connection, three[0], "wikidata", "it is another")
    identities.reject(connection, three[0], "wikidata", "it is another")  # delivered twice
    assert film(connection, three[0]).tmdb_id is None
    assert three[0] not in metadata.due_ids(connection, "wikidata")
    assert three[0] in metadata.due_ids(connection, "search")
    (candidate,) = entry(connection, three[0]).candidates
    assert candidate == {"source": "wikidata", "tmdb": "movie/10", "why": "it is another"}
    said(connection, three[0], "page", 10)
    identities.reject(connection, three[0], "wikidata", "late")
    assert film(connection, three[0]).tmdb_id == 10


def test_a_merged_title_takes_its_films_along(connection, three):
    said(connection, three[0], "manual", 10)
    identities.move(connection, ("movie", 10), ("movie", 30))
    assert film(connection, three[0]) == ("movie", 30, None, "manual")
