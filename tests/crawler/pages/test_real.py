"""Real captured pages, feeds and answers read to the facts that are known of them."""

from datetime import date

import pytest

from crawler.pages import KINDS, errors
from crawler.pages.grid import find_grid, read_grid
from crawler.pages.source import Source
from tests.realdata import shared

pytestmark = pytest.mark.real


def read(kind, path):
    return KINDS[kind](shared(path).read_bytes())


def shape(page):
    info = page.info
    return info.kind, info.generation, info.found, info.next_url, info.last_page, info.total


@pytest.mark.parametrize(
    ("path", "expected", "rated", "liked"),
    [
        ("2023-raw-films.html", ("films", "A0", 72, "/owner_two/films/page/2/", 10, 690), 26, 9),
        ("2025-12-films-b2.html", ("films", "B2", 72, "/reviewer_01/films/page/2/", 13, 925), 68, 26),
        ("2026-07-raw-excerpt.html", ("films", "C", 4, "/owner_three/films/page/2/", 182, None), 3, 3),
    ],
)
def test_films(path, expected, rated, liked):
    page = read("rated", f"pages/rated/{path}")
    assert shape(page) == expected
    assert sum(tile.rating is not None for tile in page.tiles) == rated
    assert sum(tile.liked for tile in page.tiles) == liked
    assert len({tile.letterboxd_id for tile in page.tiles} - {None}) == expected[2]
    assert all(tile.year is not None for tile in page.tiles) == (expected[1] != "A0")


def test_tiles_of_the_excerpt():
    tiles = read("rated", "pages/rated/2026-07-raw-excerpt.html").tiles
    assert [(tile.slug, tile.letterboxd_id, tile.year, tile.rating, tile.liked) for tile in tiles] == [
        ("selfish-son", 536661, 2021, None, True),
        ("bad-trip-2021", 506972, 2021, 9, True),
        ("evangelion-3010-thrice-upon-a-time", 208877, 2021, 8, True),
        ("monuments-2020", 621466, 2020, 3, False),
    ]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("2025-tile-a.html", ("A", "the-grave-of-st-oran", 576577, None)),
        ("2025-tile-b2.html", ("B2", "the-little-drummer-girl-2018", 484585, 2018)),
    ],
)
def test_single_tiles(path, expected):
    body = shared(f"pages/rated/{path}").read_bytes()
    grid = read_grid(find_grid(Source(body, "")))
    assert (grid.generation, grid.tiles[0].slug, grid.tiles[0].letterboxd_id, grid.tiles[0].year) == expected


def test_watchlist():
    page = read("list", "pages/list/2025-08-watchlist-b1.html")
    assert shape(page) == ("watchlist", "B1", 28, "/owner_four/watchlist/page/2/", 15, 406)
    assert (page.tiles[0].title, page.tiles[0].year, page.tiles[0].letterboxd_id) == ("Naked Lunch", 1991, 50124)
    assert read("rated", "pages/list/2025-08-watchlist-b1.html").tiles == page.tiles


def test_watchlist_past_its_end():
    page = read("list", "pages/list/2025-08-watchlist-past-end.html")
    assert shape(page) == ("watchlist", None, 0, None, None, 406)


def test_list_fragment():
    page = read("list", "pages/list/2026-03-fragment.html")
    assert shape(page) == ("list", "B2", 19, None, None, None)
    assert (page.owner, page.title, page.ranked) == ("reviewer_01", "Pelis uru Cinemateca (gratis)", False)
    assert page.tiles[0].rating == 2
    assert page.tiles[1].rating is None
    assert not page.info.whole


def test_following():
    page = read("following", "pages/following/2026-01.html")
    assert shape(page) == ("following", "member-table", 25, "/owner_one/following/page/2/", None, 43)
    assert [person.username for person in page.people] == [f"friend_{number:02}" for number in range(1, 26)]


def test_profile():
    page = read("profile", "pages/profile/2026-01.html")
    assert (page.username, page.films_count, page.following_count, page.followers_count) == ("owner_one", 367, 44, 18)
    assert [(tile.slug, tile.letterboxd_id, tile.year) for tile in page.favorites] == [
        ("aftersun", 868558, 2022),
        ("inherent-vice", 125830, 2014),
        ("oslo-august-31st", 60677, 2011),
        ("youth-2015", 237608, 2015),
    ]


def test_diary():
    page = read("diary", "pages/diary/2026-01.html")
    assert shape(page) == ("diary", "B2", 50, "/owner_one/diary/films/page/2/", 2, 81)
    first = page.entries[0]
    assert (first.viewing_id, first.slug, first.watched_date) == (1104692589, "the-holdovers", date(2025, 12, 14))
    assert (first.rating, first.liked, first.rewatch, first.reviewed) == (10, True, True, False)
    assert [entry.watched_date for entry in page.entries] == sorted(
        (entry.watched_date for entry in page.entries), reverse=True
    )


