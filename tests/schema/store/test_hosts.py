"""Pauses, waits and Crawl-delays of hosts, as every worker sees them; and paused runs that go on."""

import pytest

from schema.insights.hosts import withheld
from schema.store import cohorts, hosts, runs, steps
from schema.store.runs import RunInProgress
from schema.store.syncs import open_sync


def test_a_pause_keeps_its_first_reason_until_it_is_lifted(connection):
    assert hosts.standing(connection, "a.test") == hosts.Standing(None, 0.0, 0.0)
    hosts.pause(connection, "a.test", "challenge\npage", "run 7")
    hosts.pause(connection, "a.test", "another", "run 8")
    assert hosts.standing(connection, "a.test").paused == "challenge page"
    assert hosts.standing(connection, "b.test").paused is None
    (row,) = withheld(connection)
    assert (row.host, row.reason, row.paused_by) == ("a.test", "challenge page", "run 7")
    assert not hosts.resume(connection, "b.test")
    assert hosts.resume(connection, "a.test")
    assert not hosts.resume(connection, "a.test")
    assert withheld(connection) == []


def test_a_pause_of_everything_holds_for_every_host(connection):
    hosts.pause(connection, hosts.EVERYWHERE, "they have written to us", "ops")
    for host in ("a.test", "never.seen.test"):
        assert hosts.standing(connection, host).paused == "they have written to us"
        assert hosts.pause_reason(connection, host) == "they have written to us"
    assert hosts.resume(connection, hosts.EVERYWHERE)
    assert hosts.pause_reason(connection, "a.test") is None


def test_the_longer_wait_counts_and_an_absurd_one_is_cut(connection):
    hosts.hold(connection, "a.test", 60)
    hosts.hold(connection, "a.test", 5)
    assert 58 < hosts.standing(connection, "a.test").wait <= 60
    hosts.hold(connection, "a.test", 1e300)
    assert hosts.standing(connection, "a.test").wait <= 31 * 24 * 3600


def test_a_crawl_delay_is_remembered_and_forgotten(connection):
    hosts.set_crawl_delay(connection, "a.test", 2.5)
    assert hosts.standing(connection, "a.test").crawl_delay == 2.5
    hosts.set_crawl_delay(connection, "a.test", 0)
    assert hosts.standing(connection, "a.test").crawl_delay == 0


def test_a_paused_run_holds_its_cohort_and_goes_on_from_where_it_was(connection):
    cohort = cohorts.create(connection, "circle", {"usernames": ["ada"]})
    run = open_sync(connection, cohort)
    step = steps.start(connection, run, "refresh", 0, 1)
    steps.pause(connection, step, "a.test is paused: challenge page")
    with pytest.raises(RunInProgress, match=f"run {run} holds this cohort and is paused"):
        open_sync(connection, cohort)
    assert runs.open_runs(connection) == runs.due_cohorts(connection) == []
    assert steps.start(connection, run, "refresh", 0, 1) is None
    assert runs.resume_paused(connection) == [run]
    assert runs.open_runs(connection) == [run]
    again = steps.start(connection, run, "refresh", 0, 1)
    assert (again.status, again.attempts, again.error) == ("running", 1, None)
    assert runs.resume_paused(connection) == []


def test_a_paused_run_can_be_given_up(connection):
    cohort = cohorts.create(connection, "circle", {"usernames": ["ada"]})
    run = open_sync(connection, cohort)
    runs.finish(connection, run, "paused", "why")
    runs.finish(connection, run, "succeeded")
    assert runs.hold(connection, run) == "paused"
    runs.finish(connection, run, "failed", "given up")
    assert runs.hold(connection, run) == "failed"
    assert open_sync(connection, cohort) != run
