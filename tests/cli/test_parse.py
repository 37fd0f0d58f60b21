"""`almanac parse` prints what is on a saved page, or one line that says why it will not."""

import json

import pytest
from click.testing import CliRunner

from cli.parse import parse
from tests.crawler.pages.cases import FIXTURES, page


def run(*arguments, body=None):
    return CliRunner().invoke(parse, [str(argument) for argument in arguments], input=body)


def lines(result):
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_line_for_each_tile_in_stars():
    found = lines(run("rated", FIXTURES / "rated/B1.html"))
    assert len(found) == 4
    assert found[0] == {
        "slug": "2001-a-lamp-in-the-fog",
        "letterboxd_id": 910011,
        "title": "2001: A Lamp in the Fog",
        "year": 1968,
        "rating": 3.5,
        "liked": False,
    }
    assert found[1]["rating"] is None


def test_one_line_for_a_page_that_is_one_record():
    (film,) = lines(run("film", FIXTURES / "film/B2.html"))
    assert film["average"] == 4.26
    assert {"slug", "letterboxd_id", "title", "year", "tmdb_id", "tmdb_type", "imdb_id", "directors"} <= film.keys()
    (histogram,) = lines(run("histogram", FIXTURES / "histogram/rating-histogram-few.html"))
    assert (histogram["counts"], histogram["rating_count"]) == ([1, 2, 0, 2, 2, 8, 1, 4, 0, 6], 26)


def test_favourites_are_in_the_profile():
    (profile,) = lines(run("profile", FIXTURES / "profile/B2.html"))
    assert len(profile["favorites"]) == 4


def test_dates_are_written_as_dates():
    assert lines(run("diary", FIXTURES / "diary/C.html"))[2]["watched_date"] == "2024-02-29"
    assert lines(run("rss", FIXTURES / "rss/R3.xml"))[0]["published"] == "2026-05-17T09:49:17+12:00"


def test_from_stdin():
    assert len(lines(run("rated", "-", body=page("rated/B1.html")))) == 4


def test_the_url_makes_links_absolute():
    result = run("rated", FIXTURES / "rated/C.html", "--record", "--url", "https://mirror.example/mira_okafor/films/")
    assert json.loads(result.stdout)["info"]["next_url"] == "https://mirror.example/mira_okafor/films/page/2/"


def test_the_record_is_what_the_fixtures_keep():
    kept = (FIXTURES / "film/C.html.expected.json").read_text()
    assert run("film", FIXTURES / "film/C.html", "--record").stdout == kept


def test_an_empty_listing_has_no_lines():
    assert lines(run("rated", FIXTURES / "rated/watchlist-C-past-end.html")) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("rated", FIXTURES / "rated/refused/ChallengePage.html"), "challenge page"),
        (("rated", FIXTURES / "rated/refused/TruncatedPage-in-a-tile.html"), "truncated page"),
        (("rated", FIXTURES / "film/B2.html"), "unexpected kind of page"),
        (("rated", FIXTURES / "rated/B1.html", "--expect", "72"), "4 records of kind rated, 72 expected"),
    ],
)
def test_an_untrusted_page_is_exit_code_3_and_one_line(arguments, words):
    result = run(*arguments)
    assert result.exit_code == 3
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert words in result.stderr
    assert arguments[1].name in result.stderr


def test_the_expected_number_of_records():
    assert len(lines(run("rated", FIXTURES / "rated/B1.html", "--expect", "4"))) == 4


@pytest.mark.parametrize(
    "arguments",
    [("rated", "nowhere.html"), ("postcards", FIXTURES / "rated/B1.html"), ("rated",)],
)
def test_a_call_that_makes_no_sense_is_exit_code_2(arguments):
    assert run(*arguments).exit_code == 2


def test_help_has_an_example():
    assert "Example: almanac parse" in run("--help").output
