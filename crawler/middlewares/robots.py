"""Obeys robots.txt, and takes silence for no."""

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached


class FailClosedRobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's middleware fetches anyway when robots.txt answers 5xx or not at all.

    RFC 9309, 2.3.1.4: an unreachable robots.txt means complete disallow.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._silent: dict[str, str] = {}

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Refuses what the rules refuse, and everything on a host whose rules could not be read."""
        netloc = urlparse_cached(request).netloc
        if netloc in self._silent:
            raise IgnoreRequest(f"robots.txt of {netloc} {self._silent[netloc]}, so nothing there may be asked")
        super().process_request_2(rp, request)

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500:
            self._silent[netloc] = f"answers {response.status}"
        elif response.status >= 400:
            response = response.replace(body=b"")  # no robots.txt: 2.3.1.3, everything is allowed
        await super()._parse_robots(response, netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        self._silent[netloc] = f"cannot be read ({type(exc).__name__})"
        super()._robots_error(exc, netloc)
