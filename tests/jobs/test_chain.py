"""A sync from its opening to its end, with real workers, and with spiders that do as they are told."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from rq.job import Job

from jobs import chain, enqueue, planner, queues
from schema.store import cohorts, runs, steps
from schema.store.runs import RunInProgress
from schema.store.syncs import open_refresh


def test_a_sync_runs_through_its_chain_once(stage):
    with stage.engine.begin() as connection:
        cohort = cohorts.create(connection, "Ada's circle", {"following": "ada"})
    run = stage.sync(cohort)
    with pytest.raises(RunInProgress) as held:
        stage.sync(cohort)
    assert held.value.run_id == run
    stage.worker(burst=True, wait=True)
    assert stage.run(run).status == "succeeded", stage.run(run).error
    found = stage.steps(run)
    assert list(found) == ["refresh", "crawl", "stats", "rankings"]
    assert {step.status for step in found.values()} == {"succeeded"}
    assert all(part.attempts == 1 for step in found.values() for part in step.parts)
    assert found["refresh"].parts[0].detail == {"members": 3, "changed": True}
    assert (found["crawl"].done, found["crawl"].total) == (9, 9)
    crawls = [(spider, given["usernames"]) for _, _, spider, given in stage.crawls()]
    assert crawls[0] == ("following", "ada")
    assert sorted(crawls[1:]) == [("likes", "bea,cid,dot"), ("profile", "bea,cid,dot"), ("rated", "bea,cid,dot")]

    chain.work(run, "crawl", 0, 1)  # a go that comes late …
    chain.work(run, "crawl", 0, 2)  # … or that nobody sent
    chain.advance(run)
    assert len(stage.crawls()) == 4


def test_a_refresh_finds_the_members_and_reads_nobody_s_films(stage):
    with stage.engine.begin() as connection:
        run = open_refresh(connection, cohorts.create(connection, "Ada's circle", {"following": "ada"}))
    chain.advance(run)
    stage.worker(burst=True, wait=True)
    assert stage.run(run).status == "succeeded", stage.run(run).error
    assert stage.steps(run)["refresh"].parts[0].detail == {"members": 3, "changed": True}
    assert list(stage.steps(run)) == ["refresh"]
    assert [spider for _, _, spider, _ in stage.crawls()] == ["following"]


def test_large_cohorts_are_cut_into_parts(stage):
    names = [f"m{n:02}" for n in range(30)]
    run = stage.sync(stage.cohort(*names))
    stage.worker(burst=True, wait=True)
    asked = [(spider, given["usernames"].split(",")) for _, _, spider, given in stage.crawls()]
    assert sorted((spider, len(share)) for spider, share in asked) == [
        ("likes", 30),
        ("profile", 30),
        ("rated", 15),
        ("rated", 15),
    ]
    assert sorted(name for spider, share in asked if spider == "rated" for name in share) == names
    assert stage.run(run).status == "succeeded"


def test_unreadable_members_are_named_and_the_others_are_synced(stage):
    run = stage.sync(stage.cohort("bea", "ghost", "drift"))
    stage.worker(burst=True, wait=True)
    assert stage.run(run).status == "succeeded"
    rated = next(p for p in stage.steps(run)["crawl"].parts if p.arguments["kind"] == "rated")
    assert rated.detail["failed"] == {
        "drift": "markup drift at /drift/",
        "ghost": "missing page at /ghost/: 404",
    }


def test_what_trying_again_would_not_help_fails_at_once(stage):
    ghosts = stage.sync(stage.cohort("ghost1", "ghost2"))
    refused = stage.sync(stage.cohort("refuse"))
    with stage.engine.begin() as connection:
        lonely = cohorts.create(connection, "lonely", {"following": "bea"})
        lost = cohorts.create(connection, "lost", {"followers": "ghost"})
    lonely, lost = stage.sync(lonely), stage.sync(lost)
    stage.worker(burst=True, wait=True)
    assert {run: stage.run(run).error for run in (ghosts, refused, lonely, lost)} == {
        ghosts: "crawl: rated of ghost1 and of 1 more could not be read: missing page at /ghost1/: 404",
        refused: "crawl: go away",
        lonely: "refresh: nobody belongs to this cohort, by its definition",
        lost: "refresh: no member 'ghost' at http://upstream.test",
    }
    assert {stage.run(run).status for run in (ghosts, refused, lonely, lost)} == {"failed"}
    assert not enqueue.under_way(stage.redis, started=False)
    with stage.engine.connect() as connection:
        assert runs.due_cohorts(connection) == []  # nor is any of it tried again within six hours


def test_a_paused_host_pauses_the_run_until_it_is_resumed(stage):
    run = stage.sync(stage.cohort("pause"))
    stage.worker(burst=True, wait=True)
    paused = stage.run(run)
    assert (paused.status, paused.error) == ("paused", "crawl: upstream.test is paused: a challenge")
    crawl = stage.steps(run)["crawl"]
    assert crawl.status == "paused"
    assert [part.attempts for part in crawl.parts if part.status == "paused"] == [0]
    assert not enqueue.under_way(stage.redis, started=False)  # nor is it tried again
    with stage.engine.connect() as connection:
        assert runs.due_cohorts(connection) == []
    assert chain.resume("another.test") is None
    assert chain.resume("upstream.test") == [run]
    asked = len(stage.crawls())
    stage.worker(burst=True, wait=True)
    assert stage.run(run).status == "succeeded", stage.run(run).error
    assert all(part.attempts == 1 for step in stage.steps(run).values() for part in step.parts)
    assert len(stage.crawls()) - asked <= 3  # each kind of listing once


def test_a_pause_that_was_lifted_meanwhile_holds_nothing_up(stage):
    run = stage.sync(stage.cohort("late"))
    stage.worker(burst=True, wait=True)
    assert stage.run(run).status == "succeeded", stage.run(run).error
    assert all(part.attempts == 1 for step in stage.steps(run).values() for part in step.parts)


def test_a_failing_part_is_tried_three_times_later_and_later(stage):
    run = stage.sync(stage.cohort("crash"))
    waiting = queues.queue(queues.CRAWL, stage.redis).scheduled_job_registry
    delays = []
    for attempt in (1, 2, 3):
        stage.worker(burst=True, wait=True)
        rated = next(p for p in stage.steps(run)["crawl"].parts if p.arguments["kind"] == "rated")
        assert rated.attempts == attempt
        assert "was killed by signal 9" in rated.error
        mine = [job for job in waiting.get_job_ids() if job.startswith(f"part-{run}-crawl-{rated.part}-")]
        if not mine:
            break
        delays.append(round((waiting.get_scheduled_time(mine[0]) - datetime.now(UTC)).total_seconds(), -1))
        for job in waiting.get_job_ids():
            if job not in mine:
                waiting.remove(job)
        waiting.schedule(Job.fetch(mine[0], connection=stage.redis), datetime.now(UTC) - timedelta(seconds=1))
    assert delays == [30, 150]
    assert stage.run(run).status == "failed"
    assert stage.run(run).error == "crawl: spider rated was killed by signal 9 (attempt 3 of 3)"
    assert len([spider for _, _, spider, _ in stage.crawls() if spider == "rated"]) == 3


def test_a_burst_waits_for_parts_that_are_tried_again(stage):
    run = stage.sync(stage.cohort("crash"))
    soon = "from jobs import chain, worker; chain._RETRY_SECONDS = {2: 1, 3: 2}; worker.run(burst=True)"
    subprocess.run([sys.executable, "-c", soon], check=True, timeout=60)
    assert stage.run(run).error == "crawl: spider rated was killed by signal 9 (attempt 3 of 3)"


def test_a_claimed_part_is_left_to_its_holder(stage):
    run = stage.sync(stage.cohort("bea"))
    with steps.claimed(stage.engine, run, "refresh", 0) as ours:
        assert ours
        chain.work(run, "refresh", 0, 1)
        assert stage.steps(run)["refresh"].parts[0].status == "pending"
        stage.redis.flushall()
        chain.advance(run, started=False)
        assert not enqueue.under_way(stage.redis, started=True)
    chain.advance(run, started=False)
    chain.advance(run, started=False)
    assert enqueue.under_way(stage.redis, started=True) == {(run, "refresh", 0)}
    assert len(queues.queue(queues.CRAWL, stage.redis)) == 1


def test_cohorts_are_due_a_day_after_their_last_success(stage):
    first, second = stage.cohort("bea"), stage.cohort("cid")
    opened = planner.plan()
    assert [stage.run(run).cohort_id for run in opened] == [first, second]
    assert planner.plan() == []
    with stage.engine.begin() as connection:
        runs.finish(connection, opened[0], "succeeded")
        runs.finish(connection, opened[1], "failed", "no reason")
    assert planner.plan() == []
    stage.execute("UPDATE sync_runs SET created_at = created_at - interval '25 hours'")
    assert [stage.run(run).cohort_id for run in planner.plan()] == [first]
    stage.execute("UPDATE sync_runs SET finished_at = finished_at - interval '7 hours'")
    assert [stage.run(run).cohort_id for run in planner.plan()] == [second]
