"""Obeys robots.txt, its Crawl-delay included, and takes silence for no."""

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from scrapy.utils.httpobj import urlparse_cached

from crawler.downloading.gate import Gate


class FailClosedRobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's middleware fetches anyway when robots.txt answers 5xx or not at all.

    RFC 9309, 2.3.1.4: an unreachable robots.txt means complete disallow.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._silent: dict[str, IgnoreRequest] = {}
        crawler.signals.connect(self._slow_down, signal=signals.robots_parsed)

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The host's rules. Of several requests that wait for them at once, Scrapy's tells only the first."""
        await super().robot_parser(request)
        return self._parsers[urlparse_cached(request).netloc]

    def process_request_2(self, rp: RobotParser | None, request: Request) -> None:
        """Refuses what the rules refuse, and everything on a host whose rules could not be read."""
        silent = self._silent.get(urlparse_cached(request).netloc)
        if silent:
            raise silent
        super().process_request_2(rp, request)

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= 500:
            self._refuse(netloc, f"answers {response.status}")
        elif response.status >= 400:
            response = response.replace(body=b"")  # no robots.txt: 2.3.1.3, everything is allowed
        await super()._parse_robots(response, netloc, request)

    async def _slow_down(self, robotparser: RobotParser, request: Request) -> None:
        """Called, and awaited, when the rules are read and before anything is let through by them."""
        delay = robotparser.crawl_delay(self._robotstxt_useragent)
        await Gate.of(self.crawler).slow_down(request.url, delay or 0.0)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        if isinstance(exc, IgnoreRequest):
            self._silent[netloc] = exc  # kept back by ourselves, for a reason of its own
        else:
            self._refuse(netloc, f"cannot be read ({type(exc).__name__})")
        super()._robots_error(exc, netloc)

    def _refuse(self, netloc: str, why: str) -> None:
        self._silent[netloc] = IgnoreRequest(f"robots.txt of {netloc} {why}, so nothing there may be asked")
