"""Films that are renamed, merged or deleted, at Letterboxd or at TMDB: said, and no reaction is lost."""

import pytest
from sqlalchemy import text

from fixtures.backlot.testing import running
from tests.crawler.crawls import crawl, stored


@pytest.fixture
def backlot():
    """One of its own: what happens to its films would trouble other tests."""
    with running(weight="light") as backlot:
        yield backlot


def entry(database, slug, kind):
    with database.connect() as connection:
        return connection.execute(
            text(
                "SELECT q.status, q.error, f.tmdb_type, f.tmdb_id FROM film_metadata_sync q"
                " JOIN films f ON f.id = q.film_id JOIN film_slugs s ON s.film_id = f.id"
                " WHERE s.slug = :slug AND q.kind = :kind"
            ),
            {"slug": slug, "kind": kind},
        ).one()


def due_again(database):
    with database.begin() as connection:
        connection.execute(text("UPDATE tmdb_payloads SET expires_at = now()"))
        connection.execute(text("UPDATE film_metadata_sync SET next_attempt_at = now()"))


def test_what_moves_upstream_is_followed_or_named_and_no_reaction_is_lost(backlot, environment, database):
    crawl(environment, "rated", "username=ada")
    crawl(environment, "film", "due=1000")
    crawl(environment, "tmdb", "due=1000")
    films = [backlot.dataset.films[backlot.dataset.by_slug[slug]] for slug in backlot.state("ada")["ratings"]]
    moved, gone, renamed, merged, into, deleted, *_ = [film for film in films if film.tmdb_id and film.type == "movie"]
    old, before = moved.tmdb_id, stored(database, "ada")
    gone_id, slug = gone.tmdb_id, renamed.slug
    backlot.control("renumber", slug=moved.slug, tmdb_id=1_999_999, redirect=True)
    backlot.control("renumber", slug=gone.slug, tmdb_id=None)
    backlot.control("rename", slug=slug, to=f"{slug}-again")
    backlot.control("retire", slug=merged.slug, into=into.slug)
    backlot.control("retire", slug=deleted.slug)

    due_again(database)
    log = crawl(environment, "tmdb", "due=1000")[2]
    assert f"merged movie/{old} into movie/1999999" in log
    assert f"TMDB has no movie/{gone_id}" in log
    assert entry(database, moved.slug, "tmdb") == ("fetched", None, "movie", 1_999_999)
    status, why, *title = entry(database, gone.slug, "identity")
    assert (status, title) == ("absent", ["movie", gone_id])
    assert "missing page" in why

    with database.begin() as connection:
        connection.execute(
            text("UPDATE film_metadata_sync SET status = 'pending', asked = '{}' WHERE kind = 'identity'")
        )
    due_again(database)
    log = crawl(environment, "film", "due=1000")[2]
    assert f"{merged.slug} now leads to" in log
    assert entry(database, merged.slug, "identity").status == "absent"
    assert entry(database, deleted.slug, "identity").status == "absent"
    assert entry(database, gone.slug, "identity")[2:] == (None, None)  # the page says that it has none
    assert entry(database, slug, "identity") == entry(database, f"{slug}-again", "identity")
    after = stored(database, "ada")
    assert {f"{slug}-again" if name == slug else name: told for name, told in before.items()} == after
