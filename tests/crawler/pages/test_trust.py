"""Refusals, errors and bombs are told from pages before anything is read."""

import time

import pytest

from crawler.items import GridPage
from crawler.pages import KINDS, errors, histogram, rated, tmdb
from crawler.pages.trust import reader
from tests.crawler.pages.cases import page

GOOD = page("rated/C.html")


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        (401, errors.AccessDenied),
        (403, errors.ChallengePage),
        (404, errors.MissingPage),
        (410, errors.MissingPage),
        (429, errors.RateLimited),
        (500, errors.ErrorPage),
        (503, errors.ErrorPage),
        (302, errors.ErrorPage),
        (204, errors.ErrorPage),
    ],
)
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_status_other_than_200_is_no_page(kind, status, cause):
    with pytest.raises(errors.PageError) as refusal:
        KINDS[kind](GOOD, "https://example.org/x/", status=status)
    assert type(refusal.value) is cause
    assert str(status) in refusal.value.found
    assert refusal.value.url in str(refusal.value)


def test_a_private_profile_is_no_challenge():
    with pytest.raises(errors.PrivatePage):
        rated.parse(b"<body><p>This profile is private</p></body>", status=403)


@pytest.mark.parametrize("name", ["cf-mitigated", "CF-Mitigated"])
def test_a_mitigated_answer_is_a_challenge_whatever_its_status(name):
    with pytest.raises(errors.ChallengePage):
        rated.parse(GOOD, headers={name: "challenge", "content-type": "text/html"})


def test_an_ordinary_page_may_mention_the_challenge_script():
    assert b"/cdn-cgi/challenge-platform/" in GOOD
    assert isinstance(rated.parse(GOOD, headers={"server": "cloudflare"}), GridPage)


def test_an_ordinary_page_may_quote_a_challenge():
    quoted = GOOD.replace(b'<div class="pagination">', b'<p>Just a moment...</p><div class="pagination">')
    assert rated.parse(quoted).tiles == rated.parse(GOOD).tiles


def test_a_byte_order_mark_is_no_damage():
    assert rated.parse(b"\xef\xbb\xbf" + GOOD) == rated.parse(GOOD)


def test_next_links_are_resolved_against_the_url():
    info = rated.parse(GOOD, "https://mirror.example/mira_okafor/films/").info
    assert info.url == "https://mirror.example/mira_okafor/films/"
    assert info.next_url == "https://mirror.example/mira_okafor/films/page/2/"


def test_the_url_says_whether_a_listing_is_filtered():
    body = page("rated/C-filtered.html")
    films = "https://x.example/mira_okafor/films"
    assert rated.parse(body, f"{films}/rated/.5-5/by/name/").tiles == rated.parse(body).tiles
    with pytest.raises(errors.CountMismatch):
        rated.parse(body, f"{films}/by/name/")


def test_the_readers_of_tmdb_answer_what_they_are_asked():
    assert tmdb.parse(page("tmdb/movie.json")).tmdb_type == "movie"
    assert len(tmdb.parse_matches(page("tmdb/find.json")).matches) == 2
    with pytest.raises(errors.UnexpectedKind):
        tmdb.parse(page("tmdb/find.json"))
    with pytest.raises(errors.UnexpectedKind):
        tmdb.parse_matches(page("tmdb/movie.json"))
    assert [credit.name for credit in tmdb.parse(page("tmdb/movie.json")).credited("director")] == [
        "Ines Vågberg",
        "Oto Marsh",
    ]


@pytest.mark.parametrize(
    "bomb",
    [
        b"<!DOCTYPE html><body class=films-watched>" + b"<div>" * 500_000 + b"</body></html>",
        b"<!DOCTYPE html><body class=films-watched><ul class=grid>" + b"<li>" * 500_000 + b"</body></html>",
        b"<!DOCTYPE html><body><p " + b" ".join(b"a%d" % number for number in range(100_000)) + b"></body></html>",
        b"<!DOCTYPE html><body>" + b">" * 4_000_000 + b"</body></html>",
        b"<!DOCTYPE html>" + b"<!--" * 1_000_000,
        b"<body" * 1_000_000,
        b"[" * 1_000_000,
        b'{"a":' * 1_000_000,
        b"<rss>" * 200_000,
        b"&amp" * 1_000_000,
        b" " * 9_000_000,
    ],
    ids=lambda bomb: repr(bomb[:40]),
)
@pytest.mark.parametrize("kind", ["rated", "filmjson", "rss", "histogram"])
def test_a_bomb_is_refused_before_it_goes_off(kind, bomb):
    start = time.process_time()
    with pytest.raises(errors.PageError) as refusal:
        KINDS[kind](bomb)
    assert not isinstance(refusal.value, errors.UnreadablePage)
    assert time.process_time() - start < 3


@pytest.mark.parametrize("nest", [b"<div>" * 3_900, b"<b>" * 3_900, b"<div>" * 9_900 + b"</div>" * 9_900])
def test_the_largest_nesting_let_through_is_read_in_bearable_time(nest):
    start = time.process_time()
    with pytest.raises(errors.UnexpectedKind):
        rated.parse(b"<!DOCTYPE html><body>" + nest + b"</body></html>")
    assert time.process_time() - start < 5


def test_what_a_reader_stumbles_over_is_a_page_error_too():
    @reader
    def stumbling(source):
        raise KeyError(source.text)

    with pytest.raises(errors.UnreadablePage, match="KeyError"):
        stumbling(b"anything")


def test_a_blank_histogram_is_told_from_others():
    with pytest.raises(errors.BlankPage):
        histogram.parse(b"\n\n")
