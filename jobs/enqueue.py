"""Puts "go" into Redis, by dotted name. All that is to be remembered is in Postgres: a lost go is sent again."""

import secrets
from datetime import timedelta

from redis import Redis

from jobs.queues import QUEUES, SYNC, queue

_RESULT_SECONDS = 24 * 3600  # how long dashboards show what succeeded
_FAILURE_SECONDS = 7 * 24 * 3600


def advance(redis: Redis, run_id: int) -> None:
    """Has a worker find out what a run can do next. Send it after opening a run."""
    _send(redis, SYNC, "jobs.tasks.advance", run_id, job_id=f"advance-{run_id}")


def work(redis: Redis, on: str, run_id: int, name: str, part: int, attempt: int, *, delay: float = 0) -> None:
    """Has a worker of queue `on` do one part of a step, `delay` seconds from now."""
    job_id = f"part-{run_id}-{name}-{part}-{attempt}"
    _send(redis, on, "jobs.tasks.work", run_id, name, part, attempt, job_id=job_id, delay=delay)


def lost(redis: Redis, run_id: int, name: str, part: int, attempt: int, reason: str) -> None:
    """Has a worker record that the process working on a part was killed."""
    _send(redis, SYNC, "jobs.tasks.lost", run_id, name, part, attempt, reason, job_id=f"lost-{run_id}-{name}-{part}")


def recover(redis: Redis) -> None:
    """Has a worker look after all open runs."""
    _send(redis, SYNC, "jobs.tasks.recover", job_id="recover", keep=0)


def under_way(redis: Redis, *, started: bool) -> set[tuple[int, str, int]]:
    """The (run, step, part)s for which a go waits in Redis or, with `started`, was taken by a worker."""
    ids: list[str] = []
    for name in QUEUES:
        each = queue(name, redis)
        ids += each.get_job_ids()
        ids += each.scheduled_job_registry.get_job_ids(cleanup=False)
        if started:
            ids += each.started_job_registry.get_job_ids(cleanup=False)
    found = set()
    for job_id in ids:
        kind, _, rest = job_id.partition("-")
        if kind == "part":
            run_id, name, part, *_ = rest.split("-")
            found.add((int(run_id), name, int(part)))
    return found


def _send(
    redis: Redis, on: str, task: str, *arguments: int | str, job_id: str, delay: float = 0, keep: int = _RESULT_SECONDS
) -> None:
    send = queue(on, redis)
    options = {
        # Never the same id twice: RQ would mix up the two jobs' records.
        "job_id": f"{job_id}-{secrets.token_hex(4)}",
        "result_ttl": keep,
        "failure_ttl": _FAILURE_SECONDS,
    }
    if delay:
        send.enqueue_in(timedelta(seconds=delay), task, *arguments, **options)
    else:
        send.enqueue(task, *arguments, **options)
