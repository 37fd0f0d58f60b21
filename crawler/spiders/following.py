"""Crawls whom a member follows, or who follows a member."""

from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.asking.spider import AlmanacSpider, PageError, names, now
from crawler.items import Person
from crawler.observations import ListingFailed, PeopleRead
from crawler.pages import following
from crawler.pages.errors import MissingPage


class FollowingSpider(AlmanacSpider):
    """`scrapy crawl following -a username=NAME [-a direction=followers]`: all pages, 25 people each."""

    name = "following"

    def prepare(
        self,
        username: str | None = None,
        usernames: str | None = None,
        direction: str = "following",
    ) -> None:
        self.usernames = [name.lower() for name in names(username=username, usernames=usernames)]
        if direction not in {"following", "followers"}:
            raise ValueError(f"-a direction is following or followers, not {direction!r}")
        self.direction = direction

    async def ask(self) -> AsyncIterator[Request]:
        """The first page of each member."""
        for username in self.usernames:
            yield self._page(f"/{username}/{self.direction}/", username, ())

    def _page(self, url: str, username: str, people: tuple[Person, ...]) -> Request:
        return self.letterboxd(
            url,
            callback=self.parse,
            errback=self.unanswered,
            cb_kwargs={"username": username, "people": people},
        )

    def parse(self, response: Response, username: str, people: tuple[Person, ...]) -> Iterator[Any]:
        """Collects the people of all pages; half a circle is no circle, so a bad page ends it."""
        try:
            page = self.read(following.parse, response)
        except PageError as error:
            yield ListingFailed(username, self.direction, str(error), isinstance(error, MissingPage), now())
            return
        people += page.people
        if page.info.next_url:
            yield self._page(urljoin(response.url, page.info.next_url), username, people)
        else:
            yield PeopleRead(username, self.direction, people, now())

    def unanswered(self, failure: Failure) -> Iterator[Any]:
        """A page that could not be fetched: nothing is changed for this member."""
        yield ListingFailed(failure.request.cb_kwargs["username"], self.direction, self.explain(failure), False, now())
