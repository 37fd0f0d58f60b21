"""One request at a time and interval to a host, counted for all processes and machines together."""

import logging
from datetime import timedelta
from functools import cache

from throttled import RateLimiterType, per_duration
from throttled.asyncio import MemoryStore, RedisStore, Throttled
from throttled.exceptions import StoreUnavailableError

from schema.announced import announced
from schema.settings import Settings

logger = logging.getLogger(__name__)

# What leaves us evenly arrives unevenly; with this much to spare no second at the host holds one more.
_MARGIN = 1.1
# Where requests leave by the dozen a second, half as much does, and one may make up for a late one: what timers are
# late would add up to a fifth of the pace.
_FAST = 1 / 20
_FAST_MARGIN = 1.05
_REDIS_PATIENCE_SECONDS = 1.0


class Cap:
    """The cap is kept in Redis, by Redis' own clock; without a Redis, by this process for itself.

    An interval is the emission interval of the generic cell rate algorithm with a burst of one, or of two for a host
    that takes more than twenty requests a second.
    """

    def __init__(self, settings: Settings) -> None:
        url = settings.redis_url or announced(settings, "REDIS_URL")
        if not url:
            logger.warning("no Redis: other processes do not share this one's cap (set REDIS_URL)")
        store = RedisStore(server=url) if url else MemoryStore()

        @cache
        def limiter(milliseconds: int, burst: int) -> Throttled:
            # A thousand in so many seconds, since the library's periods are whole seconds.
            quota = per_duration(timedelta(seconds=milliseconds), 1000, burst=burst)
            return Throttled(using=RateLimiterType.GCRA.value, quota=quota, store=store)

        self._limiter = limiter
        self._silent = False

    async def wait(self, host: str, delay: float) -> float:
        """0 when a request may leave now, which it then must; else for how many seconds it is too early.

        While Redis does not answer, it is too early: a cap that cannot be counted is not kept.
        """
        fast = delay < _FAST
        interval = max(1, round(delay * (_FAST_MARGIN if fast else _MARGIN) * 1000))
        try:
            result = await self._limiter(interval, 2 if fast else 1).limit(f"almanac:{host}")
        except StoreUnavailableError as error:
            if not self._silent:
                logger.warning("Redis does not answer, so nothing is asked until it does: %s", error.__cause__)
            self._silent = True
            return _REDIS_PATIENCE_SECONDS
        self._silent = False
        return max(0.001, result.state.retry_after) if result.limited else 0.0
