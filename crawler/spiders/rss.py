"""Reads the feeds of members who opted in."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.asking import feed
from crawler.asking.spider import AlmanacSpider, PageError, names, now
from crawler.observations import ListingFailed
from schema.store import feeds


class RssSpider(AlmanacSpider):
    """`scrapy crawl rss [-a username=NAME]`: the feeds of all who opted in, or of some of them, that are due.

    A feed is asked for at most once in ALMANAC_FEED_HOURS, with the validators of its last answer.
    """

    name = "rss"
    reads_feeds = True

    def prepare(self, username: str | None = None, usernames: str | None = None) -> None:
        given = username or usernames
        self.usernames = [name.lower() for name in names(username=username, usernames=usernames)] if given else None

    async def ask(self) -> AsyncIterator[Request]:
        """One request a feed."""
        self._willing = set(await self.session.call(feeds.opted_in))
        for name in self.usernames or ():
            if name not in self._willing:
                raise ValueError(f"{name} has not opted in: almanac feed opt-in {name}, when they ask for it")
        interval = timedelta(hours=self.almanac.feed_interval_hours)
        for due in await self.session.call(feeds.claim, self.usernames, now(), interval):
            asked_of = {"username": due.username}
            yield feed.request(self, due, callback=self.parse, errback=self.unanswered, cb_kwargs=asked_of)

    def feeds_allowed(self, username: str) -> bool:
        """Whether a member has opted in."""
        return username in self._willing

    def parse(self, response: Response, username: str) -> Iterator[Any]:
        """The feed, or that nothing in it has changed."""
        try:
            yield feed.read(self, response, username)
        except PageError as error:
            # 404 is also what a private account answers, whose export is as good as anybody's.
            yield ListingFailed(username, self.name, str(error), False, now())

    def unanswered(self, failure: Failure) -> Iterator[Any]:
        """No answer: asked again when it is due again."""
        yield ListingFailed(failure.request.cb_kwargs["username"], self.name, self.explain(failure), False, now())
