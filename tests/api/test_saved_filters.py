"""Saved filters: kept only when films would take them, given back as they were, and honest when they grow old."""

import re

import pytest

from api.graphql.mutations import saved_filters as saving
from schema.store import saved_filters

SAVE = """mutation ($name: String!, $filter: JSON!) { saveFilter(name: $name, filter: $filter) {
    savedFilter { id name filter problem } userErrors { code field message } } }"""
SAVED = "{ viewer { savedFilters { name filter problem } } }"
FILMS = """query ($id: ID!, $filter: FilmFilter) { cohort(id: $id) { films(filter: $filter, first: 100) {
    totalCount edges { node { average watchers film { slug } } } } } }"""


def save(api, ada, name, filter):
    return api.data(SAVE, headers=ada.cookie, name=name, filter=filter)["saveFilter"]


def test_a_saved_filter_is_a_variable_of_films(api, world, ada):
    given = {
        "average": {"min": 3.5},
        "watchers": {"min": 2, "max": None},
        "ratedBy": {"usernames": ["ben"], "rating": {"min": 3}},
        "shapes": None,
        "genres": {"none": ["drama"]},
        "includeUnknown": True,
    }
    kept = save(api, ada, "Ben's best", given)["savedFilter"]
    assert kept["filter"] == given and kept["problem"] is None
    (found,) = api.data(SAVED, headers=ada.bearer("read"))["viewer"]["savedFilters"]
    assert found == {"name": "Ben's best", "filter": given, "problem": None}
    asked = {"id": str(world.cohort_id)}
    films = api.data(FILMS, filter=found["filter"], **asked)["cohort"]["films"]
    everything = api.data(FILMS, filter={}, **asked)["cohort"]["films"]
    assert 0 < films["totalCount"] < everything["totalCount"]
    assert films == api.data(FILMS, filter=given, **asked)["cohort"]["films"]
    assert all(edge["node"]["average"] >= 3.5 and edge["node"]["watchers"] >= 2 for edge in films["edges"])


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"average": {"min": "high"}}, ".average.min"),
        ({"average": {"min": 4, "max": 2}}, "filter.average"),
        ({"directors": {"any": [5]}}, ".directors.any[0]"),
        ({"shapes": ["ROUND"]}, ".shapes[0]"),
        ({"ratedBy": {"atLeast": 2}}, "filter.ratedBy"),
        ({"ratedBy": {"cohort": "mine"}}, "filter.ratedBy.cohort"),
        ({"recentYears": 0}, "filter.recentYears"),
        ({"release_year": {"min": 1999}}, "release_year"),
        ({"runtime": 90}, ".runtime"),
    ],
)
def test_what_films_would_not_take_is_refused_in_the_same_words(api, world, ada, wrong, named):
    refused = save(api, ada, "wrong", wrong)
    (error,) = refused["userErrors"]
    assert (refused["savedFilter"], error["code"], error["field"]) == (None, "INVALID", "filter")
    assert named in error["message"]
    asked = api.ask(FILMS, id=str(world.cohort_id), filter=wrong)
    suggested = re.sub(r" Did you mean [^?]*\? Found: ", ", found: ", asked["errors"][0]["message"])
    assert suggested.replace("'.,", "',") == error["message"]


def test_one_that_a_later_schema_does_not_take_stays_readable_and_says_so(api, database, ada):
    old = {"loudness": {"min": 3}, "search": "stalker"}
    with database.begin() as connection:
        saved_filters.save(connection, ada.account_id, "old", old)
    found = {each["name"]: each for each in api.data(SAVED, headers=ada.cookie)["viewer"]["savedFilters"]}["old"]
    assert found["filter"] == old and "loudness" in found["problem"]


def test_an_account_may_keep_so_many_and_change_those(api, ada, monkeypatch):
    assert save(api, ada, "first", {})["savedFilter"]
    have = len(api.data(SAVED, headers=ada.cookie)["viewer"]["savedFilters"])
    monkeypatch.setattr(saving, "_MOST_FILTERS", have)
    assert save(api, ada, "one more", {})["userErrors"][0]["code"] == "TOO_MANY"
    assert save(api, ada, " first ", {"search": "changed"})["savedFilter"]["filter"] == {"search": "changed"}
    assert save(api, ada, "large", {"search": "x" * 10_000})["userErrors"][0]["field"] == "filter"
