"""`scrapy crawl`, as Scrapy has it, but a crawl that failed says so in its exit code."""

import argparse

from scrapy.commands.crawl import Command as CrawlCommand

from crawler.extensions.report import Report


class Command(CrawlCommand):
    """Exits 1 when the crawl was refused, broke, or had errors to report; Scrapy alone would exit 0."""

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Runs the spider, then looks at what it reported."""
        super().run(args, opts)
        if Report.failed:
            self.exitcode = 1
