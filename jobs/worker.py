"""The worker: RQ's, which also looks after runs whose worker died, and stops without losing what is under way."""

import logging
import os
import signal
import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import rq
from redis import Redis, RedisError
from rq.job import Job
from rq.queue import Queue
from rq.scheduler import RQScheduler

import jobs.tasks  # noqa: F401 - what work-horses need is loaded once, before they are forked
from jobs import enqueue, stopping
from jobs.queues import QUEUES, connect, queue

logger = logging.getLogger(__name__)

_CARE_SECONDS = 60  # between two looks at open runs
_RECONNECT_SECONDS = 2.0
_BURST_PATIENCE_SECONDS = 300.0  # longer than the wait before a part's last attempt


class Scheduler(RQScheduler):
    """Sends what is due later; a process of its own, which RQ would leave behind when its worker is killed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._worker = os.getpid()

    def heartbeat(self) -> None:
        """Called every second."""
        super().heartbeat()
        self._stop_requested = self._stop_requested or os.getppid() != self._worker


class Worker(rq.Worker):
    """Works on the queues in the order given."""

    def __init__(self, names: tuple[str, ...], redis: Redis) -> None:
        super().__init__(
            [queue(name, redis) for name in names],
            connection=redis,
            maintenance_interval=_CARE_SECONDS,
            # RQ looks around once in worker_ttl - 15 s when idle; its default, 420 s, is long for a lost go.
            worker_ttl=_CARE_SECONDS + 15,
        )

        self.worked = False
        """Whether it has done a part of a run."""

    @property
    def told_to_stop(self) -> bool:
        """Whether a signal ended, or is about to end, its work."""
        return self._shutdown_requested_date is not None

    def run_maintenance_tasks(self) -> None:
        """At the start, and every minute between jobs."""
        if not self.connection.hexists(self.key, "birth"):  # a Redis that lost everything
            self.connection.delete(self.key)
            self.register_birth()
        super().run_maintenance_tasks()
        enqueue.recover(self.connection)

    def execute_job(self, job: Job, queue: Queue) -> None:
        """In the worker: has a work-horse do it."""
        self.worked = self.worked or job.func_name == "jobs.tasks.work"
        super().execute_job(job, queue)

    def handle_warm_shutdown_request(self) -> None:
        """The part under way is put back, not waited for: it may take an hour, and loses nothing."""
        super().handle_warm_shutdown_request()
        with suppress(ProcessLookupError):
            if self.horse_pid:
                os.kill(self.horse_pid, signal.SIGTERM)

    def setup_work_horse_signals(self) -> None:
        """In the work-horse: SIGTERM asks instead of killing, and so does the death of this worker."""
        super().setup_work_horse_signals()
        stopping.listen(self.pid)

    def handle_job_failure(self, job: Job, *args: Any, exc_string: str = "", **kwargs: Any) -> None:
        """In the worker itself this means that the work-horse died before it could say anything."""
        super().handle_job_failure(job, *args, exc_string=exc_string, **kwargs)
        if not self.is_horse and job.func_name == "jobs.tasks.work":
            enqueue.lost(self.connection, *job.args, f"the process doing it was killed ({exc_string.strip(' ;')})")

    def _start_scheduler(self, burst: bool = False, *args: Any) -> None:
        self.scheduler = Scheduler(
            self.queues, connection=self.connection, logging_level="WARNING", serializer=self.serializer
        )
        self.scheduler.acquire_locks()
        if self.scheduler.acquired_locks:
            if burst:
                self.scheduler.enqueue_scheduled_jobs()
                self.scheduler.release_locks()
            else:
                self.scheduler.start()


def run(names: tuple[str, ...] = QUEUES, *, burst: bool = False, patience: float = _BURST_PATIENCE_SECONDS) -> None:
    """Works until SIGTERM or SIGINT or, with `burst`, until nothing is left to do; outlives a Redis that restarts.

    Something is left while an open run can go on, now or, after a failure, within `patience` seconds; 0 is one
    look at the queues. Raises RedisError when Redis stays away from a burst for as long.
    """
    away_since = None
    while True:
        worker = Worker(names, connect())
        wait: float | None = _RECONNECT_SECONDS
        try:
            worker.work(burst=burst, with_scheduler=True, logging_level="WARNING")
            if burst and not worker.told_to_stop:
                wait = _seconds_to_work(worker) if patience else None
            away_since = None
        except RedisError as error:
            logger.warning("Redis does not answer: %s", error)
            away_since = away_since or time.monotonic()
            if burst and time.monotonic() - away_since >= patience:
                raise
        if worker.told_to_stop or wait is None or (burst and wait > patience):
            return
        time.sleep(wait)


def _seconds_to_work(worker: Worker) -> float | None:
    """How long a burst has to wait for what is next; None when nothing is."""
    if worker.worked:
        return 0.0  # once more, which begins with a look at open runs: a go may have been lost
    if any(queue.count for queue in worker.queues):
        return _RECONNECT_SECONDS  # RQ ends quietly when Redis answers late
    due = [
        registry.get_scheduled_time(job_id)
        for registry in (queue.scheduled_job_registry for queue in worker.queues)
        for job_id in registry.get_job_ids(0, 0, cleanup=False)
    ]
    # RQ compares whole seconds.
    return max(0.0, (min(due) - datetime.now(UTC)).total_seconds()) + 1 if due else None
