"""A delta asks for little and loses nothing; a sweep finds what was taken back; neither believes half a page."""

import pytest
from sqlalchemy import text

from tests.crawler.deltas.acts import like, rate, slugs, sweep

NEWEST = "/ada/films/rated/.5-5/by/rated-date/"
LIKES = "/ada/likes/films/rated/none/"


def delta(walk, spider="rated", **how):
    return walk.crawl(spider, "ada", halt_after=3, **how)


def events(walk):
    with walk.engine.connect() as connection:
        return connection.execute(text("SELECT facet, before, after FROM rating_events ORDER BY id")).all()


def test_an_unchanged_member_costs_two_requests(walk):
    rate(walk, *range(20))
    like(walk, *range(20, 28))
    sweep(walk)
    assert delta(walk) == delta(walk, "likes") == []
    assert walk.asked == [NEWEST, LIKES]
    assert events(walk) == []


def test_news_is_read_until_what_is_known_and_no_further(walk):
    rate(walk, *range(20))
    sweep(walk)
    rate(walk, 20, 21)
    rate(walk, 3, rating=2)
    like(walk, 30)
    delta(walk)
    delta(walk, "likes")
    assert walk.asked == [NEWEST, LIKES]
    assert walk.stored("ada") == walk.shown("ada")
    walk.asked.clear()
    rate(walk, *range(22, 30))
    delta(walk)
    # Eight news are more than a page: it is read on, and looked at again.
    assert walk.asked == [NEWEST, f"{NEWEST}page/2/", NEWEST, f"{NEWEST}page/2/"]
    assert walk.stored("ada") == walk.shown("ada")


@pytest.mark.parametrize(("halt_after", "found"), [(2, 16), (3, 21)])
def test_two_known_tiles_in_a_row_prove_nothing(walk, halt_after, found):
    """Rated again with the same stars, two films end a page; there is news on the next one."""
    rate(walk, *range(12))
    sweep(walk)
    rate(walk, *range(12, 17))
    rate(walk, 0, 1)
    rate(walk, *range(17, 21))
    walk.crawl("rated", "ada", halt_after=halt_after)
    assert len(walk.stored("ada")) == found


def test_known_tiles_above_news_of_the_same_page_prove_nothing(walk):
    rate(walk, *range(12))
    sweep(walk)
    rate(walk, 20)
    rate(walk, 0, 1, 2)
    delta(walk)
    assert walk.asked == [NEWEST, f"{NEWEST}page/2/", NEWEST, f"{NEWEST}page/2/"]
    assert walk.stored("ada") == walk.shown("ada")


def test_an_interrupted_delta_leaves_no_hole(walk):
    rate(walk, *range(12))
    sweep(walk)
    rate(walk, *range(12, 22))
    before = walk.stored("ada")
    for pages in (1, 2):
        delta(walk, pages=pages)
        assert walk.stored("ada") == before  # what an unfinished run has read shows nowhere …
    rate(walk, 30)
    delta(walk)  # … and stops nobody
    assert walk.stored("ada") == walk.shown("ada")


def test_what_a_feed_or_an_export_told_stops_no_delta(walk):
    rate(walk, *range(12))
    sweep(walk)
    rate(walk, 12, 13)
    rate(walk, *range(14, 20))
    told = [walk.dataset.films[film].letterboxd_id for film in range(14, 20)]
    with walk.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO films (slug, letterboxd_id, title) SELECT 'told-' || id, id, 'Told'"
                " FROM unnest(CAST(:ids AS int[])) AS id"
            ),
            {"ids": told},
        )
        connection.execute(
            text(
                "INSERT INTO ratings (member_id, film_id, rating, source, observed_at)"
                " SELECT m.id, f.id, 7, 'rss', now() FROM members m, films f"
                " WHERE m.username = 'ada' AND f.letterboxd_id = ANY(:ids)"
            ),
            {"ids": told},
        )
    delta(walk)
    assert walk.stored("ada") == walk.shown("ada")


def test_a_killed_delta_goes_on_where_it_was(walk):
    rate(walk, *range(12))
    sweep(walk)
    rate(walk, *range(12, 28))
    run = walk.open_run()
    delta(walk, run=run, pages=2)
    walk.asked.clear()
    delta(walk, run=run)
    assert walk.asked[0] == f"{NEWEST}page/2/"
    assert walk.stored("ada") == walk.shown("ada")
    walk.asked.clear()
    delta(walk, run=run)
    assert walk.asked == []


