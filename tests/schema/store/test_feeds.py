"""A feed adds what is new in it, never goes back in time, and says when something was missed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from schema.store import consents, feeds, films, imports, listings, members, reactions
from schema.store.feeds import Entry
from schema.store.films import Identity
from schema.store.reactions import Reaction

T0 = datetime(2026, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
NOW = T0 + timedelta(days=300)


@pytest.fixture
def ada(connection):
    member = members.upsert(connection, {"ada": None})["ada"]
    consents.give(connection, member, "rss")
    return member


def entry(number, rating=None, liked=None, *, day=0, entry_id=None, slug=None):
    published = T0 + timedelta(days=day)
    return Entry(
        entry_id=entry_id or 1000 + number,
        film=Identity(slug or f"f{number}", None, f"F{number}", 2001),
        published=published,
        rating=rating,
        liked=liked,
        rewatch=False,
        watched_date=date(2025, 12, 31),
        link=f"https://letterboxd.com/ada/film/f{number}/",
    )


def stored(connection):
    return {
        row.slug: tuple(row[1:])
        for row in connection.execute(
            text(
                "SELECT slug, rating, liked, watched, r.source, rated_at::text FROM ratings r"
                " JOIN films f ON f.id = r.film_id ORDER BY slug"
            )
        )
    }


def facets(connection):
    return {slug: row[:3] for slug, row in stored(connection).items()}


def crawled(connection, member, told, at, kind="rated"):
    slugs = list(told)
    found = films.resolve(connection, [Identity(slug, None, slug.upper(), 2001) for slug in slugs])
    batch = [Reaction(member, film, *told[slug]) for film, slug in zip(found, slugs, strict=True)]
    reactions.upsert(connection, batch, ("rating", "liked"), source="crawl", observed_at=at, record=False)
    listings.record(connection, 1, member, kind, observed_at=at, found=len(told))


def test_ratings_likes_and_films_watched(connection, ada):
    missed = feeds.tell(connection, ada, [entry(1, 9, True, day=2), entry(2, liked=False), entry(3, 4)], NOW)
    assert missed is None
    assert stored(connection) == {
        "f1": (9, True, True, "rss", "2026-01-03"),
        "f2": (None, False, True, "rss", None),
        "f3": (4, False, True, "rss", "2026-01-01"),
    }
    assert connection.execute(text("SELECT count(*) FROM rating_events")).scalar() == 0  # a baseline


def test_the_same_feed_again_writes_nothing(connection, ada):
    window = [entry(n, n % 10 + 1, day=n) for n in range(20)]
    feeds.tell(connection, ada, window, NOW)
    before = connection.execute(text("SELECT ctid, * FROM ratings ORDER BY 1")).all()
    feeds.tell(connection, ada, window, NOW + HOUR)
    assert connection.execute(text("SELECT ctid, * FROM ratings ORDER BY 1")).all() == before
    assert connection.execute(text("SELECT count(*) FROM feed_items")).scalar() == 20


def test_of_two_entries_for_a_film_the_later_counts(connection, ada):
    window = [entry(1, 3, day=5, entry_id=2), entry(1, 8, day=1, entry_id=1), entry(1, day=9, entry_id=3)]
    feeds.tell(connection, ada, window, NOW)
    assert facets(connection) == {"f1": (3, False, True)}


def test_an_entry_older_than_the_last_complete_reading_tells_nothing(connection, ada):
    crawled(connection, ada, {"f1": (8, True)}, T0 + timedelta(days=10))
    feeds.tell(connection, ada, [entry(1, 2, False, day=9), entry(2, 5, day=9), entry(3, 6, day=11)], NOW)
    assert facets(connection) == {"f1": (8, True, False), "f3": (6, False, True)}


def test_an_entry_that_was_edited_counts_from_when_it_was_seen(connection, ada):
    feeds.tell(connection, ada, [entry(1, 8, day=1)], T0 + timedelta(days=2))
    crawled(connection, ada, {"f1": (8, False)}, T0 + timedelta(days=10))
    feeds.tell(connection, ada, [entry(1, 8, day=1)], T0 + timedelta(days=11))
    assert facets(connection)["f1"][0] == 8
    feeds.tell(connection, ada, [entry(1, 3, day=1)], T0 + timedelta(days=12))
    assert facets(connection)["f1"][0] == 3
    change = connection.execute(text("SELECT before, after FROM rating_events WHERE facet = 'rating'")).all()
    assert change == [(8, 3)]


def test_a_feed_that_begins_to_tell_likes_has_changed_nothing(connection, ada):
    feeds.tell(connection, ada, [entry(1, 8, day=1)], T0 + timedelta(days=2))
    crawled(connection, ada, {"f1": (9, True)}, T0 + timedelta(days=10))
    feeds.tell(connection, ada, [entry(1, 8, False, day=1)], T0 + timedelta(days=12))
    assert facets(connection) == {"f1": (9, True, True)}


def test_a_review_added_to_an_entry_is_the_same_entry(connection, ada):
    """The guid's prefix flips, the number stays."""
    feeds.tell(connection, ada, [entry(1, 8, day=1)], NOW)
    link = "https://letterboxd.com/ada/film/f1/1/"
    feeds.tell(connection, ada, [replace(entry(1, 8, day=1), link=link)], NOW + HOUR)
    assert connection.execute(text("SELECT link FROM feed_items")).scalars().all() == [link]


