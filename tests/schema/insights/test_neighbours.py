"""Suggestions, and whom members have in common, of a small follow graph."""

import random
from datetime import UTC, datetime

import pytest

from schema.insights import cohorts as known_cohorts
from schema.insights.groups import AdHocGroup, MemberRow
from schema.insights.neighbours import RELATIONS, Suggestion, common, count_common, followed, suggestions
from schema.store import cohorts, films, members, reactions, vectors
from schema.store.reactions import Reaction
from schema.viewer import ANYONE, OPERATOR

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


def _group(people, *names):
    return AdHocGroup(frozenset(people[name] for name in names))


def test_suggestions(connection, people):
    found = suggestions(connection, _group(people, "ada", "bo"), None, 5)
    assert found == [
        Suggestion(MemberRow(people["cy"], "cy", "Cy"), 2),
        Suggestion(MemberRow(people["eve"], "eve", "Eve"), 1),
    ]
    assert suggestions(connection, _group(people, "ada", "bo"), None, 1) == found[:1]
    assert suggestions(connection, _group(people, "ada", "bo"), (2, "cy"), 5) == found[1:]
    assert suggestions(connection, _group(people, "ada", "bo"), (1, "eve"), 5) == []
    assert suggestions(connection, _group(people), None, 5) == []


def test_who_vanished_is_not_suggested(connection, people):
    members.mark_missing(connection, "cy", AT)
    found = suggestions(connection, _group(people, "ada", "bo"), None, 5)
    assert [each.member.username for each in found] == ["eve"]
    pair = (people["ada"], people["bo"])
    assert common(connection, "following", "", 5, [pair]) == count_common(connection, "following", [pair]) == {}


def test_whom_pairs_have_in_common_equals_set_operations(connection, people):
    rng = random.Random(5)
    ids = members.upsert(connection, {f"m{n}": None for n in range(12)})
    follows = {name: set(rng.sample(sorted(set(ids) - {name}), 5)) for name in ids}
    for name, others in follows.items():
        members.replace_follows(connection, ids[name], [ids[other] for other in others], direction="following")
    followers = {name: {other for other in ids if name in follows[other]} for name in ids}
    between = {
        "following": lambda one, other: follows[one] & follows[other],
        "followers": lambda one, other: followers[one] & followers[other],
        "mutual": lambda one, other: follows[one] & followers[other],
    }
    assert set(between) == set(RELATIONS)
    pairs = {(ids[one], ids[other]): (one, other) for one in ids for other in ids}
    for relation, meet in between.items():
        expected = {pair: sorted(meet(*names)) for pair, names in pairs.items()}
        assert count_common(connection, relation, pairs) == {p: len(names) for p, names in expected.items() if names}
        for after, limit in (("", 100), ("m3", 2)):
            found = common(connection, relation, after, limit, pairs)
            for pair, names in expected.items():
                assert [row.username for row in found[pair]] == [each for each in names if each > after][:limit]
    assert set(followed(connection, pairs)) == {p for p, (one, other) in pairs.items() if other in follows[one]}


def test_cohorts_in_common_are_those_that_the_viewer_may_see(connection, people):
    both = [people["ada"], people["bo"]]
    made = {}
    for label, ids in {"both": both, "alone": both[:1], "all": list(people.values()), "hidden": both}.items():
        visibility = "private" if label == "hidden" else "public"
        made[label] = cohorts.create(connection, label, {"usernames": ["ada"]}, visibility=visibility)
        cohorts.set_members(connection, made[label], ids)
    pairs = [(people["ada"], people["bo"]), (people["bo"], people["eve"]), (people["ada"], people["ada"])]

    def found(limit, viewer):
        rows = known_cohorts.common(connection, limit, pairs, viewer)
        return [[row.label for row in rows.get(pair, [])] for pair in pairs]

    assert found(5, ANYONE) == [["all", "both"], ["all"], ["all", "alone", "both"]]
    assert found(5, OPERATOR) == [["all", "both", "hidden"], ["all"], ["all", "alone", "both", "hidden"]]
    assert found(1, ANYONE) == [["all"]] * 3
