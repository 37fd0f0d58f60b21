"""Lists are replaced in whole, and never by an older reading."""

from datetime import UTC, datetime, timedelta

import pytest

from schema.insights.lists import films as films_of
from schema.insights.lists import known
from schema.store import films, lists, members

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def world(connection):
    """Ada, Bo, and three films."""
    ids = members.upsert(connection, dict.fromkeys(["ada", "bo"]))
    return ids, films.resolve(connection, [films.Identity(f"film-{n}", n, f"Film {n}", 2000) for n in (1, 2, 3)])


def _replace(connection, ids, film_ids, liked_by, at, run=7):
    return lists.replace(
        connection, run, ids["ada"], "best", title="Best", film_ids=film_ids, liked_by=liked_by, observed_at=at
    )


def test_replaced_in_whole(connection, world):
    ids, (one, two, three) = world
    assert _replace(connection, ids, [three, one], [ids["bo"]], NOON)
    assert films_of(connection, "ada/best") == [three, one]
    assert _replace(connection, ids, [two, three, two], [], NOON + timedelta(1), run=8)
    assert films_of(connection, "ada/best") == [two, three]
    assert known(connection, ["ada/best", "ada/worst"]) == {"ada/best"}
    assert known(connection, ["ada/best"], run_id=7) == set()
    assert known(connection, ["ada/best"], run_id=8) == {"ada/best"}


def test_an_older_reading_changes_nothing(connection, world):
    ids, (one, two, _) = world
    assert _replace(connection, ids, [one], [ids["bo"]], NOON)
    assert not _replace(connection, ids, [two], [], NOON - timedelta(1))
    assert films_of(connection, "ada/best") == [one]
