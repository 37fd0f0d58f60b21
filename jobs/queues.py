"""The two RQ queues, the way to Redis, and which workers are alive."""

import os
import socket
from datetime import UTC, datetime, timedelta

from redis import Redis
from rq import Queue, Worker

from schema.announced import announced
from schema.settings import Settings

SYNC = "sync"  # short: computing, planning, looking after runs
CRAWL = "crawl"  # long: whatever starts a spider
QUEUES = (SYNC, CRAWL)

CRAWL_SECONDS = 3600  # after which a spider is asked to stop; what it read is kept, and the part goes on
GRACE_SECONDS = 60  # for its last requests: four under way, each with a timeout of 30 s
# RQ's own limits come after ours: it kills, and what it kills tells nobody why.
_JOB_SECONDS = {SYNC: 900, CRAWL: CRAWL_SECONDS + GRACE_SECONDS + 120}

_HEARTBEAT = timedelta(seconds=100)  # idle workers report every 60 s, busy ones every 30 s


class RedisUnavailable(RuntimeError):
    """There is no Redis; the message is one line and says what to do."""


def redis_url(settings: Settings | None = None) -> str:
    """REDIS_URL, else the embedded server that a running `almanac` has announced; raises RedisUnavailable."""
    settings = settings or Settings.from_environment()
    found = settings.redis_url or announced(settings, "REDIS_URL")
    if not found:
        raise RedisUnavailable("no Redis: set REDIS_URL, or keep `almanac up` running beside this command")
    return found


def connect() -> Redis:
    """A client of the configured Redis. Connects on first use."""
    return Redis.from_url(redis_url())


def queue(name: str, redis: Redis) -> Queue:
    """One of the queues, with the time limit its jobs get."""
    return Queue(name, connection=redis, default_timeout=_JOB_SECONDS[name])


def living_workers(redis: Redis) -> list[Worker]:
    """Workers that report, leaving out those of this machine whose process is gone."""
    return [worker for worker in Worker.all(connection=redis) if _lives(worker)]


def _lives(worker: Worker) -> bool:
    if worker.last_heartbeat is None or datetime.now(UTC) - worker.last_heartbeat > _HEARTBEAT:
        return False
    if worker.hostname != socket.gethostname() or not worker.pid:
        return True
    try:
        os.kill(worker.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
