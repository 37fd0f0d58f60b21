"""Has the pages that want it shown to the browser."""

import re
from itertools import count

from playwright.async_api import Page
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy_playwright.page import PageMethod

from crawler.rendering.request import KEY
from crawler.rendering.settings import SLOT
from crawler.rendering.visit import Browsing, Visit

# What a browser puts around a fragment that is no page.
_FRAME = re.compile(rb"<html><head>(.*?)</head><body>(.*)</body></html>", re.DOTALL)


class RenderingMiddleware:
    """Inside all that decides whether a request may be sent: nothing is, but what the page asks for goes through it."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self._user_agent = crawler.settings["USER_AGENT"]
        self._numbers = count(1)
        self._browsing = Browsing(lambda part: crawler.engine.download_async(part))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "RenderingMiddleware":
        """Made by Scrapy."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Sends a page that is to be filled to the browser, in a context of its own: nothing is kept from it."""
        if KEY not in request.meta:
            return
        visit = Visit(request.meta[KEY], self._browsing)
        request.meta.update(
            visit=visit,
            download_slot=SLOT,
            playwright=True,
            playwright_context=f"visit {next(self._numbers)}",
            playwright_context_kwargs={"user_agent": self._user_agent, "service_workers": "block"},
            playwright_page_event_handlers={"close": _forget},
            playwright_page_init_callback=visit.open,
            playwright_page_goto_kwargs={"wait_until": "commit"},
            playwright_page_methods=[PageMethod(visit.wait)],
        )

    def process_response(self, request: Request, response: Response) -> Response:
        """The page as filled; in its place the answer that refused a part of it, which refuses the whole."""
        if "visit" not in request.meta:
            return response
        if self._browsing.refusal:
            return self._browsing.refusal.replace(request=request)
        fragment = _FRAME.fullmatch(response.body)
        body = fragment[1] + fragment[2] if fragment else response.body
        return response.replace(url=request.url, body=body)


async def _forget(page: Page) -> None:
    await page.context.close()
