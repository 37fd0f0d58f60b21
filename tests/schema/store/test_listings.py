"""A listing is staged page by page and swapped in whole."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import text

from schema.store import films, listings, members, runs
from schema.store.films import Identity
from schema.store.listings import StagedPage

T0 = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def ada(connection):
    return members.upsert(connection, {"ada": None})["ada"]


@pytest.fixture
def f(connection):
    return films.resolve(connection, [Identity(f"f{n}", n, f"F{n}", 2000) for n in range(1, 8)])


def read(connection, member, kind, pages, hours=0, run=None, finish=True):
    """Stages `pages` of (film, rating, liked) as one reading and completes it."""
    run = run or runs.open_run(connection, "crawl")
    for number, page in enumerate(pages, 1):
        following = None if number == len(pages) and finish else f"/page/{number + 1}/"
        at = T0 + timedelta(hours=hours, seconds=number)
        listings.stage(connection, run, [StagedPage(member, kind, number, page, following, at)])
    return listings.complete(connection, run, member, kind) if finish else run


def rows(connection):
    return connection.execute(text("SELECT film_id, rating, liked, favorite FROM ratings ORDER BY 1")).all()


def test_nothing_shows_before_the_last_page(connection, ada, f):
    run = read(connection, ada, "rated", [[(f[0], 8, True)]], finish=False)
    assert rows(connection) == []
    assert listings.progress(connection, run, ada, "rated") == listings.Progress(False, 1, "/page/2/", "whole")


def test_a_run_goes_on_from_its_staged_pages(connection, ada, f):
    run = read(connection, ada, "rated", [[(f[0], 8, True)]], finish=False)
    listings.stage(connection, run, [StagedPage(ada, "rated", 2, [(f[1], 3, False)], None, T0)])
    assert listings.complete(connection, run, ada, "rated") == 2
    assert rows(connection) == [(f[0], 8, True, False), (f[1], 3, False, False)]
    assert listings.progress(connection, run, ada, "rated").complete
    assert connection.execute(text("SELECT count(*) FROM listing_pages")).scalar() == 0


def test_another_run_starts_afresh(connection, ada, f):
    read(connection, ada, "rated", [[(f[0], 8, True)]])
    other = runs.open_run(connection, "crawl")
    assert listings.progress(connection, other, ada, "rated") == listings.Progress(False, 0, None)


def test_a_second_reading_of_the_same_changes_no_row(connection, ada, f):
    pages = [[(f[0], 8, True), (f[1], 2, False)], [(f[2], 5, False)]]
    assert read(connection, ada, "rated", pages) == 3
    version = connection.execute(text("SELECT version FROM member_vectors")).scalar()
    assert read(connection, ada, "rated", pages, hours=1) == 0
    assert connection.execute(text("SELECT version FROM member_vectors")).scalar() == version
    assert connection.execute(text("SELECT count(*) FROM rating_events")).scalar() == 0


def test_a_film_no_longer_rated_is_un_rated_and_recorded(connection, ada, f):
    read(connection, ada, "rated", [[(f[0], 8, False), (f[1], 2, False)]])
    read(connection, ada, "rated", [[(f[1], 3, False)]], hours=1)
    assert rows(connection) == [(f[1], 3, False, False)]
    events = connection.execute(text("SELECT film_id, before, after FROM rating_events ORDER BY film_id")).all()
    assert events == [(f[0], 8, None), (f[1], 2, 3)]


def test_a_film_met_on_two_pages_counts_once(connection, ada, f):
    read(connection, ada, "rated", [[(f[0], 8, False), (f[1], 2, False)], [(f[1], 2, False), (f[2], 4, False)]])
    assert [row.film_id for row in rows(connection)] == f[:3]
    assert connection.execute(text("SELECT found FROM listings")).scalar() == 3


def test_a_reading_that_began_earlier_is_dropped(connection, ada, f):
    read(connection, ada, "rated", [[(f[0], 8, False)]], hours=2)
    assert read(connection, ada, "rated", [[(f[0], 1, False)]], hours=1) == 0
    assert rows(connection) == [(f[0], 8, False, False)]


@pytest.mark.parametrize("order", [("rated", "likes"), ("likes", "rated")])
def test_un_rating_ends_right_whichever_listing_is_read_first(connection, ada, f, order):
    """f0 stays liked without its rating, f1 loses both, f2 is rated at last."""
    read(connection, ada, "rated", [[(f[0], 8, True), (f[1], 6, True)]])
    read(connection, ada, "likes", [[(f[2], None, True)]])
    pages = {"rated": [[(f[2], 9, True)]], "likes": [[(f[0], None, True)]]}
    run = runs.open_run(connection, "crawl")
    for hours, kind in enumerate(order, 1):
        read(connection, ada, kind, pages[kind], hours=hours, run=run)
    assert rows(connection) == [(f[0], None, True, False), (f[2], 9, True, False)]


def test_favourites_come_and_go_with_the_profile(connection, ada, f):
    read(connection, ada, "rated", [[(f[0], 8, True)]])
    read(connection, ada, "profile", [[(f[0], None, False), (f[1], None, False)]])
    assert rows(connection) == [(f[0], 8, True, True), (f[1], None, False, True)]
    read(connection, ada, "profile", [[]], hours=1)
    assert rows(connection) == [(f[0], 8, True, False)]


def test_an_empty_listing_is_a_complete_one(connection, ada, f):
    read(connection, ada, "rated", [[(f[0], 8, False)]])
    assert read(connection, ada, "rated", [[]], hours=1) == 1
    assert rows(connection) == []


def test_the_vector_equals_the_rows(connection, ada, f):
    read(connection, ada, "rated", [[(f[3], 10, False), (f[0], 1, True)]])
    read(connection, ada, "likes", [[(f[5], None, True)]])
    read(connection, ada, "profile", [[(f[3], None, False)]])
    packed = connection.execute(text("SELECT film_ids, ratings, flags FROM member_vectors")).one()
    assert np.frombuffer(packed.film_ids, ">i4").tolist() == [f[0], f[3], f[5]]
    assert list(packed.ratings) == [1, 10, 0]
    assert list(packed.flags) == [1, 2, 1]


def test_a_profile_read_meanwhile_takes_no_rating_away(connection, ada, f):
    """The rated listing began first and ends last; the profile touches one of its films in between."""
    run = read(connection, ada, "rated", [[(f[0], 8, False)]], hours=1, finish=False)
    read(connection, ada, "profile", [[(f[0], None, False)]], hours=2)
    stage = StagedPage(ada, "rated", 2, [(f[1], 3, False)], None, T0 + timedelta(hours=3))
    listings.stage(connection, run, [stage])
    listings.complete(connection, run, ada, "rated")
    assert rows(connection) == [(f[0], 8, False, True), (f[1], 3, False, False)]
    read(connection, ada, "profile", [[]], hours=4)
    read(connection, ada, "rated", [[(f[1], 3, False)]], hours=4)
    assert rows(connection) == [(f[1], 3, False, False)]


def test_a_page_counts_from_when_it_was_read_not_from_when_the_reading_began(connection, ada, f):
    """Rated in mid-crawl: the likes say unrated, a later page of the ratings knows better."""
    run = read(connection, ada, "rated", [[(f[0], 8, False)]], hours=1, finish=False)
    read(connection, ada, "likes", [[(f[1], None, True)]], hours=2)
    listings.stage(connection, run, [StagedPage(ada, "rated", 2, [(f[1], 9, True)], None, T0 + timedelta(hours=3))])
    listings.complete(connection, run, ada, "rated")
    assert rows(connection) == [(f[0], 8, False, False), (f[1], 9, True, False)]


def test_a_listing_with_a_gap_is_not_swapped_in_and_starts_over(connection, ada, f):
    read(connection, ada, "rated", [[(f[0], 8, False)], [(f[1], 7, False)]])
    run = runs.open_run(connection, "crawl")
    late = T0 + timedelta(hours=2)
    listings.stage(connection, run, [StagedPage(ada, "rated", 1, [(f[0], 8, False)], "/page/2/", late)])
    listings.stage(connection, run, [StagedPage(ada, "rated", 3, [(f[2], 1, False)], None, late)])
    assert listings.progress(connection, run, ada, "rated") == listings.Progress(False, 0, None)
    with pytest.raises(listings.IncompleteListing), connection.begin_nested():
        listings.complete(connection, run, ada, "rated")
    assert [row.film_id for row in rows(connection)] == f[:2]
    listings.stage(connection, run, [StagedPage(ada, "rated", 1, [(f[0], 8, False)], None, late)])
    listings.complete(connection, run, ada, "rated")
    assert [row.film_id for row in rows(connection)] == f[:1]
