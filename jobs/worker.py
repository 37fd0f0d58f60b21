"""The worker: RQ's, which also looks after runs whose worker died, and stops without losing what is under way."""

import logging
import os
import signal
import time
from contextlib import suppress
from typing import Any

import rq
from redis import Redis, RedisError
from rq.job import Job
from rq.scheduler import RQScheduler

import jobs.tasks  # noqa: F401 - what work-horses need is loaded once, before they are forked
from jobs import enqueue, stopping
from jobs.queues import QUEUES, connect, queue

logger = logging.getLogger(__name__)

_CARE_SECONDS = 60  # between two looks at open runs
_RECONNECT_SECONDS = 2.0


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


def run(names: tuple[str, ...] = QUEUES, *, burst: bool = False) -> None:
    """Works until SIGTERM or SIGINT or, with `burst`, until the queues are empty. Outlives a Redis that restarts."""
    while True:
        worker = Worker(names, connect())
        try:
            worker.work(burst=burst, with_scheduler=True, logging_level="WARNING")
        except RedisError as error:
            logger.warning("Redis does not answer: %s", error)
        if burst or worker.told_to_stop:
            return
        time.sleep(_RECONNECT_SECONDS)
