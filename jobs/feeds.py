"""Has the feeds read that are due."""

from datetime import timedelta

from jobs.process import crawl
from schema.engine import engine
from schema.insights.sources import num_due
from schema.settings import Settings


def read() -> None:
    """Starts one spider for all feeds that are due, and none when there are none."""
    interval = timedelta(hours=Settings.from_environment().feed_interval_hours)
    with engine().connect() as connection:
        due = num_due(connection, interval)
    if due:
        crawl("rss", {}, echo=True)
