"""What title and year alone had made one film is two again when a page says so; each keeps what was told of it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from schema.store import cohorts, consents, feeds, films, identities, imports, listings, members, reactions, vectors
from schema.store.films import Identity
from schema.store.reactions import Reaction

T0 = datetime(2026, 1, 1, tzinfo=UTC)
LATER = T0 + timedelta(days=1)
# Two films of one title and year. An export knows the first by number, a feed or a page the second by slug.
NUMBER = Identity(None, 7, "Alone", 2020)
SLUG = Identity("alone-2020", None, "Alone", 2020)
TRUE_NUMBER = Identity("alone", 7, "Alone", 2020)
TRUE_SLUG = Identity("alone-2020", 8, "Alone", 2020)


def resolve(connection, *identities):
    return films.resolve(connection, identities)


@pytest.fixture(params=[(NUMBER, SLUG), (SLUG, NUMBER)], ids=["number first", "slug first"])
def joined(connection, request):
    """The two as one row."""
    first, second = request.param
    (film,) = resolve(connection, first)
    assert resolve(connection, second) == [film]
    return film


@pytest.fixture
def people(connection):
    return members.upsert(connection, {"ada": None, "bo": None, "cy": None})


def export(connection, member, film, rating, *, at=T0, **told):
    consents.give(connection, member, "export", detail={"exported_at": at.isoformat()})
    reaction = Reaction(member, film, rating, watched=True, **told)
    return imports.take(connection, member, [reaction], reactions.FACETS, observed_at=at)


def crawl(connection, member, film, rating, *, liked=False, at=T0):
    told = [Reaction(member, film, rating, liked)]
    reactions.upsert(connection, told, ("rating", "liked"), source="crawl", observed_at=at)
    listings.record(connection, 5, member, "rated", observed_at=at, found=1)


def stored(connection):
    """(rating, liked, favorite, source) by member and name of the film."""
    rows = connection.execute(
        text(
            "SELECT username, letterboxd_id, slug, rating, liked, favorite, source FROM ratings"
            " JOIN members m ON m.id = member_id JOIN films f ON f.id = film_id"
        )
    )
    return {(row.username, row.letterboxd_id, row.slug): tuple(row[3:]) for row in rows}


def names(connection):
    return set(connection.execute(text("SELECT letterboxd_id, slug FROM films")).all())


@pytest.mark.parametrize(
    ("page", "left"),
    [
        (TRUE_SLUG, {(7, None), (8, "alone-2020")}),
        (TRUE_NUMBER, {(7, "alone"), (None, "alone-2020")}),
    ],
    ids=["the slug has another number", "the number has another slug"],
)
def test_a_page_that_contradicts_takes_them_apart(connection, joined, people, page, left):
    export(connection, people["ada"], joined, 9, favorite=True)
    crawl(connection, people["bo"], joined, 4, liked=True)
    cohort = cohorts.create(connection, "all", {"usernames": ["ada"]})
    cohorts.set_members(connection, cohort, list(people.values()))
    version = connection.execute(text("SELECT version FROM cohorts")).scalar()
    resolve(connection, page)
    assert names(connection) == left
    told = {(member, number or slug): row for (member, number, slug), row in stored(connection).items()}
    second = 8 if page is TRUE_SLUG else "alone-2020"
    assert told == {("ada", 7): (9, False, True, "export"), ("bo", second): (4, True, False, "crawl")}
    assert vectors.wrong(connection, list(people.values())) == []
    assert connection.execute(text("SELECT version FROM cohorts")).scalar() > version
    log = connection.execute(text("SELECT guessed, undone_at IS NOT NULL FROM film_merges")).all()
    assert log == [(True, True)]
    queue = connection.execute(text("SELECT error FROM film_metadata_sync WHERE kind = 'identity'")).scalars()
    assert all("title and year" in error for error in queue)


def test_they_stay_apart(connection, joined):
    resolve(connection, TRUE_SLUG)
    both = resolve(connection, NUMBER, SLUG)
    assert len(set(both)) == 2
    assert resolve(connection, TRUE_NUMBER, TRUE_SLUG, NUMBER, SLUG) == both * 2
    assert names(connection) == {(7, "alone"), (8, "alone-2020")}


def test_in_one_batch_with_the_page_that_contradicts(connection):
    (film,) = resolve(connection, SLUG)
    number, slug, true = resolve(connection, NUMBER, SLUG, TRUE_SLUG)
    assert slug == true == film != number


def test_both_pages_in_one_batch(connection, joined, people):
    export(connection, people["ada"], joined, 9)
    one, two = resolve(connection, TRUE_NUMBER, TRUE_SLUG)
    assert one != two
    assert stored(connection) == {("ada", 7, "alone"): (9, False, False, "export")}


def test_a_page_that_confirms_makes_it_certain(connection, joined, people):
    export(connection, people["ada"], joined, 9)
    assert resolve(connection, Identity("alone-2020", 7, "Alone", 2020)) == [joined]
    # From now on another number under the slug means that the slug has moved.
    resolve(connection, TRUE_SLUG)
    assert stored(connection) == {("ada", 7, None): (9, False, False, "export")}
    assert connection.execute(text("SELECT count(*) FROM film_merges WHERE undone_at IS NOT NULL")).scalar() == 0


def test_the_slug_leads_to_another_film(connection, joined, people):
    export(connection, people["ada"], joined, 9)
    crawl(connection, people["bo"], joined, 4)
    (other,) = resolve(connection, Identity("alone-again", 8, "Alone", 2020))
    films.led(connection, "alone-2020", other)
    assert stored(connection) == {
        ("ada", 7, None): (9, False, False, "export"),
        ("bo", 8, "alone-again"): (4, False, False, "crawl"),
    }
    assert resolve(connection, SLUG) == [other]


def test_where_one_reaction_had_overwritten_the_other_both_are_told_again(connection, joined, people):
    ada = people["ada"]
    export(connection, ada, joined, 9)
    crawl(connection, ada, joined, 4, at=LATER)
    resolve(connection, TRUE_SLUG)
    assert stored(connection) == {("ada", 8, "alone-2020"): (4, False, False, "crawl")}
    (number,) = resolve(connection, NUMBER)
    assert export(connection, ada, number, 9).older == ()  # though the crawl was later
    assert stored(connection)["ada", 7, None] == (9, False, False, "export")
    assert stored(connection)["ada", 8, "alone-2020"] == (4, False, False, "crawl")


def test_a_feed_that_the_export_had_overtaken_tells_it_again(connection, joined, people):
    ada = people["ada"]
    consents.give(connection, ada, "rss")
    feeds.claim(connection, None, T0, timedelta(hours=1))
    feeds.keep_validators(connection, ada, "tag", None)
    entry = feeds.Entry(1, SLUG, T0, 4, True, False, None, "https://letterboxd.com/ada/film/alone-2020/")
    feeds.tell(connection, ada, [entry], T0)
    export(connection, ada, joined, 9, at=LATER)
    resolve(connection, TRUE_SLUG)
    assert stored(connection) == {("ada", 7, None): (9, False, False, "export")}
    (due,) = feeds.claim(connection, None, LATER, timedelta(hours=1))
    assert due.etag is None
    feeds.tell(connection, ada, [entry], LATER)
    assert stored(connection)["ada", 8, "alone-2020"] == (4, True, False, "rss")


def test_history_goes_with_the_film_it_is_about(connection, joined, people):
    ada, bo = people["ada"], people["bo"]
    export(connection, ada, joined, 9)
    export(connection, ada, joined, 8, at=LATER)
    crawl(connection, bo, joined, 4)
    crawl(connection, bo, joined, 5, at=LATER)
    resolve(connection, TRUE_SLUG)
    events = connection.execute(
        text("SELECT letterboxd_id, after FROM rating_events e JOIN films f ON f.id = film_id WHERE facet = 'rating'")
    )
    assert set(events) == {(7, 8), (8, 4), (8, 5)}


def test_what_a_search_by_title_proposed_is_open_again(connection, joined):
    identities.identify(connection, joined, tmdb_type="movie", tmdb_id=949, found_by="search")
    resolve(connection, TRUE_NUMBER)
    (slug,) = resolve(connection, SLUG)
    status, candidates = connection.execute(
        text("SELECT status, candidates FROM film_metadata_sync WHERE kind = 'identity' AND film_id = :f"), {"f": slug}
    ).one()
    assert status == "pending" and candidates[0]["tmdb"] == "movie/949"
    assert connection.execute(text("SELECT count(*) FROM films WHERE tmdb_id IS NOT NULL")).scalar() == 0


def test_the_same_tmdb_id_is_no_guess(connection):
    (film,) = resolve(connection, NUMBER)
    identities.identify(connection, film, tmdb_type="movie", tmdb_id=949, found_by="page")
    assert resolve(connection, Identity("alone-2020", None, "Alone", 2020, ("movie", 949))) == [film]
    assert connection.execute(text("SELECT guessed, reason FROM film_merges")).all() == [(False, "same TMDB id")]