def test_a_delta_of_somebody_never_read_reads_every_page(walk):
    rate(walk, *range(14))
    delta(walk)
    assert walk.asked == ["/ada/films/rated/.5-5/", *(f"/ada/films/rated/.5-5/page/{n}/" for n in (2, 3))]
    assert walk.stored("ada") == walk.shown("ada")


def test_a_sweep_does_not_stop_where_a_delta_does(walk):
    rate(walk, *range(20))
    sweep(walk)
    with walk.engine.begin() as connection:  # a stored error deep in the listing, which no news uncovers
        connection.execute(text("UPDATE ratings SET rating = 1 WHERE film_id IN (SELECT max(film_id) FROM ratings)"))
        connection.execute(text("UPDATE ratings SET rating = 1 WHERE film_id IN (SELECT min(film_id) FROM ratings)"))
    walk.crawl("rated", "ada")
    assert len(walk.asked) == 4
    assert walk.stored("ada") == walk.shown("ada")


def test_a_sweep_records_what_was_taken_back(walk):
    rate(walk, 0, 1, 2)
    like(walk, 5)
    walk.change("favorite", member="ada", slugs=slugs(walk)[1:3])
    sweep(walk)
    walk.change("unrate", member="ada", slug=slugs(walk)[0])
    walk.change("unlike", member="ada", slug=slugs(walk)[5])
    walk.change("favorite", member="ada", slugs=slugs(walk)[1:2])
    delta(walk)
    delta(walk, "likes")
    assert events(walk) == []  # no delta sees that
    sweep(walk)
    assert sorted(map(tuple, events(walk)), key=str) == [("favorite", 1, 0), ("liked", 1, 0), ("rating", 7, None)]
    assert walk.stored("ada") == walk.shown("ada")


@pytest.mark.parametrize("spider", ["rated", "likes"])
def test_a_delta_clears_nothing_that_it_did_not_look_at(walk, spider):
    rate(walk, *range(14))
    like(walk, 0, 1, *range(20, 34))
    walk.change("favorite", member="ada", slugs=slugs(walk)[:3])
    sweep(walk)
    before = walk.stored("ada")
    rate(walk, 35)
    like(walk, 36)
    delta(walk, spider)
    now = walk.stored("ada")
    assert {film: now[film] for film in before} == before
    assert len(now) == len(before) + 1


def at_page(number, change):
    """Does `change` once, just before a request of this number (from 0) is answered."""
    return lambda asked, path: change() if asked == number else None


def by_release(walk):
    """The films that ada rated, as her listing shows them."""
    ranks = walk.dataset.release_rank
    return sorted(walk.dataset.members["ada"].ratings.films, key=ranks.__getitem__)


def test_a_tile_that_slips_past_a_sweep_is_found(walk):
    rate(walk, *range(20))
    sweep(walk)
    gone = by_release(walk)[2]
    unrate = at_page(1, lambda: walk.change("unrate", member="ada", slug=slugs(walk)[gone]))
    walk.crawl("rated", "ada", before=unrate)
    assert walk.stored("ada") == walk.shown("ada")
    assert [event.after for event in events(walk)] == [None]
    assert len(walk.asked) == 8  # a second look


def test_a_tile_that_slips_past_a_delta_is_found(walk):
    rate(walk, *range(12))
    sweep(walk)
    rate(walk, *range(12, 24))
    unrate = at_page(1, lambda: walk.change("unrate", member="ada", slug=slugs(walk)[22]))
    delta(walk, before=unrate)
    slipped = walk.dataset.films[17].letterboxd_id
    assert walk.stored("ada")[slipped][0] == 7
    assert walk.stored("ada") == walk.shown("ada")


@pytest.mark.parametrize("kind", ["sweep", "delta"])
def test_a_film_rated_in_mid_crawl_loses_and_doubles_nothing(walk, kind):
    rate(walk, *range(12))
    sweep(walk)
    rate(walk, *range(12, 24))
    more = at_page(1, lambda: walk.change("rate", member="ada", slug=slugs(walk)[30], rating=9))
    walk.crawl("rated", "ada", before=more, **({"halt_after": 3} if kind == "delta" else {}))
    shown = walk.shown("ada")
    stored = walk.stored("ada")
    late = walk.dataset.films[30].letterboxd_id
    assert {film: seen for film, seen in stored.items() if film != late} == {
        film: seen for film, seen in shown.items() if film != late
    }
    delta(walk)
    assert walk.stored("ada") == shown
