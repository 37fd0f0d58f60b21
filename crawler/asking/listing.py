"""How a member's listing is walked: page by page, going on where an earlier process of the run stopped."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any, ClassVar

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from sqlalchemy import Connection
from twisted.python.failure import Failure

from crawler.asking.reading import Reading
from crawler.asking.spider import ERASED, AlmanacSpider, PageError, names, now
from crawler.items import GridPage, ProfilePage
from crawler.observations import ListingFailed, ListingRead
from crawler.pages.errors import MissingPage
from crawler.rendering.request import reason, rendering
from schema.store import erasures, known, listings, members

_TOGETHER = 25  # members whose known tiles are fetched, and held, at a time


class ListingSpider(AlmanacSpider):
    """A spider over one kind of listing of one or many members."""

    path: ClassVar[str]
    # The order that shows news first, where the listing has one; a delta goes by it.
    newest_path: ClassVar[str | None] = None
    parse_page: ClassVar[Callable[..., GridPage | ProfilePage]]

    def prepare(self, username: str | None = None, usernames: str | None = None, halt_after: str | None = None) -> None:
        """`-a username=NAME` or `-a usernames=A,B,C`; `-a halt_after=K` for a delta.

        A delta goes newest first, and stops after the page whose last K tiles are as stored. Members whose
        listing was never read to its end get every page all the same.
        """
        self.usernames = [name.lower() for name in names(username=username, usernames=usernames)]
        self.halt_after = int(halt_after) if halt_after else 0
        if halt_after and self.halt_after < 1:
            raise ValueError("-a halt_after takes a number of tiles, 1 or more")

    async def ask(self) -> AsyncIterator[Request | ListingFailed]:
        """The first, or next, page of every member this run has not finished."""
        erased = await self.session.call(erasures.among, self.usernames)
        for username in sorted(erased):
            yield ListingFailed(username, self.kind, ERASED, False, now())
        self.usernames = [name for name in self.usernames if name not in erased]
        for first in range(0, len(self.usernames), _TOGETHER):
            together = self.usernames[first : first + _TOGETHER]
            for reading, next_url in await self.session.call(self._begin, self.session.run_id, together):
                yield self._page(next_url or self._start_of(reading), reading)

    def _begin(self, connection: Connection, run_id: int, usernames: Sequence[str]) -> list[tuple[Reading, str | None]]:
        """The readings to be done and, of those half done, where they go on."""
        ids = members.ids_by_username(connection, usernames)
        stored = known.tiles(connection, run_id, list(ids.values()), self.kind) if self.kind in known.SHOWN else {}
        begun = []
        for name in usernames:
            member = ids.get(name, 0)
            progress = listings.progress(connection, run_id, member, self.kind)
            if progress.complete:
                continue
            delta = self.halt_after and self.newest_path and member in stored
            way = progress.way or ("newest" if delta else "whole")
            tiles = stored.get(member, ())
            reading = Reading(name, way, tiles, halt_after=self.halt_after, number=progress.pages + 1)
            begun.append((reading, progress.next_url))
        return begun

    def _start_of(self, reading: Reading) -> str:
        path = self.newest_path if reading.way == "newest" and self.newest_path else self.path
        return path.format(username=reading.username)

    def _page(self, url: str, reading: Reading) -> Request:
        return self.letterboxd(
            url,
            callback=self.parse,
            errback=self.unanswered,
            cb_kwargs={"reading": reading},
            dont_filter=reading.again,  # a second look asks for the same pages
        )

    def parse(self, response: Response, reading: Reading) -> Iterator[Any]:
        """One page; its next link is followed, never built."""
        try:
            page = self.read(type(self).parse_page, response)
        except PageError as error:
            why = reason(response, error, self.kind)
            failed = ListingFailed(reading.username, self.kind, why, isinstance(error, MissingPage), now())
            yield rendering(response, error, self.kind, self.almanac) or failed
            return
        observed_at, number = now(), reading.number
        reading.take(page.tiles if isinstance(page, GridPage) else ())
        next_url = None
        if page.info.next_url and not reading.halted:
            next_url = page.info.next_url
        elif reading.in_doubt():
            reading.start_again()
            yield self._page(self._start_of(reading), reading)
            return
        if next_url:
            # Asked for first: the next page need not wait until this one is stored.
            yield self._page(next_url, reading)
        yield ListingRead(reading.username, self.kind, number, page, observed_at, next_url, reading.way)

    async def unanswered(self, failure: Failure) -> AsyncIterator[Any]:
        """A page that could not be fetched ends the member's listing for this run.

        Where robots.txt closes the way that a delta goes, another one is taken instead.
        """
        reading: Reading = failure.request.cb_kwargs["reading"]
        if reading.way == "newest" and self.newest_path != self.path and is_forbidden(failure):
            async for found in self.turn(reading):
                yield found
            return
        yield ListingFailed(reading.username, self.kind, self.explain(failure), False, now())

    async def turn(self, reading: Reading) -> AsyncIterator[Any]:
        """What is asked for when a listing may not be read newest first: all pages of it, in its own order."""
        yield self.all_pages(reading)

    def all_pages(self, reading: Reading) -> Request:
        """The first page of the allowed way."""
        reading.turn("allowed")
        return self._page(self._start_of(reading), reading)


def is_forbidden(failure: Failure) -> bool:
    """Whether robots.txt, having been read, forbids the address; the request was not sent."""
    return bool(failure.check(IgnoreRequest)) and "Forbidden by robots.txt" in failure.getErrorMessage()
