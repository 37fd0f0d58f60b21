"""Scrapy's download handlers, behind the gate: past it there is no queue, delay or middleware, only the wire."""

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.downloading.gate import Gate


class Gated:
    """Mixed into a download handler: its requests wait for their turn, and their answers are heeded."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._gate = Gate.of(crawler)

    async def download_request(self, request: Request) -> Response:
        """The answer to a request, which is sent as soon as it may."""
        await self._gate.enter(request)
        response = await super().download_request(request)
        await self._gate.heed(request, response)
        return response


class GatedHttp(Gated, HTTP11DownloadHandler):
    """HTTP and HTTPS."""
