"""Obeys robots.txt, and takes silence for no."""

from scrapy import Request
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.http import Response

_DENY_ALL = b"User-agent: *\nDisallow: /\n"


class FailClosedRobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's middleware fetches anyway when robots.txt answers 5xx or not at all.

    RFC 9309, 2.3.1.4: an unreachable robots.txt means complete disallow.
    """

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500:
            response = response.replace(body=_DENY_ALL)
        elif response.status >= 400:
            response = response.replace(body=b"")  # no robots.txt: 2.3.1.3, everything is allowed
        await super()._parse_robots(response, netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        waiting = self._parsers[netloc]
        denied = self._parserimpl.from_crawler(self.crawler, _DENY_ALL)
        self._parsers[netloc] = denied
        waiting.callback(denied)
