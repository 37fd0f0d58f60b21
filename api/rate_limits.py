"""How often someone may ask: counted in Redis for all API processes, and by each for itself while Redis is away."""

import asyncio
import time
from dataclasses import dataclass

from redis.asyncio import Redis
from redis.exceptions import RedisError

_WINDOW_SECONDS = 60
_PATIENCE_SECONDS = 0.25  # for an answer of Redis: a limit must not cost more than what it guards
_PAUSE_SECONDS = 5.0  # before Redis is asked again after it failed
_MOST_NAMES = 50_000  # remembered here while Redis is away

# One round trip; a counter that has no end (its expiry was lost) gets a new one.
_COUNT = """
local count = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[1]); left = tonumber(ARGV[1]) end
return {count, left}
"""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a limit after one more request; `remaining` is negative when that was one too many."""

    limit: int
    remaining: int
    reset_seconds: int

    @property
    def exceeded(self) -> bool:
        """Whether the request is to be refused."""
        return self.remaining < 0

    @property
    def headers(self) -> dict[str, str]:
        """The allowance in the header fields of the IETF's draft, and when to come back."""
        fields = {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(max(0, self.remaining)),
            "RateLimit-Reset": str(self.reset_seconds),
        }
        return fields | ({"Retry-After": str(self.reset_seconds)} if self.exceeded else {})


class RateLimits:
    """Counts requests by name, in windows of a minute that begin with the first."""

    def __init__(self, redis: Redis | None) -> None:
        self._redis = redis
        self._asked_again_at = 0.0
        self._here: dict[str, tuple[int, float]] = {}

    async def take(self, name: str, limit: int) -> Allowance | None:
        """Counts one request of `name`, of which `limit` a minute are allowed; None when 0 says all are."""
        if not limit:
            return None
        count, left = await self._shared(name) or self._local(name)
        return Allowance(limit, limit - count, max(1, -int(-left // 1)))

    async def _shared(self, name: str) -> tuple[int, float] | None:
        if self._redis is None or time.monotonic() < self._asked_again_at:
            return None
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                count, left = await self._redis.eval(_COUNT, 1, f"almanac:rate:{name}", _WINDOW_SECONDS * 1000)
        except (RedisError, OSError, TimeoutError):
            self._asked_again_at = time.monotonic() + _PAUSE_SECONDS
            return None
        return count, left / 1000

    def _local(self, name: str) -> tuple[int, float]:
        now = time.monotonic()
        count, end = self._here.pop(name, (0, 0.0))
        if end <= now:
            count, end = 0, now + _WINDOW_SECONDS
        self._here[name] = (count + 1, end)
        if len(self._here) > _MOST_NAMES:  # the one that was quiet longest
            del self._here[next(iter(self._here))]
        return count + 1, end - now
