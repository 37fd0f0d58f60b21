"""What is worth a line in the log."""

from typing import Any

from scrapy.logformatter import LogFormatter


class QuietAboutItems(LogFormatter):
    """Scrapy's, less the items: each is a page with its 72 tiles, and the run's report counts them."""

    def scraped(self, item: Any, response: Any, spider: Any) -> None:
        """No line."""
