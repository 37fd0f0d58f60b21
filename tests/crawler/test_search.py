"""When a search on TMDB has found the one film, and when it has not."""

import pytest

from crawler.asking.search import Search
from crawler.items import PageInfo, TmdbMatch, TmdbMatches
from schema.store.metadata import Wanted
from tests.crawler.test_matching import record


def search(title="Solaris", year=1972, director=None, twin=False, candidates=()):
    return Search(Wanted(1, "s", 1, title, None, year, director, None, None, None, True, list(candidates)), twin)


def match(number=593, title="Solaris", year=1972, kind="movie", original=None):
    return TmdbMatch(kind, number, title, original, year)


def given(search, *matches, total=None):
    answer = TmdbMatches(PageInfo("tmdb", "v3", "", len(matches), total=total or len(matches)), matches)
    return search.add("movie", answer, narrowed=False)


@pytest.mark.parametrize(
    "matches",
    [
        [match()],
        [match(), match(1, year=2002)],
        [match(), match(1, "Solaris Rising")],
        [match(title="Солярис", original="Solaris")],
        [match(title="SOLARIS!")],
    ],
)
def test_one_title_of_the_name_and_year_is_the_film(matches):
    found = search()
    given(found, *matches)
    assert found.records_wanted() == []
    assert found.verdict() == (("movie", 593), ())


@pytest.mark.parametrize(
    ("wanted", "matches", "said"),
    [
        (search(), [match(), match(1)], "several"),
        (search(), [match(), match(1, kind="tv")], "several"),
        (search(), [match(), match(1, year=1973)], "several"),
        (search(), [match(), match(1, year=None)], "several"),
        (search(twin=True), [match()], "two films"),
        (search(year=1971), [match()], "a year off"),
    ],
)
def test_otherwise_it_stays_open_and_says_why(wanted, matches, said):
    given(wanted, *matches)
    accepted, candidates = wanted.verdict()
    assert accepted is None
    assert len(candidates) == len(matches)
    assert all(said in candidate.why for candidate in candidates)


def test_nothing_found_is_nothing_proposed():
    found = search()
    given(found, match(title="Solaris Rising"))
    assert found.verdict() == (None, ())


def test_another_source_is_witness_for_a_film_a_year_off():
    found = search(year=1971, candidates=[{"source": "wikidata", "tmdb": "movie/593", "why": "a year off"}])
    given(found, match())
    assert found.verdict()[0] == ("movie", 593)


@pytest.mark.parametrize(
    ("director", "year", "accepted"),
    [
        ("Andrei Tarkovsky", 1971, True),
        ("Andrei Tarkovsky", 1972, True),
        ("Steven Soderbergh", 1971, False),
        ("Steven Soderbergh", 1972, False),
    ],
)
def test_a_known_director_is_compared(director, year, accepted):
    found = search(year=year, director=director)
    given(found, match())
    (title,) = found.records_wanted()
    found.records[title] = record()
    assert found.records_wanted() == []
    assert (found.verdict()[0] is not None) == accepted


def test_what_is_found_under_no_shown_name_is_looked_at():
    found = search()
    given(found, match(), match(1, "Another Name"))
    (title,) = found.records_wanted()
    found.records[title] = record(title="Another Name", others=("Solaris",))
    assert found.verdict()[0] is None
    alone = search()
    given(alone, match(1, "Another Name"))
    alone.records[("movie", 1)] = record(title="Another Name", others=("Solaris",))
    assert alone.verdict()[0] == ("movie", 1)


def test_too_many_results_are_asked_for_by_year_and_then_given_up():
    found = search()
    queries = given(found, match(), total=300)
    assert [query["primary_release_year"] for _, query in queries] == [1971, 1972, 1973]
    answer = TmdbMatches(PageInfo("tmdb", "v3", "", 1, total=21), (match(),))
    assert found.add("movie", answer, narrowed=True) == []
    accepted, (candidate,) = found.verdict()
    assert accepted is None
    assert "too many" in candidate.why
