"""Runs crawls one after the other in this process: a JSON line [spider, arguments] in, the crawl's report out."""

import asyncio
import json
import os
import sys
from pathlib import Path

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.utils.defer import deferred_from_coro
from scrapy.utils.project import get_project_settings
from scrapy.utils.reactor import install_reactor

install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")

# Long enough for any page here, on a busy machine too.
_TIMEOUT_SECONDS = 1.2


async def _crawl_all() -> None:
    settings = get_project_settings()
    settings.set("DOWNLOAD_TIMEOUT", _TIMEOUT_SECONDS)
    runner = AsyncCrawlerRunner(settings)
    report = Path(os.environ["ALMANAC_CRAWL_REPORT"])
    while line := await asyncio.to_thread(sys.stdin.readline):
        spider, arguments = json.loads(line)
        report.unlink(missing_ok=True)
        await runner.crawl(spider, **arguments)
        print(report.read_text(), flush=True)


if __name__ == "__main__":
    from twisted.internet.task import react

    react(lambda _: deferred_from_coro(_crawl_all()))