def test_film():
    page = read("film", "pages/film/2026-01-mulholland-drive.html")
    assert (page.slug, page.letterboxd_id, page.title, page.year) == (
        "mulholland-drive",
        51171,
        "Mulholland Drive",
        2001,
    )
    assert (page.tmdb_type, page.tmdb_id, page.imdb_id, page.runtime_minutes) == ("movie", 1018, "tt0166924", 147)
    assert (page.directors, page.average, page.rating_count) == (("David Lynch",), 4.26, 1072467)


def test_film_excerpt():
    page = read("film", "pages/film/2026-07-yeelen-excerpt.html")
    assert (page.info.generation, page.letterboxd_id, page.tmdb_id, page.average) == ("C", 58144, 71329, 3.67)
    assert (page.directors, page.rating_count) == (("Souleymane Cissé",), None)


def test_film_json():
    page = read("filmjson", "pages/filmjson/the-grave-of-st-oran.json")
    assert (page.letterboxd_id, page.year, page.runtime_minutes, page.directors) == (576577, 2019, 9, ("Jim Batt",))


def test_histograms():
    old = read("histogram", "pages/histogram/2026-01-mulholland-drive.html")
    assert old.counts == (4398, 8950, 5473, 22985, 20888, 78216, 93984, 267758, 192556, 383053)
    assert (old.rating_count, old.average, old.fans, old.slug) == (1078261, 4.26, 75000, "mulholland-drive")
    new = read("histogram", "pages/histogram/2026-07-tiny.html")
    assert (new.counts, new.rating_count, new.average) == ((1, 2, 0, 2, 2, 8, 1, 4, 0, 6), 26, None)


def test_feeds():
    old = read("rss", "feeds/2020s-r1.xml")
    assert (old.info.generation, old.owner, len(old.items)) == ("R1", "owner_seven", 72)
    assert sum(item.kind == "list" for item in old.items) == 22
    new = read("rss", "feeds/2026-05-r3.xml")
    assert (new.info.generation, len(new.items)) == ("R3", 50)
    assert all(item.liked is not None and item.tmdb_id for item in new.items)
    assert (new.items[0].slug, new.items[0].rating, new.items[0].tmdb_id) == ("phantom-thread", 10, 400617)


def test_tmdb():
    movie = read("tmdb", "tmdb/movie_47964.json")
    assert (movie.tmdb_type, movie.imdb_id, movie.year, movie.runtime_minutes) == ("movie", "tt1606378", 2013, 98)
    assert (movie.collection, movie.languages) == ("Die Hard Collection", ("en", "ru"))
    series = read("tmdb", "tmdb/tv_1396.json")
    assert (series.tmdb_type, series.title, series.year, series.imdb_id) == ("tv", "Breaking Bad", 2008, None)
    credits = read("tmdb", "tmdb/movie_47964_credits.json").credits
    assert [credit.name for credit in credits if credit.role == "director"] == ["John Moore"]
    assert [credit.name for credit in credits if credit.role == "actor"][:2] == ["Bruce Willis", "Jai Courtney"]
    assert read("tmdb", "tmdb/find_tt0088247.json").matches[0].tmdb_id == 218


@pytest.mark.parametrize(
    ("kind", "path", "cause"),
    [
        ("rated", "pages/errors/generic__cloudflare_challenge_2024_excerpt.html", errors.ChallengePage),
        ("film", "pages/errors/generic__cloudflare_challenge_head_2026_excerpt.html", errors.ChallengePage),
        ("rated", "pages/errors/letterboxd_404_markers.txt", errors.MissingPage),
        ("tmdb", "tmdb/error_404_movie_status34.json", errors.MissingPage),
        ("tmdb", "tmdb/error_401_login.json", errors.AccessDenied),
        ("histogram", "pages/profile/2026-01.html", errors.UnexpectedKind),
        ("likes", "pages/rated/2025-12-films-b2.html", errors.UnexpectedKind),
    ],
)
def test_refused(kind, path, cause):
    with pytest.raises(cause):
        read(kind, path)


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("rated", "pages/rated/2025-12-films-b2.html"),
        ("list", "pages/list/2026-03-fragment.html"),
        ("film", "pages/film/2026-01-mulholland-drive.html"),
        ("diary", "pages/diary/2026-01.html"),
        ("histogram", "pages/histogram/2026-07-tiny.html"),
        ("rss", "feeds/2026-05-r3.xml"),
        ("tmdb", "tmdb/tv_1396.json"),
    ],
)
def test_cut_anywhere_gives_the_record_or_a_refusal(kind, path):
    body = shared(path).read_bytes()
    whole = KINDS[kind](body)
    for end in range(0, len(body), max(1, len(body) // 300)):
        try:
            assert KINDS[kind](body[:end]) == whole
        except errors.PageError as refusal:
            assert not isinstance(refusal, errors.UnreadablePage)
