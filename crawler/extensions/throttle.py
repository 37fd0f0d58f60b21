"""AutoThrottle that takes "not modified" for the good answer it is."""

from scrapy.core.downloader import Slot
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response

_NOT_MODIFIED = 304


class Throttle(AutoThrottle):
    """Scrapy's own lets answers other than 200 slow a crawl down, and never speed it up again.

    A crawl of revalidations would keep the delay of its slowest moment to its end.
    """

    def _adjust_delay(self, slot: Slot, latency: float, response: Response) -> None:
        seen = response.replace(status=200) if response.status == _NOT_MODIFIED else response
        super()._adjust_delay(slot, latency, seen)
