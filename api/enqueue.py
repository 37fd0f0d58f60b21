"""Has workers do things, by dotted name: the one place where the API speaks to the queues."""

import asyncio
import logging
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker

log = logging.getLogger(__name__)

_QUEUE, _ADVANCE = "sync", "jobs.tasks.advance"
QUEUES = (_QUEUE, "crawl")
_HEARTBEAT = timedelta(seconds=100)  # idle workers report every 60 s, busy ones every 30 s
_JOB_SECONDS = 900
_RESULT_SECONDS = 24 * 3600
_FAILURE_SECONDS = 7 * 24 * 3600
_PATIENCE_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Queues:
    """How many workers report, and how many jobs each queue has: waiting, started, scheduled, failed."""

    workers: int
    jobs: dict[str, dict[str, int]]


class Enqueuer:
    """Sends goes. One that cannot be sent is no failure: workers look after open runs every minute."""

    def __init__(self, redis_url: str) -> None:
        self._redis = (
            Redis.from_url(redis_url, socket_timeout=_PATIENCE_SECONDS, socket_connect_timeout=_PATIENCE_SECONDS)
            if redis_url
            else None
        )

    async def advance(self, run_id: int) -> None:
        """Has a worker find out what a run can do next."""
        if self._redis is None:
            return
        try:
            await asyncio.to_thread(self._send, _ADVANCE, run_id)
        except (RedisError, OSError):
            log.warning("Redis is away: run %d waits until a worker looks for it", run_id)

    async def queues(self) -> Queues | None:
        """How the queues stand; None when there is no Redis, or it does not answer."""
        if self._redis is None:
            return None
        try:
            return await asyncio.to_thread(self._queues)
        except (RedisError, OSError):
            return None

    def _queues(self) -> Queues:
        since = datetime.now(UTC) - _HEARTBEAT
        workers = [each for each in Worker.all(connection=self._redis) if each.last_heartbeat]
        return Queues(
            sum(each.last_heartbeat > since for each in workers),
            {name: _counts(Queue(name, connection=self._redis)) for name in QUEUES},
        )

    def _send(self, task: str, run_id: int) -> None:
        Queue(_QUEUE, connection=self._redis).enqueue(
            task,
            run_id,
            # Never the same id twice: RQ would mix up the two jobs' records.
            job_id=f"advance-{run_id}-{secrets.token_hex(4)}",
            job_timeout=_JOB_SECONDS,
            result_ttl=_RESULT_SECONDS,
            failure_ttl=_FAILURE_SECONDS,
        )


def _counts(queue: Queue) -> dict[str, int]:
    registries = {
        "started": queue.started_job_registry,
        "scheduled": queue.scheduled_job_registry,
        "failed": queue.failed_job_registry,
    }
    counted = {state: registry.get_job_count(cleanup=False) for state, registry in registries.items()}
    return {"waiting": queue.count, **counted}
