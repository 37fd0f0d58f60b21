"""How a member's listing is walked: page by page, going on where an earlier process of the run stopped."""

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any, ClassVar
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response
from sqlalchemy import Connection
from twisted.python.failure import Failure

from crawler.asking.spider import AlmanacSpider, PageError, names, now
from crawler.items import GridPage, ProfilePage
from crawler.observations import ListingFailed, ListingRead
from crawler.pages.errors import MissingPage
from crawler.rendering.request import reason, rendering
from schema.store import listings, members


class ListingSpider(AlmanacSpider):
    """A spider over one kind of listing of one or many members."""

    path: ClassVar[str]
    parse_page: ClassVar[Callable[..., GridPage | ProfilePage]]

    def prepare(self, username: str | None = None, usernames: str | None = None) -> None:
        """`-a username=NAME` or `-a usernames=A,B,C`."""
        self.usernames = [name.lower() for name in names(username=username, usernames=usernames)]

    async def ask(self) -> AsyncIterator[Request]:
        """The first, or next, page of every member this run has not finished."""
        for username, progress in await self.session.call(_progress, self.session.run_id, self.usernames, self.kind):
            if progress.complete:
                continue
            url = progress.next_url or self.path.format(username=username)
            yield self._page(url, username, progress.pages + 1)

    def _page(self, url: str, username: str, number: int) -> Request:
        return self.letterboxd(
            url,
            callback=self.parse,
            errback=self.unanswered,
            cb_kwargs={"username": username, "number": number},
        )

    def parse(self, response: Response, username: str, number: int) -> Iterator[Any]:
        """One page; its next link is followed, never built."""
        try:
            page = self.read(type(self).parse_page, response)
        except PageError as error:
            why = reason(response, error, self.kind)
            failed = ListingFailed(username, self.kind, why, isinstance(error, MissingPage), now())
            yield rendering(response, error, self.kind, self.almanac) or failed
            return
        observed_at = now()
        if page.info.next_url:
            # Asked for first: the next page need not wait until this one is stored.
            yield self._page(urljoin(response.url, page.info.next_url), username, number + 1)
        yield ListingRead(username, self.kind, number, page, observed_at)

    def unanswered(self, failure: Failure) -> Iterator[Any]:
        """A page that could not be fetched ends the member's listing for this run."""
        username = failure.request.cb_kwargs["username"]
        yield ListingFailed(username, self.kind, self.explain(failure), False, now())


def _progress(
    connection: Connection, run_id: int, usernames: list[str], kind: str
) -> list[tuple[str, listings.Progress]]:
    ids = members.ids_by_username(connection, usernames)
    fresh = listings.Progress(complete=False, pages=0, next_url=None)
    return [
        (name, listings.progress(connection, run_id, ids[name], kind) if name in ids else fresh) for name in usernames
    ]
