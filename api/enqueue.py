"""Has workers do things, by dotted name: the one place where the API speaks to the queues."""

import asyncio
import logging
import secrets

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue

log = logging.getLogger(__name__)

_QUEUE, _ADVANCE = "sync", "jobs.tasks.advance"
_JOB_SECONDS = 900
_RESULT_SECONDS = 24 * 3600
_FAILURE_SECONDS = 7 * 24 * 3600
_PATIENCE_SECONDS = 2


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
