"""How a delta goes where robots.txt forbids the order by rating date: by the feed, if that tells all it can."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.asking import feed
from crawler.asking.listing import ListingSpider
from crawler.asking.reading import Reading
from crawler.asking.spider import PageError, now
from crawler.middlewares.permission import refusal
from crawler.observations import FeedRead
from schema.store import feeds


class FeedFirstSpider(ListingSpider):
    """A spider whose listing tells, newest first, what the member's feed tells of most of it in one request.

    A feed that does not go back to the last time when all ratings were known has lost some, and one that cannot
    be had tells nothing: then all pages of the listing are read. A feed asked for within the hour is not asked
    for again; what it said then counts.
    """

    async def turn(self, reading: Reading) -> AsyncIterator[Any]:
        """The feed, what it said lately, or all pages."""
        name = reading.username
        if self.almanac.feeds == "on" and not refusal(self, self.letterboxd(feed.path(name))):
            interval = timedelta(hours=self.almanac.feed_interval_hours)
            for due in await self.session.call(feeds.claim, [name], now(), interval, opted_in=False):
                asked_for = {"reading": reading}
                yield feed.request(self, due, callback=self.parse_feed, errback=self.no_feed, cb_kwargs=asked_for)
                return
            seen = await self.session.call(feeds.last_read, name)
            if seen and await self.session.call(feeds.reaches_back, name):
                yield FeedRead(name, None, None, None, seen, instead_of=self.kind)
                return
        yield self.all_pages(reading)

    async def parse_feed(self, response: Response, reading: Reading) -> AsyncIterator[Any]:
        """The feed, if nothing can have been lost between it and what is known."""
        try:
            read = feed.read(self, response, reading.username)
        except PageError:
            yield self.all_pages(reading)
            return
        published = None if read.page is None else [item.published for item in read.page.items if item.kind != "list"]
        if await self.session.call(feeds.reaches_back, reading.username, published):
            yield replace(read, instead_of=self.kind)
        else:
            yield self.all_pages(reading)

    async def no_feed(self, failure: Failure) -> AsyncIterator[Any]:
        """No answer; what keeps back every request ends the crawl here."""
        self.explain(failure)
        yield self.all_pages(failure.request.cb_kwargs["reading"])
