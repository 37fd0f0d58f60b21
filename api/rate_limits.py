"""How often someone may ask: counted in Redis for all API processes, and by each for itself while Redis is away."""

import time
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from itertools import count

from api.patience import PatientRedis
from api.together import Together

_WINDOW_SECONDS = 60
_MOST_NAMES = 50_000  # remembered here while Redis is away

# One round trip for all names; a counter that has no end (its expiry was lost) gets a new one.
_COUNT = """
local found = {}
for n, name in ipairs(KEYS) do
  local count = redis.call('INCRBY', name, ARGV[n + 1])
  local left = redis.call('PTTL', name)
  if left < 0 then redis.call('PEXPIRE', name, ARGV[1]); left = tonumber(ARGV[1]) end
  found[2 * n - 1], found[2 * n] = count, left
end
return found
"""


_Request = tuple[tuple[str, ...], int]
"""The names that a request counts for, and a number that makes it one of its own."""


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

    def __init__(self, redis: PatientRedis) -> None:
        self._redis = redis
        self._here: dict[str, tuple[int, float]] = {}
        self._counted = Together(self._count)
        self._requests = count()

    async def take(self, *limits: tuple[str, int]) -> list[Allowance]:
        """Counts one request of each name, of which so many a minute are allowed; those with 0 are not counted."""
        counted = [(name, limit) for name, limit in limits if limit]
        if not counted:
            return []
        names = tuple(name for name, _ in counted)
        found = await self._counted((names, next(self._requests))) or [self._local(name) for name in names]
        return [
            Allowance(limit, limit - taken, max(1, -int(-left // 1)))
            for (_, limit), (taken, left) in zip(counted, found, strict=True)
        ]

    async def _count(self, requests: Collection[_Request]) -> dict[_Request, list[tuple[int, float]]]:
        """Of each request its number in each name's window, and the seconds left of that; nothing without Redis."""
        new = Counter(name for names, _ in requests for name in names)
        names = [f"almanac:rate:{name}" for name in new]
        asked = (_COUNT, len(names), *names, _WINDOW_SECONDS * 1000, *new.values())
        found = await self._redis(lambda redis: redis.eval(*asked))
        if found is None:
            return {}
        before = {name: counted - new[name] for name, counted in zip(new, found[::2], strict=True)}
        left = dict(zip(new, found[1::2], strict=True))
        numbered = {}
        for request in requests:
            for name in request[0]:
                before[name] += 1
            numbered[request] = [(before[name], left[name] / 1000) for name in request[0]]
        return numbered

    def _local(self, name: str) -> tuple[int, float]:
        now = time.monotonic()
        taken, end = self._here.pop(name, (0, 0.0))
        if end <= now:
            taken, end = 0, now + _WINDOW_SECONDS
        self._here[name] = (taken + 1, end)
        if len(self._here) > _MOST_NAMES:  # the one that was quiet longest
            del self._here[next(iter(self._here))]
        return taken + 1, end - now
