"""That what every test here does a second time is done, and would show a difference."""

from api.graphql import execution
from api.graphql.compiled import Completion
from tests.api.conftest import BOTH_WAYS

QUERY = '{ film(slug: "stalker") { title runtimeMinutes releaseDate genres } cohorts(first: 500) { totalCount } }'


def test_a_query_is_completed_twice_and_compared(api, world):
    before = BOTH_WAYS.compared
    assert api.ask(QUERY).codes == ["BAD_USER_INPUT"]
    assert (BOTH_WAYS.compared, BOTH_WAYS.differences) == (before + 1, [])


def test_a_difference_is_told(api, world, monkeypatch):
    monkeypatch.setitem(execution.LEAVES, "Int", Completion(call=lambda value: value + 1))
    assert api.data('{ film(slug: "stalker") { runtimeMinutes } }') == {"film": {"runtimeMinutes": 163}}
    (difference,) = BOTH_WAYS.differences
    assert "163" in difference and "162" in difference
    BOTH_WAYS.differences.clear()
