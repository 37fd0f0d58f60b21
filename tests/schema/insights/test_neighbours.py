"""Suggestions, mutuals and overlaps of a small follow graph."""

from datetime import UTC, datetime

import pytest

from schema.insights.neighbours import Suggestion, mutuals, overlap, suggestions
from schema.store import cohorts, films, members, reactions, vectors
from schema.store.reactions import Reaction

AT = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def people(connection):
    """Ada and Bo follow Cy; Ada follows Di and Eve, Eve follows Ada back. All but Di have rated something."""
    ids = members.upsert(connection, {"ada": "Ada", "bo": None, "cy": "Cy", "di": None, "eve": "Eve"})
    follows = {"ada": ("bo", "cy", "di", "eve"), "bo": ("cy",), "eve": ("ada",)}
    for name, others in follows.items():
        members.replace_follows(connection, ids[name], [ids[other] for other in others], direction="following")
    (film,) = films.resolve(connection, [films.Identity("film", 1, "Film", 2000)])
    rated = [ids[name] for name in ("ada", "bo", "cy", "eve")]
    given = [Reaction(member, film, 8) for member in rated]
    reactions.upsert(connection, given, ("rating",), source="crawl", observed_at=AT, record=False)
    vectors.rewrite(connection, list(ids.values()))
    return ids


def test_suggestions(connection, people):
    found = suggestions(connection, [people["ada"], people["bo"]], 5)
    assert found == [
        Suggestion(people["cy"], "cy", "Cy", 2),
        Suggestion(people["eve"], "eve", "Eve", 1),
    ]
    assert suggestions(connection, [people["ada"], people["bo"]], 1) == found[:1]
    assert suggestions(connection, [], 5) == []


def test_who_vanished_is_not_suggested(connection, people):
    members.mark_missing(connection, "cy", AT)
    assert [each.username for each in suggestions(connection, [people["ada"], people["bo"]], 5)] == ["eve"]


def test_mutuals(connection, people):
    assert mutuals(connection, people["ada"]) == [people["eve"]]
    assert mutuals(connection, people["bo"]) == []


def test_overlap(connection, people):
    both = cohorts.create(connection, "both", {"usernames": ["ada", "bo"]})
    cohorts.set_members(connection, both, [people["ada"], people["bo"]])
    alone = cohorts.create(connection, "alone", {"usernames": ["ada"]})
    cohorts.set_members(connection, alone, [people["ada"]])
    found = overlap(connection, people["ada"], people["bo"])
    assert found.following == [people["cy"]]
    assert found.followers == []
    assert found.cohorts == [both]
