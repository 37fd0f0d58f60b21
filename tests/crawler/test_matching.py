"""What counts as evidence that a TMDB title is the film."""

import json
from datetime import date

import pytest

from crawler.items import Credit, PageInfo, TmdbRecord
from crawler.matching import doubt, normalised
from crawler.pages import tmdb
from schema.store.metadata import Wanted
from tests.crawler.pages.cases import page


def film(title="Solaris", year=1972, director=None, original=None, imdb=None):
    return Wanted(1, "s", 1, title, original, year, director, None, None, imdb, None, True, [])


def record(title="Solaris", year=1972, original=None, others=(), directors=("Andrei Tarkovsky",), imdb=None):
    return TmdbRecord(
        info=PageInfo("tmdb", "v3", "", 1),
        tmdb_type="movie",
        tmdb_id=593,
        imdb_id=imdb,
        title=title,
        original_title=original,
        year=year,
        release_date=date(year, 1, 1) if year else None,
        runtime_minutes=None,
        poster_path=None,
        original_language=None,
        genres=(),
        countries=(),
        languages=(),
        collection=None,
        credits=tuple(Credit(n, name, "director", n) for n, name in enumerate(directors)),
        alternative_titles=others,
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Amélie", "AMELIE"),
        ("Spider-Man", "Spider Man"),
        ("WALL·E", "wall e"),
        ("Сталкер", "СТАЛКЕР"),
        ("…", " … "),
        ("Sense & Sensibility", "Sense and Sensibility"),
        ("Alien³", "Alien 3"),
        ("Ηλέκτρα", "ΗΛΕΚΤΡΑ"),
        ("8½", "8 1/2"),
    ],
)
def test_titles_that_differ_in_dress_only_are_the_same(one, other):
    assert normalised(one) == normalised(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Her", "Hers"),
        ("Alien", "Aliens"),
        ("七人", "七"),
        ("…", "!"),
        ("8½", "812"),
        ("1 10", "11 0"),
        ("バス", "パス"),
        ("Мой", "Мои"),
        ("दिल", "दल"),
        ("Rocky II", "Rocky III"),
        ("Fast & Furious", "Fast Furious"),
    ],
)
def test_other_titles_are_others(one, other):
    assert normalised(one) != normalised(other)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (film(), record()),
        (film(year=None, imdb="tt1"), record(imdb="tt1")),
        (film(year=None, director="Andrei Tarkovsky"), record()),
        (film(director="Andrei Tarkovsky"), record(year=None)),
        (film(), record(title="Solyaris", others=("Solaris",))),
        (film(), record(title="Солярис", original="Solaris")),
        (film(year=1971, director="andrei tarkovsky"), record()),
        (film(year=1971, imdb="tt1"), record(imdb="tt1")),
        (film(title="Solyaris", imdb="tt1"), record(imdb="tt1")),
        (film(director="Second Unit"), record(directors=("Andrei Tarkovsky", "Second Unit"))),
        (film(director="Andrei Tarkovsky"), record(directors=())),
    ],
)
def test_enough_evidence(ours, theirs):
    assert doubt(ours, theirs) is None


@pytest.mark.parametrize(
    ("ours", "theirs", "said"),
    [
        (film(year=2002), record(), "30 years off"),
        (film(year=1971), record(), "a year off"),
        (film(title="Stalker"), record(), "another title"),
        (film(title="Stalker", year=None, director="Andrei Tarkovsky"), record(), "another title"),
        (film(director="Steven Soderbergh"), record(), "directed by Andrei Tarkovsky"),
        (film(year=1971), record(directors=()), "a year off"),
        (film(year=None), record(), "no year to compare"),
        (film(), record(year=None), "no year to compare"),
        (film(title="Stalker", director="Andrei Tarkovsky"), record(), "another title"),
        (film(title="Stalker", year=None, imdb="tt1"), record(imdb="tt1"), "another title"),
        (film(imdb="tt2"), record(imdb="tt1"), "tt1 on IMDb, not tt2"),
    ],
)
def test_a_doubt_is_named(ours, theirs, said):
    assert said in doubt(ours, theirs)


def test_one_of_two_namesakes_needs_more_than_title_and_year():
    assert "two films of this name" in doubt(film(), record(), twin=True)
    assert doubt(film(imdb="tt1"), record(imdb="tt1"), twin=True) is None
    assert doubt(film(director="Andrei Tarkovsky"), record(), twin=True) is None


def test_other_titles_are_read_of_films_and_series():
    movie = json.loads(page("tmdb/movie.json"))
    movie["alternative_titles"] = {"titles": [{"title": "One"}, {"title": "Two"}, {"title": "One"}, {"title": ""}]}
    assert tmdb.parse(json.dumps(movie).encode()).alternative_titles == ("One", "Two")
    series = json.loads(page("tmdb/tv.json"))
    series["alternative_titles"] = {"id": 1, "results": [{"title": "Three"}]}
    assert tmdb.parse(json.dumps(series).encode()).alternative_titles == ("Three",)
