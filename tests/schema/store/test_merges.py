"""Films met under several names become one row, without losing a reaction and without a guess."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from schema.models import Base
from schema.store import (
    cohorts,
    facts,
    films,
    identities,
    listings,
    matching,
    members,
    merges,
    reactions,
    runs,
    vectors,
)
from schema.store.films import Identity
from schema.store.reactions import Reaction

T0 = datetime(2026, 1, 1, tzinfo=UTC)
LATER = T0 + timedelta(days=1)
BY_NUMBER = Identity(None, 7, "Heat", 1995)
BY_SLUG = Identity("heat-1995", None, "Heat", 1995)
BOTH = Identity("heat-1995", 7, "Heat", 1995)


def resolve(connection, *identities):
    return films.resolve(connection, identities)


def num_films(connection):
    return connection.execute(text("SELECT count(*) FROM films")).scalar()


def rate(connection, member, film, rating, *, liked=False, source="crawl", at=T0):
    reactions.upsert(
        connection, [Reaction(member, film, rating, liked)], ("rating", "liked"), source=source, observed_at=at
    )


def row(connection, member):
    return connection.execute(
        text("SELECT film_id, rating, liked, favorite, source FROM ratings WHERE member_id = :m"), {"m": member}
    ).one()


@pytest.mark.parametrize("first", [BY_NUMBER, BY_SLUG])
def test_number_and_slug_of_one_title_and_year_are_one_film(connection, first):
    second = BY_SLUG if first is BY_NUMBER else BY_NUMBER
    assert resolve(connection, first) == resolve(connection, second) == resolve(connection, BOTH)
    assert connection.execute(text("SELECT letterboxd_id, slug FROM films")).all() == [(7, "heat-1995")]
    assert connection.execute(text("SELECT gone_id, reason FROM film_merges")).all() == [(None, "title and year")]


@pytest.mark.parametrize(
    "other",
    [
        Identity("heat-1995", None, "Heat", 1996),
        Identity("heat-1995", None, "Heat", None),
        Identity("heat-1995", None, "HEAT", 1995),
    ],
)
def test_less_than_title_and_year_is_no_evidence(connection, other):
    assert resolve(connection, BY_NUMBER) != resolve(connection, other)


def test_two_films_of_one_title_and_year_are_left_open_and_queued(connection):
    resolve(connection, Identity(None, 1, "Alone", 2020), Identity(None, 2, "Alone", 2020))
    (open_one,) = resolve(connection, Identity("alone-2020-1", None, "Alone", 2020))
    assert num_films(connection) == 3
    status, error = connection.execute(
        text("SELECT status, error FROM film_metadata_sync WHERE film_id = :f AND kind = 'identity'"), {"f": open_one}
    ).one()
    assert status == "pending" and "several films" in error


def test_a_slug_with_a_number_of_its_own_says_that_there_are_others(connection):
    (known,) = resolve(connection, Identity(None, 1, "Alone", 2020))
    assert resolve(connection, Identity("alone-2020-1", None, "Alone", 2020)) != [known]
    (other,) = resolve(connection, Identity(None, 2, "Apollo 13", 1995))
    assert resolve(connection, Identity("apollo-13", None, "Apollo 13", 1995)) == [other]


def test_two_of_a_batch_cannot_both_be_the_one_that_fits(connection):
    (known,) = resolve(connection, Identity("alone-2020", None, "Alone", 2020))
    found = resolve(connection, Identity(None, 1, "Alone", 2020), Identity(None, 2, "Alone", 2020))
    assert known not in found and len(set(found)) == 2


def test_another_tmdb_id_is_another_film_whatever_it_is_called(connection):
    (known,) = resolve(connection, BY_NUMBER)
    identities.identify(connection, known, tmdb_type="movie", tmdb_id=949, found_by="page")
    (other,) = resolve(connection, Identity("heat-1995-1", None, "Heat", 1995, ("movie", 1)))
    assert other != known
    (same,) = resolve(connection, Identity("heat-1995", None, "Heat (uncut)", 1996, ("movie", 949)))
    assert same == known


def test_a_series_and_a_film_of_one_tmdb_number_are_two(connection):
    (known,) = resolve(connection, BY_NUMBER)
    identities.identify(connection, known, tmdb_type="movie", tmdb_id=949, found_by="page")
    assert resolve(connection, Identity("heat-the-series", None, "Heat", 1988, ("tv", 949))) != [known]


@pytest.fixture
def apart(connection):
    """One film as two rows, with a namesake that forbids to match them by title, and three members."""
    number, _ = resolve(connection, BY_NUMBER, Identity(None, 8, "Heat", 1995))
    (slug,) = resolve(connection, BY_SLUG)
    assert slug != number
    ids = members.upsert(connection, {"ada": None, "bo": None, "cy": None})
    return number, slug, ids


def test_a_tile_that_shows_both_merges_and_the_newest_reaction_wins(connection, apart):
    number, slug, ids = apart
    rate(connection, ids["ada"], number, 8, source="export", at=T0)
    rate(connection, ids["ada"], slug, 9, source="crawl", at=LATER)
    rate(connection, ids["bo"], number, 3, liked=True, source="export", at=LATER)
    rate(connection, ids["bo"], slug, 4, source="crawl", at=T0)
    rate(connection, ids["cy"], slug, 5, source="rss", at=T0)
    vectors.rewrite(connection, list(ids.values()))
    cohort = cohorts.create(connection, "all", {"usernames": ["cy"]})
    cohorts.set_members(connection, cohort, [ids["cy"]])
    version = connection.execute(text("SELECT version FROM cohorts")).scalar()
    assert resolve(connection, BOTH) == [number]
    assert row(connection, ids["ada"]) == (number, 9, False, False, "crawl")
    assert row(connection, ids["bo"]) == (number, 3, True, False, "export")
    assert row(connection, ids["cy"]) == (number, 5, False, False, "rss")
    packed = dict(connection.execute(text("SELECT member_id, film_ids FROM member_vectors")).all())
    assert all(int.from_bytes(film) == number for film in packed.values())
    assert connection.execute(text("SELECT version FROM cohorts")).scalar() == version + 1
    log = connection.execute(text("SELECT kept_id, gone_id, slug FROM film_merges WHERE gone_id IS NOT NULL")).all()
    assert log == [(number, slug, "heat-1995")]
    assert connection.execute(text("SELECT letterboxd_id, slug FROM films WHERE id = :f"), {"f": number}).one() == (
        7,
        "heat-1995",
    )


def test_favourites_have_a_clock_of_their_own(connection, apart):
    number, slug, ids = apart
    rate(connection, ids["ada"], number, 8, at=LATER)
    reactions.upsert(
        connection,
        [Reaction(ids["ada"], slug, favorite=True)],
        ("favorite",),
        source="export",
        observed_at=T0,
    )
    resolve(connection, BOTH)
    assert row(connection, ids["ada"]) == (number, 8, False, True, "crawl")


def test_a_feed_entry_without_a_rating_takes_none_away(connection, apart):
    number, slug, ids = apart
    rate(connection, ids["ada"], number, 8, liked=True, source="export", at=T0)
    reactions.upsert(
        connection, [Reaction(ids["ada"], slug, watched=True)], ("watched",), source="rss", observed_at=LATER
    )
    resolve(connection, BOTH)
    assert row(connection, ids["ada"])[:3] == (number, 8, True)


def test_history_and_what_is_known_of_the_film_move_along(connection, apart):
    number, slug, ids = apart
    rate(connection, ids["ada"], slug, 5)
    facts.keep_histogram(connection, slug, [1] * 10, average=3.0, rating_count=10, fetched_at=T0)
    resolve(connection, BOTH)
    assert connection.execute(text("SELECT film_id FROM rating_events")).scalar() == number
    assert connection.execute(text("SELECT film_id FROM film_histograms")).scalar() == number
    queue = connection.execute(
        text("SELECT kind, status FROM film_metadata_sync WHERE film_id = :f ORDER BY 1"), {"f": number}
    ).all()
    assert queue == [("histogram", "fetched"), ("identity", "pending")]


def test_a_tmdb_id_learned_late_merges(connection, apart):
    number, slug, _ = apart
    identities.identify(connection, slug, tmdb_type="movie", tmdb_id=949, found_by="page")
    identities.identify(connection, number, tmdb_type="movie", tmdb_id=949, found_by="page")
    assert connection.execute(text("SELECT id, slug, tmdb_id FROM films WHERE letterboxd_id = 7")).one() == (
        number,
        "heat-1995",
        949,
    )
    assert num_films(connection) == 2


def test_two_numbers_are_never_merged_by_a_tmdb_id(connection):
    one, two = resolve(connection, Identity("a", 1, "A", 2001), Identity("b", 2, "B", 2002))
    for film in (one, two):
        identities.identify(connection, film, tmdb_type="movie", tmdb_id=5, found_by="page")
    assert matching.unite(connection, one) == one
    assert num_films(connection) == 2


def test_an_old_slug_that_leads_to_the_film_is_the_film(connection):
    (old,) = resolve(connection, Identity("heat", None, "Heat", None))
    (film,) = resolve(connection, BOTH)
    films.led(connection, "heat", film)
    assert resolve(connection, Identity("heat", None, "Heat", None)) == [film]
    assert num_films(connection) == 1 and old != film


def test_a_number_merged_away_upstream_still_finds_its_film(connection):
    gone, kept = resolve(connection, Identity(None, 1, "Heat", 1995), Identity("heat-1995", 2, "Heat", 1995))
    films.led(connection, "film:1", kept)
    assert resolve(connection, Identity(None, 1, "Heat", 1995)) == [kept]
    assert merges.follow(connection, [gone, kept]) == [kept, kept]


def test_a_slug_that_changed_hands_merges_nothing(connection):
    resolve(connection, Identity("heat", 1, "Heat", 1995))
    (other,) = resolve(connection, Identity("heat-2023", 2, "Heat", 2023))
    films.led(connection, "heat", other)
    assert num_films(connection) == 2


def test_a_page_staged_before_the_merge_finds_the_film_that_was_kept(connection, apart):
    number, slug, ids = apart
    run = runs.open_run(connection, "crawl")
    page = listings.StagedPage(ids["ada"], "rated", 1, [(slug, 9, True), (number, 9, True)], None, T0)
    listings.stage(connection, run, [page])
    resolve(connection, BOTH)
    listings.complete(connection, run, ids["ada"], "rated")
    assert row(connection, ids["ada"])[:3] == (number, 9, True)


def test_merges_follow_one_another(connection, apart):
    number, slug, ids = apart
    rate(connection, ids["ada"], slug, 6)
    (third,) = resolve(connection, Identity("third", 9, "Third", 2001))
    resolve(connection, BOTH)
    merges.merge(connection, number, third, "a test says so")
    assert merges.follow(connection, [slug, number]) == [third, third]
    assert row(connection, ids["ada"])[0] == third


def test_every_table_about_films_is_moved_or_derived_anew():
    referring = {
        table.name
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "films"
    }
    # Some have no foreign key.
    naming = {table.name for table in Base.metadata.tables.values() if "film_id" in table.columns}
    assert referring | naming == merges.MOVED | merges.DERIVED


@pytest.mark.parametrize("by_hand", [("movie", 2), (None, None)])
@pytest.mark.parametrize("corrected", ["kept", "gone"])
def test_a_correction_by_hand_holds_for_whichever_row_is_kept(connection, corrected, by_hand):
    (gone,) = resolve(connection, Identity("heat", None, "Heat", 1995))
    (kept,) = resolve(connection, Identity(None, 7, "Heat!", 1995))
    for film, said in ((gone, corrected == "gone"), (kept, corrected == "kept")):
        kind, number = by_hand if said else ("movie", 1)
        identities.identify(
            connection, film, tmdb_type=kind, tmdb_id=number, found_by="manual" if said else "feed", imdb_id=None
        )
    merges.merge(connection, gone, kept, "test")
    assert connection.execute(
        text("SELECT tmdb_type, tmdb_id, identified_by FROM films WHERE id = :kept"), {"kept": kept}
    ).one() == (*by_hand, "manual")
