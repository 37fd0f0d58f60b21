"""Redis, asked by those who can do without it."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError

_PATIENCE_SECONDS = 0.25  # what it is asked for must not cost more than doing without
_PAUSE_SECONDS = 5.0  # before it is asked again after it failed

Result = TypeVar("Result")


class PatientRedis:
    """Waits for a Redis but a moment and, when it fails, leaves it alone for a while."""

    def __init__(self, redis: Redis | None) -> None:
        self._redis = redis
        self._asked_again_at = 0.0

    async def __call__(self, command: Callable[[Redis], Awaitable[Result]]) -> Result | None:
        """What `command(redis)` gives; None when there is no Redis, or it does not answer."""
        if self._redis is None or time.monotonic() < self._asked_again_at:
            return None
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                return await command(self._redis)
        except (RedisError, OSError, TimeoutError):
            self._asked_again_at = time.monotonic() + _PAUSE_SECONDS
            return None
