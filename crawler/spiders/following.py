"""Crawls whom a member follows, or who follows a member."""

from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response
from sqlalchemy import Connection
from twisted.python.failure import Failure

from crawler.asking.spider import ERASED, AlmanacSpider, PageError, names, now
from crawler.items import Person
from crawler.observations import ListingFailed, PeopleRead
from crawler.pages import following, profile
from crawler.pages.errors import MissingPage
from schema.store import erasures, members


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

    async def ask(self) -> AsyncIterator[Request | ListingFailed]:
        """The first page of each member."""
        erased, self._held = await self.session.call(self._look_up)
        for username in self.usernames:
            if username in erased:
                yield self._failed(username, ERASED)
            else:
                yield self._page(f"/{username}/{self.direction}/", username, ())

    def _look_up(self, connection: Connection) -> tuple[set[str], dict[str, int]]:
        held = members.num_follows(connection, self.usernames, direction=self.direction)
        return erasures.among(connection, self.usernames), held

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
            yield self._failed(username, str(error), missing=isinstance(error, MissingPage))
            return
        people += page.people
        if page.info.next_url:
            yield self._page(urljoin(response.url, page.info.next_url), username, people)
        elif not people and self._held.get(username):
            # Emptying a circle takes a cohort away, so a second page has to say the same.
            yield self.letterboxd(
                f"/{username}/", callback=self.confirm, errback=self.unanswered, cb_kwargs={"username": username}
            )
        else:
            yield PeopleRead(username, self.direction, people, now())

    def confirm(self, response: Response, username: str) -> Iterator[Any]:
        """An empty circle, where there was one, is believed when the profile counts nobody either."""
        try:
            page = self.read(profile.parse, response)
        except PageError as error:
            yield self._failed(username, str(error), missing=isinstance(error, MissingPage))
            return
        count = page.following_count if self.direction == "following" else page.followers_count
        if count == 0:
            yield PeopleRead(username, self.direction, (), now())
        else:
            said = "does not say how many" if count is None else f"counts {count}"
            yield self._failed(username, f"an empty page, while the profile {said}; what was known stays")

    def unanswered(self, failure: Failure) -> Iterator[Any]:
        """A page that could not be fetched: nothing is changed for this member."""
        yield self._failed(failure.request.cb_kwargs["username"], self.explain(failure))

    def _failed(self, username: str, reason: str, *, missing: bool = False) -> ListingFailed:
        return ListingFailed(username, self.direction, reason, missing, now())
