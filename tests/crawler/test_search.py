"""When a search on TMDB has found the one film, and when it has not."""

import pytest

from crawler.asking.search import Query, Search
from crawler.items import PageInfo, TmdbMatch, TmdbMatches
from schema.store.metadata import Wanted
from tests.crawler.test_matching import record


def search(title="Solaris", year=1972, director=None, twin=False, candidates=(), imdb=None):
    film = Wanted(1, "s", 1, title, None, year, director, None, None, imdb, None, True, list(candidates))
    return Search(film, twin)


def match(number=593, title="Solaris", year=1972, kind="movie", original=None, adult=False):
    return TmdbMatch(kind, number, title, original, year, adult)


def given(search, *matches, total=None, query=None):
    answer = TmdbMatches(PageInfo("tmdb", "v3", "", len(matches), total=total or len(matches)), matches)
    return search.add(query or search.queries()[0], answer)


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
        (search(year=1971), [match()], "not of this very year"),
        (search(), [match(year=None)], "not of this very year"),
        (search(), [match(adult=True)], "adults"),
        (search(), [match(), match(1, adult=True)], "several"),
        (search(candidates=[{"source": "wikidata", "tmdb": "movie/593", "why": "a year off"}]), [match()], "proposed"),
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


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Rocky 2", "Rocky II"),
        ("Chapter II", "Chapter Two"),
        ("The Visitor", "Visitor"),
        ("Visitor", "The Visitor"),
        ("Sense and Sensibility", "Sense Sensibility"),
        ("Birdman", "Birdman or (The Unexpected Virtue of Ignorance)"),
        ("Mission: Impossible – Fallout", "Mission: Impossible"),
        ("Dune", "Dune: Part One"),
    ],
)
def test_what_is_easily_taken_for_the_film_leaves_it_open(ours, theirs):
    found = search(ours)
    given(found, match(title=ours), match(1, theirs))
    accepted, (candidate,) = found.verdict()
    assert accepted is None
    assert theirs in candidate.why
    other_year = search(ours)
    given(other_year, match(title=ours), match(1, theirs, year=1974))
    assert other_year.verdict()[0] == ("movie", 593)


@pytest.mark.parametrize(
    ("title", "other"),
    [
        ("Solaris", None),
        ("The Visitor", "Visitor"),
        ("Rocky 2", "Rocky II"),
        ("Rocky III", "Rocky 3"),
        ("Sense & Sensibility", "Sense Sensibility"),
        ("The The", "The"),
        ("The", None),
        ("1917", None),
    ],
)
def test_a_name_is_also_asked_for_as_it_may_be_written_elsewhere(title, other):
    queries = search(title).queries()
    asked = [Query("movie", title), Query("tv", title)]
    assert queries == asked + ([Query("movie", other, None, True), Query("tv", other, None, True)] if other else [])


def test_of_another_spelling_only_what_may_be_taken_for_the_film_counts():
    found = search("The Visitor")
    given(found, match(title="The Visitor"))
    spelt = found.queries()[2]
    assert given(found, match(1, "Visitor Q"), match(2, "My Visitor"), total=300, query=spelt) == []
    assert found.records_wanted() == []
    assert found.verdict()[0] == ("movie", 593)
    given(found, match(3, "Visitor"), query=spelt)
    assert found.verdict()[0] is None


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


@pytest.mark.parametrize(("imdb", "year", "accepted"), [("tt1", 1971, True), ("tt2", 1972, False)])
def test_a_known_imdb_id_is_compared(imdb, year, accepted):
    found = search(year=year, imdb=imdb)
    given(found, match())
    (title,) = found.records_wanted()
    found.records[title] = record(imdb="tt1")
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
    assert [query.parameters["primary_release_year"] for query in queries] == [1971, 1972, 1973]
    assert given(found, match(), total=21, query=queries[0]) == []
    accepted, (candidate,) = found.verdict()
    assert accepted is None
    assert "too many" in candidate.why
