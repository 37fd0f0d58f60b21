"""Counts what became of every observation, so that a run can say what it did."""

from scrapy.crawler import Crawler

from crawler.observations import Failure, Observation


class AccountPipeline:
    """Keeps `almanac/<kind>` stats; the run's report is made from them."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "AccountPipeline":
        """Made by Scrapy."""
        return cls(crawler)

    def process_item(self, item: Observation) -> Observation:
        """Counts the observation under its kind."""
        failed = isinstance(item, Failure)
        self.crawler.stats.inc_value(f"almanac/{'failed' if failed else type(item).__name__}")
        return item
