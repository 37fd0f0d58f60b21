"""Downloads the URLs of a file, by the same rules as every spider here, and does nothing with them."""

from collections.abc import AsyncIterator
from pathlib import Path

from scrapy import Request
from scrapy.http import Response

from crawler.asking.spider import AlmanacSpider


class BareSpider(AlmanacSpider):
    """`-a urls=FILE`: one URL a line."""

    name = "bare"

    def prepare(self, urls: str) -> None:
        """Takes the file's name."""
        self.urls = Path(urls).read_text().split()

    async def ask(self) -> AsyncIterator[Request]:
        """Every URL; Scrapy's queue holds them."""
        for url in self.urls:
            yield Request(url, callback=self.parse)

    def parse(self, response: Response) -> None:
        """Nothing: this is what downloading alone costs."""
