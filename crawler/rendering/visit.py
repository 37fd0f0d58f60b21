"""One page in the browser: what it may ask for, and how long it is waited for."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.async_api import Error, Page, Route
from playwright.async_api import Request as Asked
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawler.downloading.gate import CrawlStopping, HostPaused
from crawler.pages.errors import ChallengePage, PageError, RateLimited
from crawler.pages.trust import admit
from crawler.rendering.request import Unfilled

logger = logging.getLogger(__name__)

_MOST_REQUESTS = 10  # a script and the fragment that it fetches are two
_TYPES = frozenset({"script", "fetch", "xhr"})
_MOST_SCRIPTS = 100
_PASSED_ON = ("accept", "referer", "x-requested-with")
_CHALLENGES = "/cdn-cgi/"  # scripts by which a host examines its visitors
_STAY = 204  # no content: a page that would go elsewhere remains where it is
_PATIENCE_SECONDS = 10.0
_LOOK_SECONDS = 0.05


@dataclass(slots=True)
class Browsing:
    """What all visits of a crawl share: the way to Scrapy, the scripts known, the answer that refused any of them."""

    download: Callable[[Request], Awaitable[Response]]
    scripts: dict[str, Response] = field(default_factory=dict)
    refusal: Response | None = None


class Visit:
    """Gives the browser the page as it was served, and has Scrapy ask for whatever else the page needs.

    So every rule and every account of ours holds for it: robots.txt, delays, the ledger, no cookies. Only the
    page's own origin is asked, for scripts and data alone, and nothing more after a refusal.
    """

    def __init__(self, unfilled: Unfilled, crawl: Browsing) -> None:
        self._page, self._awaits = unfilled
        self._crawl = crawl
        self._opened = False
        self._requests = self._pending = 0
        self._latest = time.monotonic()
        self._kept_back: IgnoreRequest | None = None

    async def open(self, page: Page, _: Request) -> None:
        """Stands between the page and the network; called before the browser goes there."""
        await page.route("**/*", self._answer)

    async def wait(self, page: Page) -> None:
        """Returns when what is awaited is there, or will not come; whoever reads the page sees which.

        Raises IgnoreRequest when a script never lets go of the page, HostPaused or CrawlStopping when what the
        page wants may not be asked for any more.
        """
        while not self._crawl.refusal:
            if self._kept_back:
                raise self._kept_back
            try:
                async with asyncio.timeout(_PATIENCE_SECONDS):
                    there = await page.locator(self._awaits).count()
            except TimeoutError as error:
                raise IgnoreRequest(f"a script held the browser for {_PATIENCE_SECONDS:.0f} s") from error
            if there:
                return
            if not self._pending and time.monotonic() - self._latest > _PATIENCE_SECONDS:
                return
            await asyncio.sleep(_LOOK_SECONDS)

    async def _answer(self, route: Route) -> None:
        answer = await self._get(route.request)
        with suppress(Error):  # the page is gone, and does not wait any more
            if answer is None:
                await route.abort()
            else:
                kind = (answer.headers.get("Content-Type") or b"").decode("latin-1")
                await route.fulfill(status=answer.status, content_type=kind, body=answer.body)

    async def _get(self, asked: Asked) -> Response | None:
        if asked.is_navigation_request():
            first, self._opened = not self._opened, True
            return self._page if first else Response(asked.url, status=_STAY)
        if not self._allowed(asked):
            return None
        if asked.url in self._crawl.scripts:
            return self._crawl.scripts[asked.url]
        self._requests += 1
        self._pending += 1
        try:
            answer = self._judge(await self._crawl.download(_request(asked)))
        except (HostPaused, CrawlStopping) as kept_back:
            self._kept_back = kept_back
            return None
        except Exception as failure:
            logger.info("not for the browser: %s: %s: %s", asked.url, type(failure).__name__, failure)
            return None
        finally:
            self._pending -= 1
            self._latest = time.monotonic()
        self._remember(asked, answer)
        return answer

    def _remember(self, asked: Asked, answer: Response | None) -> None:
        script = answer is not None and answer.status == 200 and asked.resource_type == "script"
        if script and len(self._crawl.scripts) < _MOST_SCRIPTS:
            self._crawl.scripts[asked.url] = answer

    def _allowed(self, asked: Asked) -> bool:
        return (
            self._crawl.refusal is None
            and self._requests < _MOST_REQUESTS
            and asked.method == "GET"
            and asked.resource_type in _TYPES
            and urlsplit(asked.url)[:2] == urlsplit(self._page.url)[:2]
            and not urlsplit(asked.url).path.startswith(_CHALLENGES)
        )

    def _judge(self, answer: Response) -> Response | None:
        headers = answer.headers.to_unicode_dict()
        try:
            admit(answer.body, answer.url, answer.status, headers)
        except (ChallengePage, RateLimited):
            self._crawl.refusal = answer
            return None
        except PageError:  # the script's own affair
            return None if 300 <= answer.status < 400 else answer
        return answer


def _request(asked: Asked) -> Request:
    headers = {name: value for name, value in asked.headers.items() if name in _PASSED_ON}
    return Request(asked.url, headers=headers, callback=NO_CALLBACK, meta={"for_browser": True, "dont_redirect": True})
