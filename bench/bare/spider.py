"""Downloads the URLs of a file and does nothing with them."""

from collections.abc import AsyncIterator
from pathlib import Path

from scrapy import Request, Spider
from scrapy.http import Response


class BareSpider(Spider):
    """`-a urls=FILE`: one URL a line."""

    name = "bare"
    urls: str

    async def start(self) -> AsyncIterator[Request]:
        """Every URL at once; Scrapy's queue holds them."""
        for url in Path(self.urls).read_text().split():
            yield Request(url, callback=self.parse)

    def parse(self, response: Response) -> None:
        """Nothing: this is what downloading alone costs."""