def test_what_the_feed_does_not_tell_stays(connection, ada):
    crawled(connection, ada, {"f1": (8, True), "f2": (6, True)}, T0)
    feeds.tell(connection, ada, [entry(1, 9, day=1), entry(2, liked=False, day=1)], NOW)
    assert facets(connection) == {"f1": (9, True, True), "f2": (6, False, True)}


def test_no_overlap_with_what_is_stored_asks_for_an_export(connection, ada):
    first = [entry(n, 5, day=n) for n in range(feeds.WINDOW)]
    assert feeds.tell(connection, ada, first, NOW) is None  # nothing was known, so nothing is missing in between
    later = [entry(n, 5, day=n) for n in range(100, 100 + feeds.WINDOW)]
    assert "almanac import" in feeds.tell(connection, ada, later, NOW)
    assert feeds.tell(connection, ada, later[1:] + [entry(200, 5, day=200)], NOW) is None
    assert len(facets(connection)) == 2 * feeds.WINDOW + 1  # what it does show is stored all the same


def test_a_feed_that_reaches_back_to_a_complete_reading_misses_nothing(connection, ada):
    imports.take(connection, ada, [], {"rating"}, observed_at=T0 + timedelta(days=105))
    window = [entry(n, 5, day=n) for n in range(100, 100 + feeds.WINDOW)]
    assert feeds.tell(connection, ada, window, NOW) is None


def test_a_feed_that_is_not_full_shows_everything(connection, ada):
    feeds.tell(connection, ada, [entry(1, 5)], NOW)
    assert feeds.tell(connection, ada, [entry(2, 5, day=100)], NOW) is None


def test_films_get_their_tmdb_id_and_number_from_the_feed(connection, ada):
    film = Identity("heat-1995", 7, "Heat", 1995, ("movie", 949))
    feeds.tell(connection, ada, [replace(entry(1, 8), film=film)], NOW)
    assert connection.execute(text("SELECT slug, letterboxd_id, tmdb_type, tmdb_id FROM films")).all() == [
        ("heat-1995", 7, "movie", 949)
    ]
    queue = connection.execute(text("SELECT kind, status FROM film_metadata_sync ORDER BY 1")).all()
    assert queue == [("histogram", "pending"), ("identity", "fetched"), ("tmdb", "pending")]


def test_a_posters_number_never_overrules_a_page(connection, ada):
    (film,) = films.resolve(connection, [Identity("heat-1995", 7, "Heat", 1995)])
    feeds.tell(connection, ada, [replace(entry(1, 8), film=Identity("heat-1995", 6, "Heat", 1995))], NOW)
    assert connection.execute(text("SELECT film_id FROM ratings")).scalar() == film
    assert connection.execute(text("SELECT letterboxd_id FROM films")).scalars().all() == [7]


