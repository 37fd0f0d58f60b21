"""A part of a step is begun by one, once, and ends as it ended."""

import pytest

from schema.store import cohorts, runs, steps
from schema.store.syncs import CHAIN, open_sync


@pytest.fixture
def run(connection):
    return open_sync(connection, cohorts.create(connection, "circle", {"usernames": ["ada"]}))


def part(connection, run, name="refresh"):
    return next(step for step in steps.of_run(connection, run) if step.name == name)


def test_a_sync_is_planned_as_its_chain(connection, run):
    planned = steps.of_run(connection, run)
    assert {step.name for step in planned} == set(CHAIN)
    assert [step.arguments for step in planned if step.name == "enrich"] == [
        {"sources": ["catalogue", "wikidata", "tmdb", "search", "page", "tmdb"]},
        {"sources": ["histogram"]},
    ]
    cohort = cohorts.create(connection, "another", {"usernames": ["ada"]})
    short = open_sync(connection, cohort, enrich=False)
    assert "enrich" not in {step.name for step in steps.of_run(connection, short)}


def test_one_open_sync_a_cohort(connection, run):
    with pytest.raises(runs.RunInProgress) as held:
        open_sync(connection, runs.cohort_of(connection, run))
    assert held.value.run_id == run


def test_an_attempt_is_begun_by_its_number(connection, run):
    assert steps.start(connection, run, "refresh", 0, 2) is None
    step = steps.start(connection, run, "refresh", 0, 1)
    assert (step.status, step.attempts, step.next_attempt) == ("running", 1, 1)
    again = steps.start(connection, run, "refresh", 0, 1)  # its process died without a word
    assert again.attempts == 1
    steps.finish(connection, step, {"members": 3})
    assert steps.start(connection, run, "refresh", 0, 2) is None
    assert part(connection, run).detail == {"members": 3}


def test_an_interruption_does_not_count_and_a_failure_does(connection, run):
    steps.release(connection, steps.start(connection, run, "refresh", 0, 1))
    assert (part(connection, run).status, part(connection, run).next_attempt) == ("pending", 1)
    steps.fail(connection, steps.start(connection, run, "refresh", 0, 1), "a hiccup", final=False)
    assert (part(connection, run).error, part(connection, run).next_attempt) == ("a hiccup", 2)
    steps.fail(connection, steps.start(connection, run, "refresh", 0, 2), "no more", final=True)
    assert part(connection, run).status == "failed"
    assert runs.hold(connection, run) == "failed"
    assert steps.start(connection, run, "stats", 0, 1) is None  # its run is over


def test_a_part_that_has_ended_stays_as_it_ended(connection, run):
    step = steps.start(connection, run, "refresh", 0, 1)
    steps.finish(connection, step, {})
    steps.fail(connection, step, "too late", final=True)
    steps.release(connection, step)
    assert part(connection, run).status == "succeeded"
    assert runs.hold(connection, run) == "running"


def test_a_step_is_planned_anew_as_a_whole(connection, run):
    steps.plan(connection, run, "crawl", [{"kind": "rated"}, {"kind": "likes"}])
    steps.plan(connection, run, "crawl", [{"kind": "rated"}])
    assert [step.arguments for step in steps.of_run(connection, run) if step.name == "crawl"] == [{"kind": "rated"}]


def test_a_claim_is_seen_by_others_and_ends_with_its_block(database, connection, run):
    with steps.claimed(database, run, "refresh", 0) as ours:
        assert ours
        with steps.claimed(database, run, "refresh", 0) as twice:
            assert not twice
        with steps.claimed(database, run, "stats", 0) as other:
            assert other
            assert steps.claims(connection, run) == {("refresh", 0), ("stats", 0)}
    assert steps.claims(connection, run) == set()
