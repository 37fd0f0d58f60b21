"""What a member takes back goes, and what others told since stays."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from schema.store import (
    accounts,
    consents,
    feeds,
    films,
    imports,
    listings,
    members,
    reactions,
    syncs,
    vectors,
)
from schema.store.films import Identity
from schema.store.reactions import Reaction

T0 = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def ada(connection):
    return members.upsert(connection, {"ada": None})["ada"]


@pytest.fixture
def f(connection):
    return films.resolve(connection, [Identity(f"f{n}", n, f"F{n}", 2001) for n in range(1, 6)])


def exported(connection, member, *told, at=T0):
    batch = [Reaction(member, *each) for each in told]
    imports.take(connection, member, batch, reactions.FACETS, observed_at=at)
    consents.give(connection, member, "export", detail={"exported_at": at.isoformat()})


def crawled(connection, member, kind, facets, *told, at):
    batch = [Reaction(member, *each) for each in told]
    reactions.upsert(connection, batch, facets, source="crawl", observed_at=at)
    listings.record(connection, 1, member, kind, observed_at=at, found=len(told))


def rows(connection):
    return connection.execute(
        text("SELECT film_id, rating, liked, watched, favorite, source FROM ratings ORDER BY 1")
    ).all()


def packed_truly(connection, member):
    before = connection.execute(text("SELECT film_ids, ratings, flags FROM member_vectors")).one()
    vectors.rewrite(connection, [member])
    return before == connection.execute(text("SELECT film_ids, ratings, flags FROM member_vectors")).one()


def test_everything_an_export_told_goes_with_its_history(connection, ada, f):
    exported(connection, ada, (f[0], 8, True, True, True), (f[1], None, False, False, True))
    exported(connection, ada, (f[0], 9, False, False, True), at=T0 + DAY)
    assert consents.withdraw(connection, ada, "export") > 0
    assert rows(connection) == []
    assert connection.execute(text("SELECT count(*) FROM rating_events")).scalar() == 0
    assert connection.execute(text("SELECT count(*) FROM listings")).scalar() == 0
    given = connection.execute(text("SELECT withdrawn_at IS NOT NULL, detail FROM consents")).all()
    assert given == [(True, {}), (True, {})]
    assert packed_truly(connection, ada)


def test_what_a_crawl_has_confirmed_since_stays_in_its_name(connection, ada, f):
    exported(connection, ada, (f[0], 8, False, True, True), (f[1], None, False, False, True), (f[2], None, True))
    crawled(connection, ada, "rated", ("rating", "liked"), (f[0], 8), at=T0 + DAY)
    consents.withdraw(connection, ada, "export")
    assert rows(connection) == [(f[0], 8, False, False, False, "crawl")]


def test_an_export_that_agrees_with_a_crawl_does_not_take_its_place(connection, ada, f):
    crawled(connection, ada, "rated", ("rating", "liked"), (f[0], 8), at=T0)
    exported(connection, ada, (f[0], 8, False, False, True), at=T0 + DAY)
    assert rows(connection) == [(f[0], 8, False, True, False, "crawl")]
    consents.withdraw(connection, ada, "export")
    assert rows(connection) == [(f[0], 8, False, False, False, "crawl")]


def test_a_favourite_is_its_own_source(connection, ada, f):
    crawled(connection, ada, "rated", ("rating", "liked"), (f[0], 8), at=T0 + DAY)
    exported(connection, ada, (f[0], 8, False, True), at=T0)  # too old for the rating, not for the favourite
    assert rows(connection) == [(f[0], 8, False, False, True, "crawl")]
    consents.withdraw(connection, ada, "export")
    assert rows(connection) == [(f[0], 8, False, False, False, "crawl")]


def test_dates_that_only_an_export_told_go_with_it(connection, ada, f):
    crawled(connection, ada, "rated", ("rating", "liked"), (f[0], 8), at=T0)
    told = Reaction(ada, f[0], 8, rated_at=date(2025, 1, 1), diary_entry_url="https://boxd.it/1")
    imports.take(connection, ada, [told], ("rating", "liked"), observed_at=T0 + DAY)
    dates = text("SELECT source, rated_at::text, diary_entry_url FROM ratings")
    assert connection.execute(dates).one() == ("crawl", "2025-01-01", "https://boxd.it/1")
    consents.withdraw(connection, ada, "export")
    assert connection.execute(dates).one() == ("crawl", None, None)


def entry(film, rating, day):
    identity = Identity(film, None, film.upper(), 2001)
    return feeds.Entry(
        day, identity, T0 + day * DAY, rating, None, False, None, f"https://letterboxd.com/ada/film/{film}/"
    )


def test_withdrawing_the_feed_keeps_the_export_and_the_other_way_round(connection, ada, f):
    consents.give(connection, ada, "rss")
    exported(connection, ada, (f[0], 8), (f[1], 6))
    feeds.tell(connection, ada, [entry("f1", 3, 1), entry("f3", 7, 2)], T0 + 9 * DAY)
    with connection.begin_nested() as trial:
        consents.withdraw(connection, ada, "rss")
        assert [row[:2] for row in rows(connection)] == [(f[1], 6)]
        assert connection.execute(text("SELECT count(*) FROM feed_items")).scalar() == 0
        exported(connection, ada, (f[0], 8), (f[1], 6))  # what the feed had overwritten, an import tells again
        assert [row[:2] for row in rows(connection)] == [(f[0], 8), (f[1], 6)]
        trial.rollback()
    consents.withdraw(connection, ada, "export")
    assert [(row[0], row[1], row[5]) for row in rows(connection)] == [(f[0], 3, "rss"), (f[2], 7, "rss")]
    assert packed_truly(connection, ada)


def test_other_members_are_left_alone(connection, ada, f):
    bo = members.upsert(connection, {"bo": None})["bo"]
    exported(connection, ada, (f[0], 8))
    exported(connection, bo, (f[0], 4))
    consents.withdraw(connection, ada, "export")
    assert connection.execute(text("SELECT member_id, rating FROM ratings")).all() == [(bo, 4)]


def test_what_waits_to_be_imported_is_withdrawn_too(connection, ada):
    account = accounts.create(connection, "ada@example.org")
    run = syncs.open_import(connection, account, ada, "upload", "")
    consents.withdraw(connection, ada, "export")
    assert connection.execute(text("SELECT id, status, error FROM sync_runs")).all() == [
        (run, "failed", "withdrawn by the member")
    ]
    assert syncs.uploads_awaited(connection) == set()