def test_a_posters_number_decides_about_a_guess(connection, ada):
    """An export's film was taken for the feed's by title and year; the poster in a later entry has another number."""
    (exported,) = films.resolve(connection, [Identity(None, 7, "Heat", 1995)])
    reactions.upsert(connection, [Reaction(ada, exported, 6)], ("rating",), source="export", observed_at=T0)
    bare = replace(entry(1, 8, day=1), film=Identity("heat-1995", None, "Heat", 1995))
    feeds.tell(connection, ada, [bare], NOW)
    assert connection.execute(text("SELECT letterboxd_id, slug FROM films")).all() == [(7, "heat-1995")]
    shown = replace(entry(2, 9, day=2), film=Identity("heat-1995", 8, "Heat", 1995))
    feeds.tell(connection, ada, [bare, shown], NOW)
    told = connection.execute(text("SELECT letterboxd_id, slug FROM films ORDER BY 1")).all()
    assert told == [(7, None), (8, "heat-1995")]
    assert facets(connection)["heat-1995"][0] == 9


def test_only_feeds_of_members_who_opted_in_are_due_and_none_twice_within_the_interval(connection, ada):
    members.upsert(connection, {"bo": None})
    assert [due.username for due in feeds.claim(connection, None, NOW, HOUR)] == ["ada"]
    assert feeds.claim(connection, None, NOW + HOUR / 2, HOUR) == []
    feeds.keep_validators(connection, ada, '"e"', "Sat, 01 Jan 2000 00:00:00 GMT")
    assert feeds.claim(connection, ["ada", "bo"], NOW + HOUR, HOUR) == [
        feeds.Due("ada", '"e"', "Sat, 01 Jan 2000 00:00:00 GMT")
    ]
    consents.withdraw(connection, ada, "rss")
    assert feeds.claim(connection, None, NOW + 9 * HOUR, HOUR) == []
    assert feeds.opted_in(connection) == []


@pytest.mark.parametrize(("oldest", "entries", "enough"), [(-1, 50, True), (1, 50, False), (1, 49, True)])
def test_a_feed_tells_all_that_is_new_when_it_goes_back_to_what_is_known(connection, ada, oldest, entries, enough):
    listings.record(connection, None, ada, "rated", observed_at=T0, found=0)
    published = [T0 + timedelta(days=oldest + number) for number in range(entries)]
    assert feeds.reaches_back(connection, "ada", published) is enough
    feeds.claim(connection, ["ada"], NOW, HOUR)
    found = [replace(entry(number), published=moment) for number, moment in enumerate(published)]
    feeds.tell(connection, ada, found, NOW)
    assert feeds.reaches_back(connection, "ada") is enough


def test_a_feed_asked_for_in_vain_has_not_been_read_lately(connection, ada):
    assert feeds.last_read(connection, "ada") is None
    feeds.claim(connection, ["ada"], NOW, HOUR)
    assert feeds.last_read(connection, "ada") is None
    feeds.read(connection, 1, ada, observed_at=NOW, found=0)
    assert feeds.last_read(connection, "ada") == NOW
    feeds.claim(connection, ["ada"], NOW + HOUR, HOUR)
    assert feeds.last_read(connection, "ada") is None


def test_a_crawl_may_read_the_feed_of_whoever_has_not_opted_out(connection, ada):
    members.upsert(connection, {"bob": None, "cat": None})
    both = ["ada", "bob"]
    assert [due.username for due in feeds.claim(connection, both, NOW, HOUR)] == ["ada"]
    assert [due.username for due in feeds.claim(connection, both, NOW + HOUR, HOUR, opted_in=False)] == both
    consents.withdraw(connection, ada, "rss")
    assert [due.username for due in feeds.claim(connection, both, NOW + 2 * HOUR, HOUR, opted_in=False)] == ["bob"]
