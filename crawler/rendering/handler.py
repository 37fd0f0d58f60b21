"""The download handler of a crawl that may render pages."""

from scrapy import Request
from scrapy.http import Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from crawler.downloading.handlers import Gated
from crawler.rendering.request import KEY


class GatedBrowser(Gated, ScrapyPlaywrightDownloadHandler):
    """HTTP and HTTPS, and the browser, which waits for nothing: a page shown to it is not sent."""

    async def download_request(self, request: Request) -> Response:
        """The answer to a request, which is sent as soon as it may; or the page as the browser has filled it.

        What the page asks for meanwhile comes by here itself.
        """
        if KEY in request.meta:
            return await ScrapyPlaywrightDownloadHandler.download_request(self, request)
        return await super().download_request(request)
