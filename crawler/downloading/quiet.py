"""How long a host wants to be left alone after an answer."""

import random
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scrapy.http import Response

_FAILING = {429, 500, 502, 503, 504, 522, 524}  # what is worth asking again, later
_LONGEST_BACKOFF_SECONDS = 300.0


def seconds_of_quiet(response: Response, delay: float, retries: int) -> float:
    """Retry-After when the host gave one; after a failure without it, `delay` doubled with every retry.

    0 for an answer that asks for nothing. The backoff comes with jitter, so that workers do not return as one.
    """
    if response.status not in _FAILING:
        return 0.0
    asked = _retry_after(response)
    if asked is not None:
        return asked
    return min(delay * 2 ** (retries + 1), _LONGEST_BACKOFF_SECONDS) * random.uniform(1, 1.5)


def _retry_after(response: Response) -> float | None:
    """RFC 9110, 10.2.3: a number of seconds, or a date, which is compared with the host's own clock.

    That clock's fraction of a second is not in its Date, so that we come at most a second too late, never early.
    """
    value = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if value.isdecimal():
        return float(value)
    when = _date(value)
    if when is None:
        return None
    host_now = _date((response.headers.get("Date") or b"").decode("latin-1"))
    return max(0.0, (when - (host_now or datetime.now(UTC))).total_seconds())


def _date(value: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(value)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
