"""Whatever is killed, the sync ends as if nothing had happened, and nothing is done twice at once."""

import os
import signal
import time
from pathlib import Path

import pytest

MEMBERS = [f"m{n:02}" for n in range(6)]


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def spiders(stage):
    """Crawls begun and not ended, of processes that live."""
    ended = {pid for _, pid, _, _ in stage.crawls("end")}
    return [pid for _, pid, _, _ in stage.crawls() if pid not in ended and alive(pid)]


def assert_whole(stage, run):
    assert stage.finished(run).status == "succeeded", stage.run(run).error
    read = stage.execute(f"SELECT kind, count(*) FROM listings WHERE run_id = {run} GROUP BY kind ORDER BY kind")
    assert read == [(kind, len(MEMBERS)) for kind in ("likes", "profile", "rated")]
    assert all(part.attempts == 1 for part in stage.steps(run)["crawl"].parts)


@pytest.fixture
def under_way(stage, monkeypatch):
    """A worker, in the middle of step "crawl": (run, worker, its spider)."""
    monkeypatch.setenv("STANDIN_SECONDS", "0.12")
    run = stage.sync(stage.cohort(*MEMBERS))
    worker = stage.worker()
    stage.wait(lambda: any(spider == "rated" for _, _, spider, _ in stage.crawls()))
    stage.wait(lambda: stage.steps(run)["crawl"].done > 0)
    return run, worker, spiders(stage)[0]


def test_a_killed_worker_leaves_no_orphan_and_the_next_one_goes_on(stage, under_way):
    run, worker, spider = under_way
    family = list(children(worker.pid))
    assert len(family) == 2  # the scheduler and the work-horse
    worker.kill()
    stage.wait(lambda: not any(alive(pid) for pid in [*family, spider]), seconds=10)
    assert stage.run(run).status == "running"
    stage.worker()
    assert_whole(stage, run)


def test_everything_killed_at_once(stage, under_way):
    run, worker, spider = under_way
    for pid in [*children(worker.pid), worker.pid, spider]:
        os.kill(pid, signal.SIGKILL)
    stage.worker()
    assert_whole(stage, run)


def test_a_redis_that_lost_everything(stage, under_way):
    run, worker, _ = under_way
    stage.redis.flushall()
    stage.worker()
    assert_whole(stage, run)


def test_a_stopped_worker_puts_its_part_back_quickly(stage, under_way):
    run, worker, spider = under_way
    began = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0
    assert time.monotonic() - began < 5
    assert not alive(spider)
    assert {part.status for part in stage.steps(run)["crawl"].parts} == {"pending"}
    stage.worker()
    assert_whole(stage, run)


def test_a_killed_work_horse_counts_as_an_attempt(stage, under_way):
    run, worker, spider = under_way
    (horse,) = [child for child in children(worker.pid) if spider in children(child)]
    os.kill(horse, signal.SIGKILL)
    stage.wait(lambda: any(part.error for part in stage.steps(run)["crawl"].parts))
    (part,) = [part for part in stage.steps(run)["crawl"].parts if part.error]
    assert (part.attempts, part.arguments["kind"]) == (1, "rated")
    assert "the process doing it was killed" in part.error


def test_two_workers_share_the_parts_and_do_none_twice(stage, monkeypatch):
    monkeypatch.setenv("STANDIN_SECONDS", "0.1")
    run = stage.sync(stage.cohort(*MEMBERS))
    stage.worker()
    stage.worker()
    assert_whole(stage, run)
    crawls = [(spider, given["usernames"]) for _, _, spider, given in stage.crawls()]
    assert len(crawls) == len(set(crawls)) == 3
    begun = sorted(at for at, *_ in stage.crawls())
    assert begun[1] < min(at for at, *_ in stage.crawls("end"))  # two at the same time
